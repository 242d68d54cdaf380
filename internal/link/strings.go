package link

import (
	"encoding/binary"
	"encoding/hex"
	"sort"

	"strata/internal/object"
)

// String variables whose value the linker sets: -X, the Go version, and the
// build information. The variable's symbol is replaced by one with a pointer
// and a length; a variable that the program does not reach is left alone.

// Frame that debug.ReadBuildInfo and debug/buildinfo expect around the text.
var (
	infoStart, _ = hex.DecodeString("3077af0c9274080241e1c107e6d618e6")
	infoEnd, _   = hex.DecodeString("f932433186182072008242104116d8f2")
)

const (
	modinfoSym = "runtime.modinfo"
	versionSym = "runtime.buildVersion"
	gorootSym  = "runtime.defaultGOROOT"
	godebugSym = "runtime.godebugDefault"
)

func (l *linker) setStrings() error {
	vars := map[string]string{}
	if l.in.Goroot != "" {
		vars[gorootSym] = l.in.Goroot
	}
	if l.in.GODEBUG != "" {
		vars[godebugSym] = l.in.GODEBUG
	}
	for name, value := range l.in.XVars {
		vars[name] = value
	}
	framed := ""
	if l.in.BuildInfo != "" {
		framed = string(infoStart) + l.in.BuildInfo + string(infoEnd)
		vars[modinfoSym] = framed
	}
	if l.in.GoVersion != "" {
		vars[versionSym] = l.in.GoVersion
	}
	l.buildInfo = buildInfoBlob(vars[versionSym], framed)
	names := make([]string, 0, len(vars))
	for name := range vars {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		l.setString(name, vars[name])
	}
	return nil
}

const stringSize = 16

func (l *linker) setString(name, value string) {
	n := l.reach.nodes[name]
	if n == nil || !n.reached || n.sym == nil || n.sym.Size != stringSize || n.sym.Kind != object.Data && n.sym.Kind != object.BSS {
		return
	}
	s := *n.sym
	s.Kind, s.Data, s.Relocs = object.Data, make([]byte, stringSize), nil
	n.targets = nil
	if value != "" {
		text := l.made(&object.Symbol{Name: "go:string.=" + name, Kind: object.ROData, Align: 1,
			Size: int64(len(value)), Data: []byte(value)})
		binary.LittleEndian.PutUint64(s.Data[8:], uint64(len(value)))
		s.Relocs = []object.Reloc{{Kind: object.Abs64, Target: text.name}}
		n.targets = []*node{text}
	}
	n.sym = &s
}

// made enters a reachable symbol of the linker's own.
func (l *linker) made(s *object.Symbol) *node {
	n := l.reach.node(s.Name)
	n.sym, n.scanned = s, true
	if !n.reached {
		n.reached = true
		l.reach.order = append(l.reach.order, n)
	}
	return n
}

// buildInfoBlob is what "go version" looks for: a magic, the flag "strings
// follow in place", and the two strings, each with its length in front.
func buildInfoBlob(version, modinfo string) []byte {
	b := make([]byte, 32)
	copy(b, "\xff Go buildinf:")
	b[14], b[15] = 8, 2
	if version == "" {
		version = "unknown"
	}
	for _, s := range []string{version, modinfo} {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	for len(b)%16 != 0 {
		b = append(b, 0)
	}
	return b
}

package link

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"

	"strata/internal/object"
)

// The FIPS 140-3 module, the packages below crypto/internal/fips140, checks
// its own integrity at start: it compares an HMAC-SHA-256 of its code and data with
// what the linker has left in go:fipsinfo. So its symbols stand together, last of each
// section, and the sum is taken when nothing changes them any more.

const (
	fipsRoot    = "crypto/internal/fips140"
	fipsInfoSym = "go:fipsinfo"
	fipsMagic   = "\xff Go fipsinfo \xff\x00"
	fipsHeader  = "go fips object v1\n"

	fipsSumOff   = len(fipsMagic)
	fipsSelfOff  = fipsSumOff + sha256.Size
	fipsInfoSize = fipsSelfOff + 8 + 4*16
)

// inFIPS tells whether a symbol belongs to the module. Itabs, descriptors and strings
// have names of their own; external tests are outside.
func inFIPS(sym string) bool {
	rest, ok := strings.CutPrefix(sym, fipsRoot)
	return ok && rest != "" && (rest[0] == '.' || rest[0] == '/') && !strings.HasSuffix(packageOf(sym), "_test")
}

// claimFIPSInfo turns the variable of package check into data before layout.
func (l *linker) claimFIPSInfo() error {
	n := l.reach.nodes[fipsInfoSym]
	if n == nil || !n.reached || n.sym == nil {
		return nil
	}
	if n.sym.Size != int64(fipsInfoSize) {
		return fmt.Errorf("link: %s has %d bytes, the linker fills %d", fipsInfoSym, n.sym.Size, fipsInfoSize)
	}
	s := *n.sym
	s.Kind, s.Data, s.Relocs, s.PtrMask, s.Align = object.Data, make([]byte, fipsInfoSize), nil, nil, 8
	copy(s.Data, fipsMagic)
	n.sym, n.targets = &s, nil
	l.fipsInfo = n
	return nil
}

// fillFIPSInfo writes where the module lies and its sum.
func (l *linker) fillFIPSInfo() error {
	n := l.fipsInfo
	if n == nil {
		return nil
	}
	info := n.sect.data[n.addr-n.sect.addr:]
	where := binary.LittleEndian.AppendUint64(nil, n.addr)
	mac := hmac.New(sha256.New, make([]byte, 32))
	mac.Write([]byte(fipsHeader))
	s := &l.sects
	for _, sec := range []*section{s.text, s.rodata, s.noptrdata, s.data} {
		start, end := fipsRange(sec)
		where = binary.LittleEndian.AppendUint64(where, start)
		where = binary.LittleEndian.AppendUint64(where, end)
		mac.Write(binary.BigEndian.AppendUint64(nil, end-start))
		mac.Write(sec.data[start-sec.addr : end-sec.addr])
	}
	copy(info[fipsSelfOff:], where)
	mac.Sum(info[fipsSumOff:fipsSumOff])
	return nil
}

// fipsRange is the part of a section that holds the module: its last symbols.
func fipsRange(sec *section) (start, end uint64) {
	start = sec.addr
	for i := len(sec.nodes) - 1; i >= 0 && inFIPS(sec.nodes[i].name); i-- {
		start = sec.nodes[i].addr
		end = max(end, start+uint64(max(sec.nodes[i].sym.Size, int64(len(sec.nodes[i].sym.Data)))))
	}
	return start, max(start, end)
}

// Package link turns object symbols into a static ELF executable.
//
// Link runs a flat list of phases over one linker value: find what is
// reachable, place it, build the tables that the runtime and debuggers read,
// fill in addresses, write the file. Whatever runs in parallel works on
// disjoint ranges; nothing depends on map order, so equal input gives
// equal bytes.
package link

import (
	"fmt"
	"runtime"
	"sort"
	"time"

	"strata/internal/object"
	"strata/internal/rtcall"
)

// Input is what Link needs to know.
type Input struct {
	// Symbols are the definitions; those that Entry does not reach are left out.
	Symbols []*object.Symbol
	Arch    *Arch    // nil for amd64
	Entry   string   // symbol where execution starts
	Roots   []string // further symbols to keep

	Out       string            // path of the executable, for Link
	BuildInfo string            // text for runtime/debug.ReadBuildInfo
	GoVersion string            // "go1.26.8"; empty leaves runtime.buildVersion alone
	Goroot    string            // value of runtime.GOROOT
	GODEBUG   string            // settings where $GODEBUG says nothing
	Heat      *Heat             // what a profile says: functions with samples are laid out together; nil for none
	XVars     map[string]string // values of string variables (-X), by symbol

	Wasm *Wasm // what a WebAssembly module needs; nil for an ELF executable

	StripSymbols bool // -s: no symbol table, no DWARF
	StripDWARF   bool // -w: no DWARF

	// DebugSymbols are type descriptors for debuggers only: described, but not part of the program.
	DebugSymbols []*object.Symbol

	// NosplitLimit is the stack that a chain of functions without stack
	// check may use, in bytes; 0 means 800.
	NosplitLimit int
	Jobs         int // parallelism; 0 is GOMAXPROCS

	// Timing, when set, is told how long each phase took.
	Timing func(phase string, d time.Duration)
}

// linker is the state that phases share.
type linker struct {
	in    Input
	reach *Reach

	text, rodata, types []*node // reachable symbols by place, in order
	noptrdata, data     []*node
	bss, noptrbss       []*node
	covctrs, fuzzctrs   []*node
	typelinks           []*node
	itabs               []*node
	funcs               []*node         // text symbols with a function table entry: all of text
	coldOf              map[*node]*node // cold parts by their functions
	wholeOf             map[*node]*node // functions by their cold parts
	sects               sections
	pcln                *pclntab
	moduledata          *node
	fipsInfo            *node
	buildInfo           []byte
	image               []byte
	wasmCode            map[*node][]byte // of the functions of a WebAssembly module
	wasmAdapters        *wasmAdapters
	wasmTaken           int        // number of functions, the first ones, whose addresses are asked for
	extraSects          []*section // not loaded: DWARF, symbol table
}

type phase struct {
	name string
	run  func(*linker) error
}

var phases = []phase{
	{"reach", (*linker).findReachable},
	{"strings", (*linker).setStrings},
	{"claim", (*linker).claimModuledata},
	{"claim fips", (*linker).claimFIPSInfo},
	{"nosplit", (*linker).checkNosplit},
	{"cold", (*linker).splitCold},
	{"sort", (*linker).sortSymbols},
	{"text", (*linker).layoutText},
	{"pclntab", (*linker).makePclntab},
	{"data", (*linker).layoutData},
	{"moduledata", (*linker).fillModuledata},
	{"relocate", (*linker).relocate},
	{"fips", (*linker).fillFIPSInfo},
	{"dwarf", (*linker).makeDWARF},
	{"symtab", (*linker).makeSymtab},
	{"image", (*linker).makeImage},
}

// Link links in and writes the executable to in.Out.
func Link(in Input) error {
	img, err := Image(in)
	if err != nil {
		return err
	}
	start := time.Now()
	err = writeFile(in.Out, img)
	if in.Timing != nil {
		in.Timing("write", time.Since(start))
	}
	return err
}

// Image links in and returns the bytes of the executable.
func Image(in Input) ([]byte, error) {
	if in.Jobs <= 0 {
		in.Jobs = runtime.GOMAXPROCS(0)
	}
	if in.Arch == nil {
		in.Arch = &AMD64
	}
	l := &linker{in: in}
	list := phases
	if in.Wasm != nil {
		list = wasmPhases
	}
	for _, p := range list {
		start := time.Now()
		if err := p.run(l); err != nil {
			return nil, err
		}
		if in.Timing != nil {
			in.Timing(p.name, time.Since(start))
		}
	}
	return l.image, nil
}

// findReachable floods from the entry point.
func (l *linker) findReachable() error {
	l.reach = NewReach(l.in.Entry)
	nodes := make(map[string]*node, len(l.in.Symbols)+1)
	for name, n := range l.reach.nodes {
		nodes[name] = n
	}
	l.reach.nodes = nodes
	for _, name := range l.in.Roots {
		l.reach.Root(name)
	}
	for _, s := range l.in.Symbols {
		l.reach.Add(s)
	}
	// The tables that the linker fills are wanted wherever they are defined.
	if n := l.reach.nodes[moduledataSym]; n != nil {
		l.reach.Root(moduledataSym)
	}
	for {
		if _, ok := l.reach.Next(); !ok {
			break
		}
	}
	if d := l.reach.duplicates; len(d) > 0 {
		sort.Strings(d)
		return fmt.Errorf("link: %s defined more than once", d[0])
	}
	return l.reach.undefined(func(name string) bool {
		return name == rtcall.Unreachable || linkerMade[name] != nil
	})
}

// Package ssahtml shows what the compiler does to a function as one web page:
// source, syntax, the SSA after every pass, control-flow graphs, assembly. Two
// recordings of a function make a page that compares them.
//
// A Recording is filled while the function is compiled; WritePage and WriteDiff
// make self-contained pages of it. The package knows nothing of the driver: positions
// come as files and lines.
package ssahtml

import (
	"cmp"
	"go/token"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"strata/internal/ssa"
)

// Recording is what is known of one function's compilation.
type Recording struct {
	// Func is the function's name, or its linker symbol.
	Func string
	// Title says how it was compiled, for comparisons.
	Title string
	// Position resolves positions.
	Position func(token.Pos) (file string, line int32)

	mu     sync.Mutex
	near   map[string]bool // functions with nearly that name
	passes []pass
	asm    []line
	source []sourceFile
	syntax []line
}

// line is a line of text that belongs to a line of the source; 0 for none.
type line struct {
	text string
	at   int32
}

// pass is the function after a pass.
type pass struct {
	name   string
	slots  []line
	blocks []block
}

type block struct {
	id         int32
	head, tail line
	values     []line
	succs      []edge
	cold       bool
}

type edge struct {
	to     int32
	likely int // 1 likely, -1 unlikely
}

// sourceFile is the part of a file that the function comes from.
type sourceFile struct {
	name  string
	first int32
	lines []string
}

// Wanted tells whether a function is the one to record.
func (r *Recording) Wanted(f *ssa.Func) bool {
	if r == nil {
		return false
	}
	if f.Name == r.Func || f.DisplayName == r.Func {
		return true
	}
	if name := f.DisplayName; lastPart(name) == lastPart(r.Func) || strings.EqualFold(name, r.Func) {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.near == nil {
			r.near = map[string]bool{}
		}
		r.near[name] = true
	}
	return false
}

// lastPart is a function's name without package and receiver.
func lastPart(name string) string { return strings.ToLower(name[strings.LastIndexByte(name, '.')+1:]) }

// Near are some functions, in order, that may have been meant where none had the name.
func (r *Recording) Near() []string {
	list := slices.Sorted(maps.Keys(r.near))
	// Those of the same package first: the name's beginning is more likely right than wrong.
	pkg := r.Func[:strings.LastIndexByte(r.Func, '.')+1]
	slices.SortStableFunc(list, func(a, b string) int {
		return cmp.Compare(btoi(!strings.HasPrefix(a, pkg)), btoi(!strings.HasPrefix(b, pkg)))
	})
	return list[:min(len(list), 5)]
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Record notes the function after a pass.
func (r *Recording) Record(name string, f *ssa.Func) {
	p := pass{name: name}
	for _, s := range f.Slots {
		p.slots = append(p.slots, line{s.String(), r.lineOf(s.Pos)})
	}
	for _, b := range f.Blocks {
		out := block{id: b.ID, cold: b.Cold, head: line{b.Head(), 0}, tail: line{b.Tail(), r.lineIn(f, b.Pos)}}
		for _, v := range b.Values {
			out.values = append(out.values, line{v.Long(), r.lineIn(f, v.Pos)})
		}
		for i, s := range b.Succs {
			e := edge{to: s.ID}
			if b.Likely != ssa.Unknown {
				e.likely = -1
				if (i == 0) == (b.Likely == ssa.Taken) {
					e.likely = 1
				}
			}
			out.succs = append(out.succs, e)
		}
		p.blocks = append(p.blocks, out)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.passes = append(r.passes, p)
}

// lineIn is the line of the function's own source that a position belongs to: for inlined code, that of the call.
func (r *Recording) lineIn(f *ssa.Func, p ssa.Pos) int32 {
	for p.Inl != 0 {
		in := f.Inlines[p.Inl-1]
		p = ssa.Pos{P: in.Call, Inl: in.Parent}
	}
	return r.lineOf(p.P)
}

// lineOf is the line of a position in the function's file, 0 for one elsewhere.
func (r *Recording) lineOf(p token.Pos) int32 {
	if !p.IsValid() || r.Position == nil {
		return 0
	}
	file, n := r.Position(p)
	if len(r.source) > 0 && file != r.source[0].name {
		return 0
	}
	return n
}

// Listing notes the assembly, as -S prints it: lines of "address (file:line) instruction".
func (r *Recording) Listing(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for l := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		r.asm = append(r.asm, r.listingLine(strings.TrimPrefix(l, "\t")))
	}
}

var listingPos = regexp.MustCompile(`\(([^()]*):(\d+)\)`)

// listingLine shortens the file's name; lines of other files belong to no line of the source.
func (r *Recording) listingLine(l string) line {
	m := listingPos.FindStringSubmatchIndex(l)
	if m == nil {
		return line{text: l}
	}
	file, no := l[m[2]:m[3]], l[m[4]:m[5]]
	out := line{text: l[:m[2]] + path.Base(file) + l[m[3]:]}
	if n, err := strconv.Atoi(no); err == nil && (len(r.source) == 0 || file == r.source[0].name) {
		out.at = int32(n)
	}
	return out
}

// Empty tells whether nothing was recorded: the program has no such function.
func (r *Recording) Empty() bool { return len(r.passes) == 0 }

// Text is the recording as plain text, one pass after the other.
func (r *Recording) Text() string {
	var w strings.Builder
	for _, p := range r.passes {
		w.WriteString("# " + p.name + "\n")
		for _, l := range p.lines() {
			w.WriteString(l.text + "\n")
		}
	}
	return w.String()
}

// lines is the whole text of a pass.
func (p *pass) lines() []line {
	var out []line
	for _, s := range p.slots {
		out = append(out, line{"  " + s.text, s.at})
	}
	for i := range p.blocks {
		b := &p.blocks[i]
		out = append(out, b.head)
		for _, v := range b.values {
			out = append(out, line{"  " + v.text, v.at})
		}
		out = append(out, line{"  " + b.tail.text, b.tail.at})
	}
	return out
}

// size counts the values of a pass.
func (p *pass) size() (n int) {
	for i := range p.blocks {
		n += len(p.blocks[i].values)
	}
	return n
}

// same tells whether two passes show the same text.
func same(a, b *pass) bool {
	return slices.EqualFunc(a.lines(), b.lines(), func(x, y line) bool { return x.text == y.text })
}

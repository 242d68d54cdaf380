package ssa

import (
	"fmt"
	"go/types"
	"math"
	"strconv"
	"strings"

	"strata/internal/abi"
)

// Parse reads a function in the form that Func.String prints. It accepts, beside that, blank lines and comments
// that begin with #. Values may be used before the line that defines them.
func Parse(text string) (*Func, error) {
	p := &funcParser{blocks: map[string]*Block{}, values: map[string]*Value{}, slots: map[string]*Slot{}}
	for i, line := range strings.Split(text, "\n") {
		p.line = i + 1
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if err := p.statement(&scanner{s: line}); err != nil {
			return nil, fmt.Errorf("line %d: %w: %s", p.line, err, line)
		}
	}
	if p.f == nil || !p.closed {
		return nil, fmt.Errorf("no complete function")
	}
	if err := p.link(); err != nil {
		return nil, err
	}
	return p.f, nil
}

// pending is a list of names to resolve when all are known.
type pending struct {
	line  int
	value *Value
	block *Block
	names []string
}

type funcParser struct {
	f      *Func
	b      *Block
	line   int
	closed bool
	blocks map[string]*Block
	values map[string]*Value
	slots  map[string]*Slot
	uses   []pending
	preds  []pending
	byName map[string]Op
}

// scanner cuts a line into words.
type scanner struct {
	s   string
	err error
}

// next takes the text up to the next space outside quotes, braces and brackets.
func (sc *scanner) next() string {
	sc.s = strings.TrimLeft(sc.s, " \t")
	depth, i := 0, 0
	for ; i < len(sc.s); i++ {
		switch c := sc.s[i]; {
		case c == '"':
			q, err := strconv.QuotedPrefix(sc.s[i:])
			if err != nil {
				sc.err = err
				return ""
			}
			i += len(q) - 1
		case c == '{' || c == '(' || c == '[':
			depth++
		case c == '}' || c == ')' || c == ']':
			depth--
		case c == ' ' && depth == 0:
			w := sc.s[:i]
			sc.s = sc.s[i:]
			return w
		}
	}
	w := sc.s
	sc.s = ""
	return w
}

func (sc *scanner) words() (list []string) {
	for w := sc.next(); w != ""; w = sc.next() {
		list = append(list, w)
	}
	return list
}

func unquote(s string) string {
	if t, err := strconv.Unquote(s); err == nil {
		return t
	}
	return s
}

func (p *funcParser) statement(sc *scanner) error {
	w := sc.next()
	switch {
	case w == "func":
		return p.header(sc.words())
	case p.f == nil:
		return fmt.Errorf("func wanted")
	case w == "}":
		p.closed = true
		return nil
	case w == "slot":
		return p.slot(sc.words())
	case w[0] == 'b' && strings.HasSuffix(w, ":"):
		return p.block(strings.TrimSuffix(w, ":"), sc.words())
	case p.b == nil:
		return fmt.Errorf("block wanted")
	case strings.HasSuffix(w, ":"):
		return p.value(strings.TrimSuffix(w, ":"), sc.words())
	}
	words := sc.words()
	if len(words) > 0 && words[0] == "=" {
		return p.value(w, words[1:])
	}
	return p.end(w, words)
}

func (p *funcParser) header(words []string) error {
	if len(words) < 2 {
		return fmt.Errorf("name and { wanted")
	}
	p.f = &Func{Name: unquote(words[0])}
	p.f.DisplayName = p.f.Name
	words = words[1:]
	if len(words) >= 3 && words[0][0] == '(' {
		sig, err := parseSignature(words[0], words[1])
		if err != nil {
			return err
		}
		p.f.ABI = sig
		words = words[2:]
	}
	return p.options(words, map[string]func(string){
		"pragma": func(s string) { p.f.Pragma = Pragma(number(s)) }, "{": nil,
	})
}

// options applies words of the form key or key=value.
func (p *funcParser) options(words []string, known map[string]func(string)) error {
	for _, w := range words {
		key, val, _ := strings.Cut(w, "=")
		set, ok := known[key]
		if !ok {
			return fmt.Errorf("what is %q?", w)
		}
		if set != nil {
			set(val)
		}
	}
	return nil
}

func number(s string) int64 {
	n, err := strconv.ParseInt(s, 0, 64)
	if err != nil {
		u, _ := strconv.ParseUint(s, 0, 64)
		n = int64(u)
	}
	return n
}

func hexBytes(s string) []byte {
	out := make([]byte, 0, len(s)/2)
	for i := 0; i+1 < len(s); i += 2 {
		n, _ := strconv.ParseUint(s[i:i+2], 16, 8)
		out = append(out, byte(n))
	}
	return out
}

func (p *funcParser) slot(words []string) error {
	if len(words) < 2 {
		return fmt.Errorf("slot wants a number and a name")
	}
	s := p.f.NewSlot(unquote(words[1]), 0, 1, nil)
	if words[0] != fmt.Sprintf("s%d", s.ID) {
		return fmt.Errorf("slots are numbered in order")
	}
	p.slots[words[0]] = s
	return p.options(words[2:], map[string]func(string){
		"size":   func(v string) { s.Size = number(v) },
		"align":  func(v string) { s.Align = number(v) },
		"ptrs":   func(v string) { s.PtrMask = hexBytes(v) },
		"zeroed": func(string) { s.Zeroed = true },
	})
}

// idOf is the number behind the letter of a value's or block's name.
func idOf(name string) (int32, error) {
	n, err := strconv.ParseInt(name[1:], 10, 32)
	return int32(n), err
}

func (p *funcParser) block(name string, words []string) error {
	id, err := idOf(name)
	if err != nil || p.blocks[name] != nil {
		return fmt.Errorf("bad or repeated block %s", name)
	}
	b := &Block{ID: id, Func: p.f}
	p.f.nextBlock = max(p.f.nextBlock, id+1)
	p.f.Blocks = append(p.f.Blocks, b)
	if p.f.Entry == nil {
		p.f.Entry = b
	}
	p.blocks[name], p.b = b, b
	pr := pending{line: p.line, block: b}
	for _, w := range words {
		switch w {
		case "<-":
		case "cold":
			b.Cold = true
		case "recover":
			p.f.Recover = b
		default:
			pr.names = append(pr.names, w)
		}
	}
	p.preds = append(p.preds, pr)
	return nil
}

func (p *funcParser) value(name string, words []string) error {
	id, err := idOf(name)
	if err != nil || p.values[name] != nil || len(words) == 0 {
		return fmt.Errorf("bad or repeated value %s", name)
	}
	opName, typ, _ := strings.Cut(words[0], ".")
	v := &Value{ID: id, Block: p.b, Op: p.op(opName)}
	v.Args = v.argbuf[:0]
	p.f.nextValue = max(p.f.nextValue, id+1)
	if v.Op == OpInvalid {
		return fmt.Errorf("no op %s", opName)
	}
	if typ != "" {
		t, ok := typeByName(typ)
		if !ok {
			return fmt.Errorf("no type %s", typ)
		}
		v.Type = t
	}
	words, err = p.aux(v, words[1:])
	if err != nil {
		return err
	}
	p.values[name] = v
	p.b.Values = append(p.b.Values, v)
	p.uses = append(p.uses, pending{line: p.line, value: v, names: words})
	return nil
}

func (p *funcParser) op(name string) Op {
	if p.byName == nil {
		p.byName = map[string]Op{}
		for op := range OpTable {
			p.byName[OpTable[op].Name] = Op(op)
		}
	}
	return p.byName[name]
}

func typeByName(name string) (Type, bool) {
	for t, n := range typeNames {
		if n == name {
			return Type(t), true
		}
	}
	return 0, false
}

// aux reads what stands between op and arguments, and returns the arguments.
func (p *funcParser) aux(v *Value, words []string) (args []string, err error) {
	name, hasName := "", false
	var sig *abi.Signature
	var opts []string
	for i := 0; i < len(words); i++ {
		switch w := words[i]; {
		case w[0] == '{':
			name, hasName = unquote(w[1:len(w)-1]), true
		case w[0] == '(' && i+1 < len(words):
			if sig, err = parseSignature(w, words[i+1]); err != nil {
				return nil, err
			}
			i++
		case w[0] == '[':
			v.AuxInt = parseAuxInt(v, w[1:len(w)-1])
		case isValueName(w):
			args = append(args, w)
		default:
			opts = append(opts, w)
		}
	}
	if !hasName {
		return args, p.options(opts, nil)
	}
	switch v.Op.Info().Aux {
	case AuxSlot:
		if v.Aux = p.slots[name]; p.slots[name] == nil {
			err = fmt.Errorf("no slot %s", name)
		}
		return args, err
	case AuxAlloc:
		return args, p.allocAux(v, name, opts)
	case AuxType:
		return args, p.typeAux(v, name, opts)
	case AuxCall:
		c, err := p.callAux(name, sig, opts)
		v.Aux = c
		return args, err
	}
	v.Aux = name
	return args, p.options(opts, nil)
}

func isValueName(w string) bool {
	return len(w) > 1 && w[0] == 'v' && w[1] >= '0' && w[1] <= '9'
}

func parseAuxInt(v *Value, s string) int64 {
	if v.Op != OpConstF || strings.HasPrefix(s, "0x") {
		return number(s)
	}
	if v.Type == F32 {
		x, _ := strconv.ParseFloat(s, 32)
		return int64(math.Float32bits(float32(x)))
	}
	x, _ := strconv.ParseFloat(s, 64)
	return int64(math.Float64bits(x))
}

func (p *funcParser) allocAux(v *Value, name string, opts []string) error {
	a := &AllocInfo{Name: name, Mem: &MemType{}}
	v.Aux = a
	return p.options(opts, map[string]func(string){
		"size":      func(s string) { a.Mem.Size = number(s) },
		"align":     func(s string) { a.Mem.Align = number(s) },
		"ptrs":      func(s string) { a.Mem.PtrMask = hexBytes(s) },
		"type":      func(s string) { a.TypeSym = unquote(s); a.Mem.TypeSym = a.TypeSym },
		"nopromote": func(string) { a.NoPromote = true },
		"onstack":   func(string) { a.OnStack = true },
		"heap":      func(string) { a.Heap = true },
		"stack":     func(string) { a.Stack = true },
		"param":     func(string) { a.Param = true },
		"box":       func(s string) { a.Box = BoxKind(number(s)) },
	})
}

func (p *funcParser) typeAux(v *Value, name string, opts []string) error {
	m := &MemType{TypeSym: name, Size: v.AuxInt}
	v.Aux = m
	return p.options(opts, map[string]func(string){
		"size":  func(s string) { m.Size = number(s) },
		"align": func(s string) { m.Align = number(s) },
		"ptrs":  func(s string) { m.PtrMask = hexBytes(s) },
	})
}

func (p *funcParser) callAux(sym string, sig *abi.Signature, opts []string) (*Call, error) {
	c := &Call{Sym: sym, ABI: sig}
	return c, p.options(opts, map[string]func(string){
		"method":         func(s string) { c.Method = unquote(s) },
		"result":         func(s string) { c.ResultSlots = append(c.ResultSlots, p.slots[s]) },
		"lent":           func(s string) { c.Lent = LentSet(number(s)) },
		"noreturn":       func(string) { c.NoReturn = true },
		"noescape":       func(string) { c.NoEscape = true },
		"uintptrescapes": func(string) { c.UintptrEscapes = true },
		"go":             func(string) { c.Go = true },
		"defer":          func(string) { c.Defer = true },
	})
}

// end reads the last line of a block: kind, call, controls, successors, prediction.
func (p *funcParser) end(kind string, words []string) error {
	b := p.b
	for k, n := range blockKindNames {
		if n == kind {
			b.Kind = BlockKind(k)
		}
	}
	if b.Kind == BlockInvalid {
		return fmt.Errorf("no block kind %s", kind)
	}
	use := pending{line: p.line, block: b}
	var opts []string
	var sig *abi.Signature
	name := ""
	for i := 0; i < len(words); i++ {
		switch w := words[i]; {
		case w == "likely":
			b.Likely = Taken
		case w == "unlikely":
			b.Likely = Unlikely
		case w == "->" || w[0] == 'b' || isValueName(w):
			use.names = append(use.names, w)
		case w[0] == '{':
			name = unquote(w[1 : len(w)-1])
		case w[0] == '(' && i+1 < len(words):
			var err error
			if sig, err = parseSignature(w, words[i+1]); err != nil {
				return err
			}
			i++
		default:
			opts = append(opts, w)
		}
	}
	if name != "" {
		c, err := p.callAux(name, sig, opts)
		if err != nil {
			return err
		}
		b.Aux = c
	}
	p.uses = append(p.uses, use)
	p.b = nil
	return nil
}

// link resolves names to values and blocks.
func (p *funcParser) link() error {
	for _, u := range p.uses {
		var controls []*Value
		for _, n := range u.names {
			v, b := p.values[n], p.blocks[n]
			switch {
			case n == "->":
			case v != nil && u.value != nil:
				u.value.AddArgs(v)
			case v != nil:
				controls = append(controls, v)
			case b != nil && u.block != nil:
				u.block.Succs = append(u.block.Succs, b)
			default:
				return fmt.Errorf("line %d: %s is not defined", u.line, n)
			}
		}
		if u.block != nil {
			u.block.SetControls(controls...)
		}
	}
	for _, u := range p.preds {
		for _, n := range u.names {
			if p.blocks[n] == nil {
				return fmt.Errorf("line %d: %s is not defined", u.line, n)
			}
			u.block.Preds = append(u.block.Preds, p.blocks[n])
		}
	}
	return nil
}

// componentTypes are Go types that have one component of that name.
var componentTypes = map[string]types.Type{
	"bool": types.Typ[types.Bool], "i8": types.Typ[types.Int8], "i16": types.Typ[types.Int16], "i32": types.Typ[types.Int32],
	"i64": types.Typ[types.Int64], "ptr": types.Typ[types.UnsafePointer], "f32": types.Typ[types.Float32], "f64": types.Typ[types.Float64],
}

// parseSignature makes a signature of the register convention from lists of components.
func parseSignature(in, out string) (*abi.Signature, error) {
	vars := func(list string) (vs []*types.Var, err error) {
		for _, name := range strings.Fields(strings.Trim(list, "()")) {
			t := componentTypes[name]
			if n, ok := strings.CutPrefix(name, "mem"); ok {
				t = types.NewArray(types.Typ[types.Uint8], number(n))
			}
			if t == nil {
				return nil, fmt.Errorf("no component %s", name)
			}
			vs = append(vs, types.NewParam(0, nil, "", t))
		}
		return vs, nil
	}
	ins, err := vars(in)
	if err != nil {
		return nil, err
	}
	outs, err := vars(out)
	if err != nil {
		return nil, err
	}
	return (*abi.Sizes)(nil).AssignVars(ins, outs, abi.Register), nil
}

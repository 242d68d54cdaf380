package codegen

import (
	"fmt"
	"go/token"
	"io"

	"strata/internal/abi"
	"strata/internal/object"
	"strata/internal/regalloc"
	"strata/internal/ssa"
)

// Options say how to compile.
type Options struct {
	// Position resolves source positions. Nil gives no line tables.
	Position func(token.Pos) (file string, line int32)
	// Conv is the convention of Go functions.
	Conv abi.Conv
	// Alloc is the register allocator; nil is regalloc.Split.
	Alloc regalloc.Allocator
	// Check proves every register allocation.
	Check bool
	// Listing gets the code in the form of gc's -S.
	Listing io.Writer
	// Relocs go to the symbol's relocations, for what it mentions without code.
	Relocs []object.Reloc
	// ColdApart puts what is rarely run in a part that is laid out apart.
	ColdApart bool
	// Scratch is memory to work in, for one compilation at a time, from the machine's NewScratch; nil for none.
	Scratch any
}

// Compile compiles f. It may change f.
func Compile(t *Target, f *ssa.Func, opts Options) (*object.Symbol, error) {
	if t.Compile != nil {
		return t.Compile(t, f, opts)
	}
	m, err := t.Select(t, f)
	if err != nil {
		return nil, err
	}
	m.Pool.Reserve(m.Tables)
	rf := m.RegallocFunc()
	alloc := opts.Alloc
	if alloc == nil {
		alloc = regalloc.Split
	}
	res, err := alloc(rf)
	if err != nil {
		return nil, fmt.Errorf("%s: %s: %w", t.Name, f.Name, err)
	}
	if opts.Check {
		if err := regalloc.Check(rf, res); err != nil {
			return nil, fmt.Errorf("%s: %w", t.Name, err)
		}
	}
	opts.ColdApart = opts.ColdApart && !t.OnePiece
	if opts.Scratch == nil {
		opts.Scratch = t.NewScratch()
	}
	e := Emitter{F: f, M: m, res: res, Opts: &opts, Frame: LayoutFrame(m, res.NumSlots)}
	if err := e.Frame.check(f, m.OutSize); err != nil {
		return nil, err
	}
	e.NoSplit = f.Pragma&ssa.NoSplit != 0 || !m.Returns && e.Frame.Size <= t.StackSmall
	s, err := t.Emit(e)
	if err != nil {
		return nil, fmt.Errorf("%s: %s: %w", t.Name, f.Name, err)
	}
	return s, nil
}

// Symbol begins the symbol of the function, whose code and constants are complete but for relocations.
func (e *Emitter) Symbol(code []byte, poolOff int32, pc []int32) *object.Symbol {
	s := &object.Symbol{Name: e.F.Name, Kind: object.Text, Align: e.M.Target.LoopAlign, Data: code, Size: int64(len(code)), Flags: e.flags()}
	e.fillTables(s, poolOff, pc)
	return s
}

// Finish adds the tables to the symbol, and prints it if a listing is wanted. All of the code's relocations are there.
func (e *Emitter) Finish(s *object.Symbol, pc []int32) {
	s.Relocs = append(s.Relocs, e.Opts.Relocs...)
	s.Func = e.info(pc)
	if e.Opts.Listing != nil {
		e.list(e.Opts.Listing, s, pc)
	}
}

func (e *Emitter) flags() object.Flags {
	var fl object.Flags
	if e.NoSplit {
		fl |= object.NoSplit
	}
	p := e.F.Pragma
	if p&ssa.WrapperFunc != 0 {
		fl |= object.Wrapper
	}
	if p&ssa.NeedCtxt != 0 || e.M.UsesCtxt {
		fl |= object.NeedCtxt
	}
	if p&ssa.ReflectMethod != 0 {
		fl |= object.ReflectMethod
	}
	if p&ssa.ABI0Func != 0 {
		fl |= object.ABI0
	}
	return fl
}

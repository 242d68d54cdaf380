package object

import "strata/internal/wire"

// Encode appends everything of s but its name.
func (s *Symbol) Encode(e *wire.Encoder) {
	e.Uint(uint64(s.Kind))
	e.Uint(uint64(s.Flags))
	e.Int(int64(s.Align))
	e.Int(s.Size)
	e.Bytes(s.Data)
	e.Bytes(s.PtrMask)
	e.String(s.GoType)
	EncodeRelocs(e, s.Relocs)
	wire.PutList(e, s.Methods, func(m *Method) {
		e.String(m.Key)
		e.Bool(m.Exported)
		e.String(m.Name)
	})
	e.Bool(s.Func != nil)
	if s.Func != nil {
		s.Func.encode(e)
	}
}

// DecodeSymbol reads what Encode wrote.
func DecodeSymbol(d *wire.Decoder, name string) *Symbol {
	s := &Symbol{
		Name: name, Kind: Kind(d.Uint()), Flags: Flags(d.Uint()), Align: int32(d.Int()), Size: d.Int(),
		Data: d.Bytes(), PtrMask: d.Bytes(), GoType: d.String(), Relocs: DecodeRelocs(d),
	}
	s.Methods = wire.List(d, func(m *Method) { *m = Method{Key: d.String(), Exported: d.Bool(), Name: d.String()} })
	if d.Bool() {
		s.Func = decodeFunc(d)
	}
	return s
}

// EncodeRelocs appends a list of relocations.
func EncodeRelocs(e *wire.Encoder, list []Reloc) {
	wire.PutList(e, list, func(r *Reloc) {
		e.Int(int64(r.Off))
		e.Uint(uint64(r.Kind))
		e.String(r.Target)
		e.Int(r.Add)
	})
}

// DecodeRelocs reads what EncodeRelocs wrote.
func DecodeRelocs(d *wire.Decoder) []Reloc {
	return wire.List(d, func(r *Reloc) {
		*r = Reloc{Off: int32(d.Int()), Kind: RelocKind(d.Uint()), Target: d.String(), Add: d.Int()}
	})
}

func (f *FuncInfo) encode(e *wire.Encoder) {
	for _, n := range []int32{f.ArgsSize, f.FrameSize, f.StartLine, f.RecoverPC, f.BodyPC} {
		e.Int(int64(n))
	}
	e.Bool(f.Debug)
	e.Bytes(f.ArgInfo)
	e.Uint(uint64(f.FuncID))
	e.String(f.File)
	e.String(f.DisplayName)
	for _, list := range [][]PCValue{f.PCSP, f.StackMap, f.UnsafePoints} {
		encodePCValues(e, list)
	}
	pc := int32(0)
	wire.PutList(e, f.Lines, func(l *PCLine) {
		e.Int(int64(l.PC - pc))
		pc = l.PC
		e.String(l.File)
		e.Int(int64(l.Line))
		e.Int(int64(l.Inl))
	})
	wire.PutList(e, f.Inlines, func(c *InlinedCall) {
		e.Int(int64(c.Parent))
		e.String(c.Func)
		e.Int(int64(c.StartLine))
		e.String(c.File)
		e.Int(int64(c.Line))
		e.Int(int64(c.CallPC))
		e.Uint(uint64(c.FuncID))
	})
	putMap := func(b *Bitmap) { e.Bytes(*b) }
	wire.PutList(e, f.Locals, putMap)
	wire.PutList(e, f.Args, putMap)
	e.Bool(f.OpenDefer != nil)
	if f.OpenDefer != nil {
		e.Int(int64(f.OpenDefer.BitsOff))
		wire.PutList(e, f.OpenDefer.SlotsOffs, func(n *int32) { e.Int(int64(*n)) })
	}
	wire.PutList(e, f.Vars, func(v *Var) {
		e.String(v.Name)
		e.String(v.GoType)
		e.Int(int64(v.SPOff))
		e.Bool(v.Param)
		e.Bool(v.Result)
		e.Int(int64(v.Line))
		e.Int(int64(v.Scope))
	})
	wire.PutList(e, f.Scopes, func(s *Scope) {
		e.Int(int64(s.Parent))
		wire.PutList(e, s.Ranges, func(r *[2]int32) {
			e.Int(int64(r[0]))
			e.Int(int64(r[1]))
		})
	})
	wire.PutList(e, f.NoSplitCalls, func(s *string) { e.String(*s) })
	wire.PutList(e, f.NoSplitUse, func(n *int32) { e.Int(int64(*n)) })
	e.Bool(f.Cold != nil)
	if c := f.Cold; c != nil {
		e.Int(int64(c.PC))
		e.Int(int64(c.RecoverPC))
		wire.PutList(e, c.CallPCs, func(n *int32) { e.Int(int64(*n)) })
	}
}

func decodeFunc(d *wire.Decoder) *FuncInfo {
	f := &FuncInfo{
		ArgsSize: int32(d.Int()), FrameSize: int32(d.Int()), StartLine: int32(d.Int()), RecoverPC: int32(d.Int()),
		BodyPC: int32(d.Int()), Debug: d.Bool(), ArgInfo: d.Bytes(),
		FuncID: uint8(d.Uint()), File: d.String(), DisplayName: d.String(),
		PCSP: decodePCValues(d), StackMap: decodePCValues(d), UnsafePoints: decodePCValues(d),
	}
	pc := int32(0)
	f.Lines = wire.List(d, func(l *PCLine) {
		pc += int32(d.Int())
		*l = PCLine{PC: pc, File: d.String(), Line: int32(d.Int()), Inl: int32(d.Int())}
	})
	f.Inlines = wire.List(d, func(c *InlinedCall) {
		*c = InlinedCall{Parent: int32(d.Int()), Func: d.String(), StartLine: int32(d.Int()), File: d.String(),
			Line: int32(d.Int()), CallPC: int32(d.Int()), FuncID: uint8(d.Uint())}
	})
	readMap := func(b *Bitmap) { *b = d.Bytes() }
	f.Locals = wire.List(d, readMap)
	f.Args = wire.List(d, readMap)
	if d.Bool() {
		f.OpenDefer = &OpenDefer{BitsOff: int32(d.Int()), SlotsOffs: wire.List(d, func(n *int32) { *n = int32(d.Int()) })}
	}
	f.Vars = wire.List(d, func(v *Var) {
		*v = Var{Name: d.String(), GoType: d.String(), SPOff: int32(d.Int()), Param: d.Bool(), Result: d.Bool(),
			Line: int32(d.Int()), Scope: int32(d.Int())}
	})
	f.Scopes = wire.List(d, func(s *Scope) {
		*s = Scope{Parent: int32(d.Int()), Ranges: wire.List(d, func(r *[2]int32) { *r = [2]int32{int32(d.Int()), int32(d.Int())} })}
	})
	f.NoSplitCalls = wire.List(d, func(s *string) { *s = d.String() })
	f.NoSplitUse = wire.List(d, func(n *int32) { *n = int32(d.Int()) })
	if d.Bool() {
		f.Cold = &ColdPart{PC: int32(d.Int()), RecoverPC: int32(d.Int()), CallPCs: wire.List(d, func(n *int32) { *n = int32(d.Int()) })}
	}
	return f
}

func encodePCValues(e *wire.Encoder, list []PCValue) {
	pc := int32(0)
	wire.PutList(e, list, func(v *PCValue) {
		e.Int(int64(v.PC - pc))
		e.Int(int64(v.Value))
		pc = v.PC
	})
}

func decodePCValues(d *wire.Decoder) []PCValue {
	pc := int32(0)
	return wire.List(d, func(v *PCValue) {
		pc += int32(d.Int())
		*v = PCValue{PC: pc, Value: int32(d.Int())}
	})
}

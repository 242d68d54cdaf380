package abi

import "strata/internal/wire"

// Encode appends what calls and bodies need of a signature: everything but the parameters' names and types.
func (s *Signature) Encode(e *wire.Encoder) {
	e.Uint(uint64(s.Conv))
	for _, list := range [][]Component{s.In, s.Out} {
		wire.PutList(e, list, func(c *Component) {
			e.Uint(uint64(c.Class))
			e.Int(c.Size)
			e.Bool(c.Bool)
			e.Bool(c.Count)
			e.Int(int64(c.Reg))
			e.Int(c.Off)
			e.Int(int64(c.Param))
			e.Int(c.MemOff)
		})
	}
	for _, list := range [][]Param{s.Params, s.Results} {
		wire.PutList(e, list, func(p *Param) {
			e.Int(int64(p.First))
			e.Int(int64(p.N))
			e.Bool(p.InReg)
			e.Int(p.Off)
		})
	}
	for _, n := range []int64{s.ArgSize, s.RetOff, s.SpillOff, s.SpillSize} {
		e.Int(n)
	}
	e.Bytes(s.ArgPtrs)
	e.Bytes(s.SpillPtrs)
}

// DecodeSignature reads what Encode wrote.
func DecodeSignature(d *wire.Decoder) *Signature {
	component := func(c *Component) {
		*c = Component{Class: Class(d.Uint()), Size: d.Int(), Bool: d.Bool(), Count: d.Bool(), Reg: int8(d.Int()), Off: d.Int(), Param: int(d.Int()), MemOff: d.Int()}
	}
	param := func(p *Param) { *p = Param{First: int(d.Int()), N: int(d.Int()), InReg: d.Bool(), Off: d.Int()} }
	return &Signature{
		Conv: Conv(d.Uint()), In: wire.List(d, component), Out: wire.List(d, component),
		Params: wire.List(d, param), Results: wire.List(d, param),
		ArgSize: d.Int(), RetOff: d.Int(), SpillOff: d.Int(), SpillSize: d.Int(), ArgPtrs: d.Bytes(), SpillPtrs: d.Bytes(),
	}
}

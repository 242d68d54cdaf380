package wasm

import (
	"strings"

	"strata/internal/abi"
	"strata/internal/object"
	"strata/internal/wasm/module"
)

// Import makes the function that calls what the host provides under a name of a module. Integers, floats and addresses are passed as they
// are; lengths, which are 64 bits wide here, as 32 bits.
func Import(sym, mod, name string, sig *abi.Signature) *object.Symbol {
	var b module.Code
	b.Bytes = module.Locals(nil)
	var hostType strings.Builder
	n := uint32(0)
	for i := range sig.In {
		c := &sig.In[i]
		t := wasmType(compType(c))
		b.Idx(module.LocalGet, n)
		n++
		if c.Count {
			b.Op(module.I32WrapI64)
			t = module.I32
		}
		hostType.WriteByte(typeLetter(t))
	}
	hostType.WriteByte(':')
	for i := range sig.Out {
		hostType.WriteByte(typeLetter(wasmType(compType(&sig.Out[i]))))
	}
	b.Op(module.Call)
	relocs := []object.Reloc{
		{Kind: object.FuncSig, Target: typeString(sig)},
		{Off: int32(b.Len()), Kind: object.LebImport, Target: mod + "\x00" + name + "\x00" + hostType.String()},
	}
	b.Op(module.End)
	return &object.Symbol{Name: sym, Kind: object.Text, Align: Target.LoopAlign, Data: b.Bytes, Size: 4, Relocs: relocs, Flags: object.NoSplit, Func: &object.FuncInfo{}}
}

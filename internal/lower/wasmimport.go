package lower

import "strata/internal/abi"

// WasmImport tells of a function without body that go:wasmimport declares: the module and the name of what the host provides, and the
// signature. ok is false for all others.
func (p *Program) WasmImport(sym string) (module, name string, sig *abi.Signature, ok bool) {
	f := p.index.funcs[sym]
	if f == nil || f.body || f.imported == nil {
		return "", "", nil, false
	}
	return f.imported[0], f.imported[1], p.Sizes.Assign(f.fn.Signature(), p.Conv), true
}

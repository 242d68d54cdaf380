package lower

import (
	"strings"

	"strata/internal/abi"
)

// WasmImport tells of a function without body that go:wasmimport declares: the module and the name of what the host provides, and the
// signature. ok is false for all others.
func (p *Program) WasmImport(sym string) (module, name string, sig *abi.Signature, ok bool) {
	f := p.index.funcs[sym]
	if f == nil || f.decl.Body != nil {
		return "", "", nil, false
	}
	for _, d := range f.pkg.Pragmas[f.decl] {
		if words := strings.Fields(d.Args); d.Name == "go:wasmimport" && len(words) == 2 {
			return words[0], words[1], p.Sizes.Assign(f.fn.Signature(), p.Conv), true
		}
	}
	return "", "", nil, false
}

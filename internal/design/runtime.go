package design

import (
	"fmt"
	"reflect"
	"strings"
)

// Sources returns the files below GOROOT/src that depend on the designs, for the loader's overlay.
func (s Set) Sources() map[string][]byte {
	files := map[string][]byte{
		"runtime/internal/design/design.go": s.constants(),
		"runtime/internal/chosen/chosen.go": s.packages(),
	}
	if !s.Facts().RegisterABI {
		for _, arch := range []string{"amd64", "arm64"} { // the loader takes that of the machine
			files["internal/abi/abi_"+arch+".go"] = []byte(noArgumentRegisters)
		}
	}
	return files
}

// noArgumentRegisters is what reflect has to know of the stack convention.
const noArgumentRegisters = `//go:build strata

// This differs from GOROOT's file: no arguments are passed in registers.
package abi

const (
	IntArgRegs            = 0
	FloatArgRegs          = 0
	EffectiveFloatRegSize = 0
)
`

// constants returns the Go source of package runtime/internal/design: the
// facts and names of s as constants, for the runtime to switch on.
func (s Set) constants() []byte {
	var w strings.Builder
	w.WriteString("//go:build strata\n\n// Package design holds the designs that this program was built with.\npackage design\n\n")
	w.WriteString("// The chosen variants.\nconst (\n")
	for _, d := range Dimensions {
		fmt.Fprintf(&w, "\t%sName = %q\n", title(d.Name), s[d.Name])
	}
	w.WriteString(")\n\n// The facts that follow from them.\nconst (\n")
	f := reflect.ValueOf(s.Facts())
	for i := range f.NumField() {
		name, v := f.Type().Field(i).Name, f.Field(i)
		if b, ok := v.Interface().(Barrier); ok {
			fmt.Fprintf(&w, "\t%s = %v\n\tInsertBarrier = %v\n\tHybridBarrier = %v\n", name, b != NoBarrier, b == InsertBarrier, b == HybridBarrier)
			continue
		}
		fmt.Fprintf(&w, "\t%s = %v\n", name, v)
	}
	w.WriteString(")\n")
	return []byte(w.String())
}

// packages returns the Go source of package runtime/internal/chosen, which alone imports the variants that have packages of their
// own: those that were not chosen are not compiled.
func (s Set) packages() []byte {
	var imports, inits strings.Builder
	for _, d := range Dimensions {
		if v, err := d.variant(s[d.Name]); err == nil && v.pkg != "" {
			fmt.Fprintf(&imports, "import %s \"runtime/internal/%s\"\n", d.Name, v.pkg)
			fmt.Fprintf(&inits, "\t%s.Init()\n", d.Name)
		}
	}
	return []byte("//go:build strata\n\n// Package chosen starts the designs that have packages of their own.\npackage chosen\n\n" +
		imports.String() + "\n// Init is called once, before anything but the first thread runs.\nfunc Init() {\n" + inits.String() + "}\n")
}

func title(name string) string {
	if len(name) <= 3 {
		return strings.ToUpper(name)
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

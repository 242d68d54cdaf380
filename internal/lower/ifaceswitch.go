package lower

import (
	"encoding/binary"
	"strings"

	"strata/internal/object"
	"strata/internal/rtcall"
)

// A switch over interface types has a variable in which the runtime remembers what it found for which type
// (runtime/internal/lang.ifaceSwitch): {cache, number of cases, the cases' descriptors}. It is named by its cases, so
// assertions and switches share it that look for the same, and its definition follows from its name.

const ifaceSwitch = "go:ifaceswitch."

// SwitchSym names the variable for a list of interface types' descriptors. All must be joinable, or there is but one.
func SwitchSym(inters []string) string {
	names := make([]string, len(inters))
	for i, s := range inters {
		names[i] = strings.TrimPrefix(s, "type:")
	}
	return ifaceSwitch + strings.Join(names, ";")
}

// joinable tells whether a descriptor's name can stand in a list: types written out may have semicolons, and braces.
func joinable(sym string) bool { return !strings.ContainsAny(sym, ";{") }

// SwitchCases gives the descriptors in the name of such a variable, nil if sym is none.
func SwitchCases(sym string) []string {
	list, ok := strings.CutPrefix(sym, ifaceSwitch)
	if !ok {
		return nil
	}
	names := []string{list}
	if !strings.Contains(list, "{") {
		names = strings.Split(list, ";")
	}
	for i, s := range names {
		names[i] = "type:" + s
	}
	return names
}

// switchDef is the definition of such a variable; nil if sym is none, or one with types that are not known here.
func (p *Program) switchDef(sym string) Def {
	cases := SwitchCases(sym)
	if cases == nil {
		return nil
	}
	for _, c := range cases {
		if p.Def(c) == nil {
			return nil
		}
	}
	return &DataDef{Sym: sym, build: func() ([]*object.Symbol, error) {
		const cacheWord, countWord, firstCase = 0, 8, 16
		data := make([]byte, firstCase+8*len(cases))
		binary.LittleEndian.PutUint64(data[countWord:], uint64(len(cases)))
		relocs := []object.Reloc{{Off: cacheWord, Kind: object.Abs64, Target: rtcall.NoSwitchCache}}
		for i, c := range cases {
			relocs = append(relocs, object.Reloc{Off: int32(firstCase + 8*i), Kind: object.Abs64, Target: c})
		}
		return []*object.Symbol{{Name: sym, Kind: object.Data, Flags: object.DupOK, Align: 8, Size: int64(len(data)), Data: data, Relocs: relocs}}, nil
	}}
}

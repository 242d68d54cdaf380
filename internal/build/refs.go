package build

import (
	"strconv"
	"strings"

	"strata/internal/object"
	"strata/internal/rtcall"
	"strata/internal/ssa"
)

// references lists what a function mentions, as relocations of an object
// without code. Discovery follows them before any code exists; emission adds the
// interface-related ones (zero bytes long) to the real object.
func references(f *ssa.Func) []object.Reloc {
	var out []object.Reloc
	seen := map[object.Reloc]bool{}
	add := func(kind object.RelocKind, target string) {
		r := object.Reloc{Kind: kind, Target: target}
		if target != "" && !seen[r] {
			seen[r] = true
			out = append(out, r)
		}
	}
	plain := typeArguments(f)
	for _, name := range reflection(f) {
		add(object.UseNamedMethod, name)
	}
	for _, b := range f.Blocks {
		for _, v := range b.Values {
			switch aux := v.Aux.(type) {
			case *ssa.Call:
				add(object.Keep, aux.Sym)
				if v.Op == ssa.OpInterCall && aux.Method != "" {
					add(object.UseIfaceMethod, aux.Method)
				}
			case *ssa.AllocInfo:
				add(object.Keep, aux.TypeSym)
			case *ssa.MemType:
				if aux != nil && aux.HasPointers() {
					add(object.Keep, aux.TypeSym)
				}
			case string:
				switch v.Op {
				case ssa.OpGlobalAddr:
					add(object.Keep, aux)
					if strings.HasPrefix(aux, "type:") && !plain[v] {
						add(object.UseIface, aux)
					} else if strings.HasPrefix(aux, "go:itab.") {
						add(object.UseIface, itabType(aux))
					}
				case ssa.OpFuncAddr, ssa.OpCheck:
					add(object.Keep, aux)
				}
			}
		}
		if c, ok := b.Aux.(*ssa.Call); ok {
			add(object.Keep, c.Sym)
		}
	}
	return out
}

// interfaceRelocs are those of references that stay with the emitted object.
func interfaceRelocs(f *ssa.Func) []object.Reloc {
	var out []object.Reloc
	for _, r := range references(f) {
		if r.Kind != object.Keep {
			out = append(out, r)
		}
	}
	return out
}

// typeArguments finds the descriptor addresses that only serve as arguments of
// the runtime's memory functions: those do not put the type into an interface.
func typeArguments(f *ssa.Func) map[*ssa.Value]bool {
	uses := map[*ssa.Value]int32{}
	for _, b := range f.Blocks {
		for _, v := range b.Values {
			call, ok := v.Aux.(*ssa.Call)
			if !ok || !rtcall.Has(call.Known(), rtcall.LayoutOnly) && !strings.HasPrefix(call.Known(), "internal/runtime/maps.") {
				continue
			}
			for _, a := range v.Args {
				if a.Op == ssa.OpGlobalAddr {
					uses[a]++
				}
			}
		}
	}
	plain := map[*ssa.Value]bool{}
	for v, n := range uses {
		if n == v.Uses {
			plain[v] = true
		}
	}
	return plain
}

// itabType gives the type symbol of an itab symbol "go:itab.T,I": the concrete
// type ends at the first comma outside brackets.
func itabType(sym string) string {
	s := strings.TrimPrefix(sym, "go:itab.")
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '[', '(', '{':
			depth++
		case ']', ')', '}':
			depth--
		case '"', '`':
			q := s[i]
			for i++; i < len(s) && s[i] != q; i++ {
				if s[i] == '\\' && q == '"' {
					i++
				}
			}
		case ',':
			if depth == 0 {
				return "type:" + s[:i]
			}
		}
	}
	return ""
}

// reflection finds calls that look methods up by reflection: of reflect.Type's and
// reflect.Value's Method and MethodByName, direct or through an interface. It
// returns the constant names asked for, and gives f the pragma ReflectMethod if any method may be meant.
// Package reflect itself does not count: what matters is who calls it.
func reflection(f *ssa.Func) (names []string) {
	if f.PkgPath == "reflect" {
		return nil
	}
	for _, b := range f.Blocks {
		for _, v := range b.Values {
			call, ok := v.Aux.(*ssa.Call)
			if !ok || !looksUpMethods(call) {
				continue
			}
			if name, ok := constantName(v, call); ok {
				names = append(names, name)
			} else {
				f.Pragma |= ssa.ReflectMethod
			}
		}
	}
	return names
}

func looksUpMethods(call *ssa.Call) bool {
	if rtcall.Has(call.Sym, rtcall.LooksUpMethods) {
		return true
	}
	switch call.Method {
	case "Method func(int) reflect.Method", "MethodByName func(string) (reflect.Method, bool)",
		"Method func(int) reflect.Value", "MethodByName func(string) reflect.Value":
		return true
	}
	return false
}

// constantName reads the argument of MethodByName if it is a constant string.
func constantName(v *ssa.Value, call *ssa.Call) (string, bool) {
	if !strings.Contains(call.Sym+call.Method, "MethodByName") || len(v.Args) < 2 {
		return "", false
	}
	data, n := v.Args[len(v.Args)-2], v.Args[len(v.Args)-1]
	sym, ok := data.Aux.(string)
	if !ok || data.Op != ssa.OpGlobalAddr || n.Op != ssa.OpConst || !strings.HasPrefix(sym, "go:string.") {
		return "", false
	}
	// The symbol names the content only when that is short and plain.
	name, err := strconv.Unquote(strings.TrimPrefix(sym, "go:string."))
	return name, err == nil && int64(len(name)) == n.AuxInt
}

package symname

import (
	"go/types"
	"strconv"
	"strings"

	"strata/internal/object"
)

// Func names a declared function or method. targs are the type arguments of
// the function, or of its receiver's type (they may be left out when fn is the
// method of an instantiated type). display is what tracebacks show.
//
//	pkg/path.F  pkg/path.T.M  pkg/path.(*T).M  pkg.F[int,main.T]  pkg.(*G[int]).M
func (n *Namer) Func(fn *types.Func, targs []types.Type) (sym, display string) {
	w := writer{n: n, link: true}
	recv := fn.Signature().Recv()
	if recv == nil {
		w.qualified(fn.Pkg(), fn.Name())
		w.typeArgs(nil, targs)
		sym = string(w.b)
		return sym, Display(sym)
	}
	own := targs[min(len(targs), fn.Signature().RecvTypeParams().Len()):]
	return n.method(instantiatedRecv(recv.Type(), targs), fn, own)
}

// SetMethodInstance says that fn is an instance of a method, declared as origin, with type parameters of its own.
func (n *Namer) SetMethodInstance(fn, origin *types.Func, targs []types.Type) {
	n.methods.Store(fn, methodInstance{origin, targs})
}

// MethodInstance is what an instance was made of; nil for other functions.
func (n *Namer) MethodInstance(fn *types.Func) (origin *types.Func, targs []types.Type) {
	in, _ := n.methods.Load(fn)
	m, _ := in.(methodInstance)
	return m.origin, m.targs
}

type methodInstance struct {
	origin *types.Func
	targs  []types.Type
}

// instantiatedRecv applies targs to a receiver type that is still generic.
func instantiatedRecv(t types.Type, targs []types.Type) types.Type {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		return types.NewPointer(instantiatedRecv(p.Elem(), targs))
	}
	named, ok := t.(*types.Named)
	if !ok || len(targs) == 0 || named.Origin().TypeParams().Len() == 0 {
		return t
	}
	inst, err := types.Instantiate(nil, named.Origin(), targs[:named.Origin().TypeParams().Len()], false)
	if err != nil {
		return t
	}
	return inst
}

// Method names the method fn as found on the receiver type recv, which need
// not be the type that declares it: promoted methods and wrappers are named
// after the outer type, like "main.(*Outer).M".
func (n *Namer) Method(recv types.Type, fn *types.Func) (sym, display string) {
	_, own := n.MethodInstance(fn)
	return n.method(recv, fn, own)
}

func (n *Namer) method(recv types.Type, fn *types.Func, own []types.Type) (sym, display string) {
	w := writer{n: n, link: true}
	recv = types.Unalias(recv)
	elem, pointer := recv, false
	if p, ok := recv.(*types.Pointer); ok {
		elem, pointer = types.Unalias(p.Elem()), true
	}
	named, _ := elem.(*types.Named)
	switch {
	case named == nil:
		w.typ(recv)
	case pointer:
		inner := writer{n: n, link: true}
		inner.typ(elem)
		prefix := ""
		if pkg := named.Obj().Pkg(); pkg != nil {
			prefix = n.Prefix(pkg) + "."
		}
		w.str(prefix + "(*" + strings.TrimPrefix(string(inner.b), prefix) + ")")
	default:
		w.typ(elem)
	}
	// A type may have several unexported methods of one name, from different packages.
	if !fn.Exported() && (named == nil || named.Obj().Pkg() != fn.Pkg()) {
		w.str("." + n.Prefix(fn.Pkg()))
	}
	w.str("." + fn.Name())
	w.typeArgs(nil, own)
	sym = string(w.b)
	return sym, Display(sym)
}

// Display shortens each list of type arguments in a function's symbol to "[...]", and leaves all other names alone.
func Display(sym string) string {
	if !strings.Contains(sym, "[") || strings.HasPrefix(sym, "struct {") || strings.HasPrefix(sym, "*struct {") {
		return sym
	}
	var b strings.Builder
	depth := 0
	for i := range len(sym) {
		switch c := sym[i]; {
		case c == '[':
			if depth++; depth == 1 {
				b.WriteString("[...]")
			}
		case c == ']':
			depth--
		case depth == 0:
			b.WriteByte(c)
		}
		if depth < 0 {
			return sym
		}
	}
	if depth > 0 {
		return sym
	}
	return b.String()
}

// Kinds of compiler-made functions inside others.
const (
	FuncLit      = ".func"
	NestedLit    = "." // function literal inside a function literal
	RangeBody    = "-range"
	GoWrapper    = ".gowrap"
	DeferWrapper = ".deferwrap"
)

// Closure names the n-th (from 1) function of a kind inside outer:
// "main.main.func1", "main.main.func1.2", "main.f-range1". It serves symbols
// and display names alike.
func Closure(outer, kind string, n int) string { return outer + kind + strconv.Itoa(n) }

// Wrapped is the function whose go or defer statement the wrapper sym was made for; ok is false if sym is none.
func Wrapped(sym string) (outer string, ok bool) {
	s := strings.TrimRight(sym, "0123456789")
	if outer, ok = strings.CutSuffix(s, GoWrapper); !ok {
		outer, ok = strings.CutSuffix(s, DeferWrapper)
	}
	return outer, ok && len(s) < len(sym)
}

// Init names the n-th function init of a package; n < 0 is the function that
// initialises its variables.
func (n *Namer) Init(pkg *types.Package, i int) string {
	s := n.Prefix(pkg) + ".init"
	if i >= 0 {
		s += "." + strconv.Itoa(i)
	}
	return s
}

// MethodValue names the wrapper behind a method value x.M, from the name of the method.
func MethodValue(sym string) string { return sym + "-fm" }

// FuncValue names the static closure {code} of a function.
func FuncValue(sym string) string { return sym + "·f" }

// Global names a package variable.
func (n *Namer) Global(v *types.Var) string { return n.Prefix(v.Pkg()) + "." + v.Name() }

// TypeSym names the descriptor of t.
func (n *Namer) TypeSym(t types.Type) string { return "type:" + n.Type(t) }

// Itab names the method table of t for the interface type iface.
func (n *Namer) Itab(t, iface types.Type) string {
	return "go:itab." + n.Type(t) + "," + n.Type(iface)
}

// ABI0 names the entry point of sym that follows the stack convention.
func ABI0(sym string) string { return sym + "<ABI0>" }

// TrimABI splits the convention off a symbol name.
func TrimABI(sym string) (name string, abi0 bool) {
	return strings.CutSuffix(sym, "<ABI0>")
}

// MethodName is the name under which methods match: qualified by the package's path when not exported.
func (n *Namer) MethodName(fn *types.Func) string {
	if fn.Exported() || fn.Pkg() == nil {
		return fn.Name()
	}
	return n.Prefix(fn.Pkg()) + "." + fn.Name()
}

// MethodKey is the identity of a method in matching interfaces with types:
// sig is the signature with all type arguments in place; nil means fn's own.
func (n *Namer) MethodKey(fn *types.Func, sig *types.Signature) string {
	if sig == nil {
		sig = fn.Signature()
	}
	w := writer{n: n, link: true}
	w.str("func")
	w.signature(sig) // the receiver is no part of it
	return object.MethodKey(n.MethodName(fn), string(w.b))
}

package lower

import (
	"go/ast"
	"go/types"
)

// Methods with type parameters of their own (Go 1.27). An instance is a types.Func that the checker does not know: it has the
// generic method's name, and the signature with all type arguments in place, so that everything that names, calls, wraps
// or binds methods treats it as any other. Interfaces have no such methods, and method sets leave them out.

// instantiateMethod gives the instance of a method as found on a receiver type, or the method itself if it has no type parameters.
func (p *Program) instantiateMethod(fn *types.Func, targs []types.Type) *types.Func {
	sig := fn.Signature()
	if sig.TypeParams().Len() == 0 || len(targs) == 0 {
		return fn
	}
	t, err := p.warm.instantiate(p.ctxt, sig, targs)
	if err != nil {
		panic("lower: " + fn.FullName() + ": " + err.Error())
	}
	made := t.(*types.Signature)
	inst := types.NewFunc(fn.Pos(), fn.Pkg(), fn.Name(), types.NewSignatureType(sig.Recv(), nil, nil, made.Params(), made.Results(), made.Variadic()))
	p.Names.SetMethodInstance(inst, fn.Origin(), targs)
	return inst
}

// originOf is the declared function or method behind an instance.
func (p *Program) originOf(fn *types.Func) *types.Func {
	if origin, _ := p.Names.MethodInstance(fn); origin != nil {
		return origin
	}
	return fn.Origin()
}

// methodTypeArgs are the type arguments of a method as found on a type: those of its receiver, and its own.
func (p *Program) methodTypeArgs(fn *types.Func) []types.Type {
	_, own := p.Names.MethodInstance(fn)
	return append(recvTypeArgs(fn), own...)
}

// instantiated gives the method that a selector's identifier names, with the type arguments that were given or inferred there.
func (b *builder) instantiated(fn *types.Func, id *ast.Ident) *types.Func {
	if fn.Signature().TypeParams().Len() == 0 {
		return fn
	}
	return b.p.instantiateMethod(fn, b.typeArgs(id))
}

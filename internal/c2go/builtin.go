package c2go

import (
	"fmt"
	"strings"

	"modernc.org/cc/v4"
)

// bitBuiltins are builtins that are expressions over functions of package libc, by their names there.
var bitBuiltins = map[string]string{
	"__builtin_clz": "Clz32", "__builtin_clzl": "Clz64", "__builtin_clzll": "Clz64",
	"__builtin_ctz": "Ctz32", "__builtin_ctzl": "Ctz64", "__builtin_ctzll": "Ctz64",
	"__builtin_ffs": "Ffs32", "__builtin_ffsl": "Ffs64", "__builtin_ffsll": "Ffs64",
	"__builtin_popcount": "Popcount32", "__builtin_popcountl": "Popcount64", "__builtin_popcountll": "Popcount64",
	"__builtin_parity": "Parity32", "__builtin_parityl": "Parity64", "__builtin_parityll": "Parity64",
	"__builtin_bswap16": "Bswap16", "__builtin_bswap32": "Bswap32", "__builtin_bswap64": "Bswap64",
	"__builtin_isnan": "IsNaN", "__builtin_isinf": "IsInf", "__builtin_isfinite": "IsFinite", "__builtin_signbit": "Signbit",
	"__builtin_isunordered": "IsUnordered", "__builtin_isgreater": "IsGreater", "__builtin_isgreaterequal": "IsGreaterEqual",
	"__builtin_isless": "IsLess", "__builtin_islessequal": "IsLessEqual", "__builtin_islessgreater": "IsLessGreater",
	"__builtin_nan": "Nan", "__builtin_nanf": "Nanf",
}

// builtinCall translates calls of what the compiler itself knows.
func (f *fn) builtinCall(x *cc.PostfixExpression, name string, args []cc.ExpressionNode) (value, bool) {
	u := f.u
	none := value{t: u.ast.Void, prec: precPrimary, same: true}
	if n := bitBuiltins[name]; n != "" {
		t := functionType(x, x.PostfixExpression.Type())
		list := f.arguments(x, nil, t, args)
		return value{s: "libc." + n + "(" + strings.Join(list, ", ") + ")", t: t.Result(), prec: precPrimary}, true
	}
	switch name {
	case "__builtin_expect":
		v := f.expr(args[0])
		if !v.cond {
			v = f.convert(args[0], v, u.ast.Long)
		}
		f.discard(args[1])
		return v, true
	case "__builtin_constant_p":
		return literal(&constant{}, u.ast.Int), true
	case "__builtin_choose_expr":
		if c, ok := constantOf(args[0].Value()); ok && c.i != 0 {
			return f.expr(args[1]), true
		}
		return f.expr(args[2]), true
	case "__builtin_unreachable", "__builtin_trap":
		f.emit("panic(%q)", strings.TrimPrefix(name, "__builtin_"))
		return none, true
	case "__builtin_prefetch":
		for _, a := range args {
			f.discard(a)
		}
		return none, true
	case "__sync_synchronize", "__builtin_va_end":
		return none, true
	case "__builtin_inf":
		return literal(&constant{f: inf, float: true}, u.ast.Double), true
	case "__builtin_inff":
		return literal(&constant{f: inf, float: true}, u.ast.Float), true
	case "__builtin_object_size":
		f.discard(args[0])
		return literal(&constant{i: ^uint64(0)}, u.ast.ULong), true
	case "__builtin_frame_address", "__builtin_return_address":
		fail(x, "%s cannot be translated", name)
	case "__builtin_alloca", "alloca":
		f.facts.set(&f.facts.framed)
		v := f.convert(x, f.expr(args[0]), u.ast.ULong)
		return f.temp(x, value{s: "libc.Alloca(uintptr(" + v.s + "))", t: u.ast.PVoid, prec: precPrimary}), true
	case "__builtin_va_start":
		l := f.lvalue(args[0])
		f.emit("%s = _va", f.object(x, l))
		return none, true
	case "__builtin_va_arg_impl":
		fail(x, "va_arg of an unknown type")
	case "setjmp", "_setjmp", "sigsetjmp", "__builtin_setjmp":
		return f.setjmp(x, args[0]), true
	}
	if rest, ok := strings.CutPrefix(name, "__builtin_"); ok {
		rest = strings.TrimSuffix(strings.TrimPrefix(rest, "__"), "_chk")
		lf := u.p.libc[libcName(rest)]
		if lf == nil {
			fail(x, "%s is not supported", name)
		}
		t := functionType(x, x.PostfixExpression.Type())
		list := f.arguments(x, nil, t, args)
		return value{s: "libc." + lf.name + "(" + strings.Join(list, ", ") + ")", t: t.Result(), prec: precPrimary, call: true}, true
	}
	switch {
	case strings.HasPrefix(name, "__sync_"), strings.HasPrefix(name, "__atomic_"), strings.HasPrefix(name, "__c11_atomic_"):
		fail(x, "%s is not supported: translated programs have one thread", name)
	case strings.HasPrefix(name, "pthread_"), name == "thrd_create", name == "fork":
		if u.p.objects[name] == nil || u.p.objects[name].def == nil {
			fail(x, "%s: threads and processes cannot be translated", name)
		}
	}
	return value{}, false
}

// vaArg is what va_arg designates: the next word of the arguments, as an object of type t. The list is advanced.
func (f *fn) vaArg(at cc.Node, list cc.ExpressionNode, t cc.Type) lvalue {
	l := f.settle(at, f.lvalue(list))
	p := f.temp(at, f.load(at, l))
	words := max((sizeOf(at, t)+7)/8, 0)
	f.emit("%s = %s + %d", f.object(at, l), p.s, 8*words)
	if t.Kind() == cc.Float {
		fail(at, "va_arg of float")
	}
	p.t = t.Pointer()
	return f.through(at, p, t)
}

// sizeof is the size of a type, which is no constant for arrays of variable length.
func (f *fn) sizeof(at cc.Node, t cc.Type) value {
	if a, ok := t.(*cc.ArrayType); ok && f.sizeVaries(a) {
		n := f.length(at, a)
		e := f.convert(at, f.sizeof(at, a.Elem()), f.u.ast.ULong)
		n = f.convert(at, n, f.u.ast.ULong)
		return value{s: n.wrap(precMul) + " * " + e.wrap(precPrimary), t: f.u.ast.ULong, prec: precMul}
	}
	return literal(&constant{i: uint64(sizeOf(at, t))}, f.u.ast.ULong)
}

func (f *fn) sizeVaries(a *cc.ArrayType) bool {
	if a.IsVLA() {
		return true
	}
	e, ok := a.Elem().(*cc.ArrayType)
	return ok && f.sizeVaries(e)
}

// length is the number of elements of an array; that of an array of variable length was computed when it was declared.
func (f *fn) length(at cc.Node, a *cc.ArrayType) value {
	if !a.IsVLA() {
		return literal(&constant{i: uint64(a.Len())}, f.u.ast.ULong)
	}
	key := a.SizeExpression()
	if v, ok := f.lengths[key]; ok {
		return v
	}
	v := f.convert(at, f.expr(key), f.u.ast.ULong)
	if v.same {
		return v
	}
	f.temps++
	name := fmt.Sprintf("_n%d", f.temps)
	f.hoisted = append(f.hoisted, "var "+name+" uint64")
	f.emit("%s = %s", name, f.plain(at, v))
	v = value{s: name, t: f.u.ast.ULong, prec: precPrimary, same: true}
	f.lengths[key] = v
	return v
}

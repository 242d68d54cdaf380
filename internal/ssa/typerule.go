package ssa

import "fmt"

// A TypeRule returns what is wrong with the types of a value's arguments and result, or "".
type TypeRule func(v *Value) string

// typed is "" if all of args have type t.
func typed(t Type, args ...*Value) string {
	for _, a := range args {
		if a.Type != t {
			return fmt.Sprintf("argument %s has type %s", a, a.Type)
		}
	}
	return ""
}

// alike: the arguments have the type of the result.
func alike(v *Value) string { return typed(v.Type, v.Args...) }

// first: the first argument has the type of the result.
func first(v *Value) string { return typed(v.Type, v.Args[0]) }

func choice(v *Value) string {
	if v.Args[0].Type != Bool {
		return "condition is no bool"
	}
	return typed(v.Type, v.Args[1:]...)
}

func comparison(v *Value) string {
	if v.Type != Bool {
		return "comparison is no bool"
	}
	if v.Args[0].Type != v.Args[1].Type {
		return fmt.Sprintf("compares %s with %s", v.Args[0].Type, v.Args[1].Type)
	}
	return ""
}

func address(v *Value) string {
	if v.Args[0].Type != Ptr {
		return fmt.Sprintf("address %s has type %s", v.Args[0], v.Args[0].Type)
	}
	return ""
}

func wider(v *Value) string {
	if v.Args[0].Type.Size() >= v.Type.Size() || !v.Type.IsInt() || !v.Args[0].Type.IsInt() {
		return "does not extend " + v.Args[0].Type.String()
	}
	return ""
}

func narrower(v *Value) string {
	if v.Args[0].Type.Size() <= v.Type.Size() {
		return "does not truncate " + v.Args[0].Type.String()
	}
	return ""
}

func index(v *Value) string {
	if v.Args[0].Type != I64 || v.Args[1].Type != I64 {
		return "operands are not i64"
	}
	return ""
}

func component(v *Value) string {
	if v.Args[0].Type != Tuple {
		return "argument is no tuple"
	}
	return ""
}

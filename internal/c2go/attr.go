package c2go

import (
	"reflect"
	"strings"

	"modernc.org/cc/v4"
)

// refused are the GNU attributes that change what a program does and are not translated. All others are advice to an optimiser or
// a linker, or cc has worked their meaning into the types.
var refused = map[string]string{
	"alias":                "a second name of a function",
	"cleanup":              "a call at the end of a variable's scope",
	"constructor":          "a function that runs before main",
	"destructor":           "a function that runs after main",
	"ifunc":                "a function chosen when the program starts",
	"mode":                 "a type of another width",
	"scalar_storage_order": "memory in another order of bytes",
	"weakref":              "a second name of a function",
}

// attributes reports attributes that cannot be translated. They may stand at nearly every node, so all of the unit's are visited.
func (u *unit) attributes() {
	w := attributeWalk{u: u, seen: map[any]bool{}}
	w.visit(reflect.ValueOf(u.ast.TranslationUnit))
}

type attributeWalk struct {
	u    *unit
	seen map[any]bool
}

var nodeType = reflect.TypeFor[cc.Node]()

func (w *attributeWalk) visit(v reflect.Value) {
	for !v.IsNil() {
		if w.seen[v.Interface()] {
			return
		}
		w.seen[v.Interface()] = true
		if a, ok := v.Interface().(*cc.AttributeValue); ok {
			w.check(a)
		}
		// Lists are linked by a field of their own type: to follow it here keeps the recursion as deep as the source nests.
		var next reflect.Value
		for i := range v.Elem().NumField() {
			f := v.Elem().Field(i)
			if !v.Elem().Type().Field(i).IsExported() || f.Kind() != reflect.Pointer || !f.Type().Implements(nodeType) {
				continue
			}
			if f.Type() == v.Type() {
				next = f
				continue
			}
			w.visit(f)
		}
		if !next.IsValid() {
			return
		}
		v = next
	}
}

func (w *attributeWalk) check(a *cc.AttributeValue) {
	name := strings.TrimSuffix(strings.TrimPrefix(a.Token.SrcStr(), "__"), "__")
	if what := refused[name]; what != "" {
		w.u.p.guard(func() { fail(a, "attribute %s, %s, cannot be translated", name, what) })
	}
}

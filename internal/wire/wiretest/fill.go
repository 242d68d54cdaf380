// Package wiretest helps to test that an encoding leaves nothing out.
package wiretest

import (
	"fmt"
	"reflect"
)

// Fill gives every exported field that v points to, and those behind it, a value that is not zero: a different one
// each, as far as the type allows. Fields of the types in skip stay as they are.
func Fill(v any, skip ...reflect.Type) {
	f := filler{skip: map[reflect.Type]bool{}}
	for _, t := range skip {
		f.skip[t] = true
	}
	f.fill(reflect.ValueOf(v).Elem())
}

type filler struct {
	skip map[reflect.Type]bool
	n    int64
}

func (f *filler) fill(v reflect.Value) {
	if f.skip[v.Type()] {
		return
	}
	f.n++
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(1 + f.n%100)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(1 + f.n%100))
	case reflect.String:
		v.SetString(fmt.Sprint("string ", f.n))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		f.fill(v.Index(0))
		f.fill(v.Index(1))
	case reflect.Array:
		for i := range v.Len() {
			f.fill(v.Index(i))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				f.fill(v.Field(i))
			}
		}
	default:
		panic("wiretest: cannot fill " + v.Type().String())
	}
}

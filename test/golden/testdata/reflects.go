// Package reflect: calls in both directions, construction of types, method sets.
package main

import (
	"fmt"
	"reflect"
	"sort"
	"strings"
)

type T struct {
	A int `k:"v" json:"a"`
	B string
	c float64
	*E
}

type E struct{ Z []int }

func (e *E) Zs() int { return len(e.Z) }

func (t T) Val(x int, s ...string) (string, error) {
	return fmt.Sprint(t.A, x, s), nil
}

func (t *T) Set(a int) { t.A = a }

func (t T) Big(a [4]int, b struct{ X, Y float64 }, c complex128, d func(int) int, e any) (int, float64) {
	return a[3] + d(e.(int)), b.X + b.Y + real(c)
}

type I interface {
	Val(int, ...string) (string, error)
}

type mix struct {
	a int8
	b float32
	c string
	d uint16
}

func many(a, b, c, d, e, f, g, h, i, j, k int, x, y float64, m mix, s []string) string {
	return fmt.Sprint(a, b, c, d, e, f, g, h, i, j, k, x, y, m, s)
}

func swapper(fptr any) {
	fn := reflect.ValueOf(fptr).Elem()
	fn.Set(reflect.MakeFunc(fn.Type(), func(in []reflect.Value) []reflect.Value {
		out := make([]reflect.Value, len(in))
		for i := range in {
			out[len(in)-1-i] = in[i]
		}
		return out
	}))
}

func main() {
	t := T{1, "b", 2.5, &E{[]int{1, 2}}}
	v := reflect.ValueOf(&t)
	fmt.Println(v.Type(), v.NumMethod(), v.Elem().NumMethod(), v.Elem().NumField())
	for i := range v.NumMethod() {
		fmt.Println(v.Type().Method(i).Name, v.Type().Method(i).Type)
	}
	for i := range v.Elem().NumField() {
		f := v.Elem().Type().Field(i)
		fmt.Println(f.Name, f.Type, f.Tag.Get("json"), f.Offset, f.IsExported(), f.Anonymous)
	}
	v.MethodByName("Set").Call([]reflect.Value{reflect.ValueOf(42)})
	out := v.MethodByName("Val").Call([]reflect.Value{reflect.ValueOf(7), reflect.ValueOf("x"), reflect.ValueOf("y")})
	fmt.Println(out[0], out[1].IsNil(), t.A)
	out = v.Method(1).CallSlice([]reflect.Value{reflect.ValueOf(7), reflect.ValueOf([]string{"s"})})
	fmt.Println(len(out))
	out = reflect.ValueOf(t).MethodByName("Big").Call([]reflect.Value{
		reflect.ValueOf([4]int{1, 2, 3, 4}), reflect.ValueOf(struct{ X, Y float64 }{1.5, 2.5}), reflect.ValueOf(3 + 4i),
		reflect.ValueOf(func(i int) int { return i * 10 }), reflect.ValueOf(any(5)),
	})
	fmt.Println(out[0], out[1])
	args := []reflect.Value{}
	for i := range 11 {
		args = append(args, reflect.ValueOf(i))
	}
	args = append(args, reflect.ValueOf(1.25), reflect.ValueOf(-2.5), reflect.ValueOf(mix{1, 2, "m", 3}), reflect.ValueOf([]string{"a"}))
	fmt.Println(reflect.ValueOf(many).Call(args)[0])

	var swapInts func(int, int) (int, int)
	swapper(&swapInts)
	fmt.Println(swapInts(1, 2))
	var swapMix func(string, float64, mix) (mix, float64, string)
	swapper(&swapMix)
	fmt.Println(swapMix("s", 1.5, mix{1, 2, "q", 4}))
	mv := v.MethodByName("Val").Interface().(func(int, ...string) (string, error))
	fmt.Println(mv(9, "iface"))

	m := reflect.MakeMap(reflect.TypeOf(map[string][]int{}))
	m.SetMapIndex(reflect.ValueOf("k"), reflect.ValueOf([]int{1}))
	fmt.Println(m.Interface(), m.MapIndex(reflect.ValueOf("none")).IsValid())
	it := m.MapRange()
	for it.Next() {
		fmt.Println(it.Key(), it.Value())
	}
	s := reflect.MakeSlice(reflect.TypeOf([]string{}), 0, 2)
	s = reflect.Append(s, reflect.ValueOf("a"), reflect.ValueOf("b"), reflect.ValueOf("c"))
	reflect.Swapper(s.Interface())(0, 2)
	fmt.Println(s, s.Len(), s.Index(1), s.Slice(1, 3))
	c := reflect.MakeChan(reflect.TypeOf(make(chan int)), 1)
	c.Send(reflect.ValueOf(3))
	x, ok := c.Recv()
	fmt.Println(x, ok)
	c.Send(reflect.ValueOf(4))
	i, x, ok := reflect.Select([]reflect.SelectCase{{Dir: reflect.SelectDefault}, {Dir: reflect.SelectRecv, Chan: c}})
	fmt.Println(i, x, ok)

	st := reflect.StructOf([]reflect.StructField{
		{Name: "X", Type: reflect.TypeOf(0), Tag: `json:"x"`}, {Name: "Y", Type: reflect.TypeOf("")},
	})
	sv := reflect.New(st).Elem()
	sv.Field(0).SetInt(5)
	fmt.Printf("%+v %v\n", sv, st)
	fmt.Println(reflect.SliceOf(st), reflect.MapOf(reflect.TypeOf(""), reflect.TypeOf(T{})), reflect.ArrayOf(3, reflect.TypeOf(I(t))),
		reflect.ChanOf(reflect.RecvDir, reflect.TypeOf(1)), reflect.FuncOf([]reflect.Type{reflect.TypeOf(1)}, nil, false), reflect.PointerTo(st))
	fmt.Println(reflect.TypeOf(t).Implements(reflect.TypeFor[I]()), reflect.TypeFor[error](), reflect.TypeFor[map[string]chan<- func(...int) error]())
	fmt.Println(reflect.DeepEqual(map[string][]int{"a": {1}}, map[string][]int{"a": {1}}), reflect.DeepEqual(t, T{}))
	fmt.Println(reflect.ValueOf(3).Convert(reflect.TypeOf(1.5)), reflect.ValueOf("é").Convert(reflect.TypeOf([]byte{})), reflect.Zero(reflect.TypeOf(t)).Field(1).String() == "")
	for name, f := range map[string]func(){
		"set":   func() { reflect.ValueOf(t).Field(0).SetInt(1) },
		"unexp": func() { reflect.ValueOf(&t).Elem().Field(2).SetFloat(1) },
		"call":  func() { reflect.ValueOf(many).Call(nil) },
		"kind":  func() { reflect.ValueOf(1).Len() },
		"nil":   func() { reflect.Value{}.Type() },
	} {
		func() {
			defer func() { msgs = append(msgs, fmt.Sprint(name, ": ", recover())) }()
			f()
		}()
	}
	sort.Strings(msgs)
	fmt.Println(strings.Join(msgs, "\n"))
}

var msgs []string

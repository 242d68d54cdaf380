package typedesc

import "unsafe"

// The types below are both compiled by gc and described by Builder; the test compares.

type sampleT struct {
	x int `k:"plain"`
	Y string
	_ int32
	p *sampleT
}

func (sampleT) Zeta(int, ...string) (error, bool) { return nil, false }
func (sampleT) alpha()                            {}
func (*sampleT) Beta(sampleT) *sampleT            { return nil }
func (*sampleT) beta()                            {}

type Emb struct {
	sampleT
	*Named
	Stringer
}
type Named int

func (Named) String() string { return "" }
func (*Named) Set(Named)     {}

type Stringer interface {
	String() string
	unexported(x int)
}
type Pair[A, B any] struct {
	First  A
	Second B
}

func (Pair[A, B]) Get() (A, B)   { panic(0) }
func (*Pair[A, B]) Put(a A, b B) {}

type ptrOnly struct{ p *int }
type big [300]byte
type bigPtrs [20000]*int
type fn func(a, b int, c ...any) (n int, err error)
type M map[string]int
type padded struct {
	a int8
	b int64
}
type trailing struct {
	a int64
	z struct{}
}
type oneFloat struct{ f float64 }
type rec struct {
	next *rec
	kids []rec
	m    map[rec2]*rec
}
type rec2 struct{ a, b any }

type Sample struct {
	A0  bool
	A1  int
	A2  int8
	A3  uint16
	A4  uint32
	A5  int64
	A6  uintptr
	A7  float32
	A8  float64
	A9  complex64
	A10 complex128
	A11 string
	A12 unsafe.Pointer
	A13 error
	A14 any
	A15 byte
	A16 rune
	B0  sampleT
	B1  *sampleT
	B2  Emb
	B3  *Emb
	B4  Named
	B5  *Named
	B6  Stringer
	B7  *Stringer
	B8  Pair[int, sampleT]
	B9  *Pair[string, *Pair[Named, struct{ q []sampleT }]]
	C0  ptrOnly
	C1  [1]*int
	C2  [3]string
	C3  [0]func()
	C4  big
	C5  bigPtrs
	C6  [2][4]struct {
		a int
		b *int
	}
	D0 fn
	D1 func()
	D2 func(int, ...string) (int, error)
	D3 func(func(x int) func() bool)
	E0 map[string]int
	E1 M
	E2 map[float64]struct{}
	E3 map[struct{}]struct{}
	E4 map[big]big
	E5 map[any]any
	E6 map[int32]bool
	E7 map[*int][]string
	E8 map[oneFloat][17]int
	F0 chan int
	F1 <-chan string
	F2 chan<- *sampleT
	F3 chan (<-chan int)
	F4 chan<- (<-chan int)
	G0 []int
	G1 [][]string
	G2 []struct{}
	H0 struct{}
	H1 struct {
		a int    `tag:"x"`
		B string `tag:"y \"q\""`
	}
	H2 struct{ Emb }
	H3 struct {
		*Named
		error
	}
	H4 padded
	H5 trailing
	H6 oneFloat
	H7 struct{ _ int }
	H8 rec
	I0 interface{ M(int) string }
	I1 interface {
		B()
		a()
		A()
		b(int)
		error
	}
	I2 *interface{ M() }
	J0 struct {
		F uintptr
		X *int
	}
	J1 [4]struct{ i any }
	J2 [1]float32
	J3 [0]float32
	J4 struct {
		a [2]int32
		b int64
	}
}

type impl struct{ Named }

func (impl) unexported(int) {}

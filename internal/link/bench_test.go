package link

import (
	"fmt"
	"testing"
	"time"

	"strata/internal/object"
)

// bigProgram is about the size of a web server: 20,000 functions, 10 MB of
// text, 40,000 other symbols.
func bigProgram() Input {
	in := Input{Entry: "p0.f0"}
	const n = 20000
	file := func(p int) string { return fmt.Sprintf("/usr/local/go/src/p%d/file.go", p) }
	for i := range n {
		p := i / 200
		c := &code{}
		f := &object.FuncInfo{File: file(p), StartLine: int32(i), FrameSize: 64}
		for j := range 25 {
			f.Lines = append(f.Lines, object.PCLine{PC: int32(len(c.b)), File: file((p + j%3) % 100), Line: int32(i + j), Inl: int32(j%3 - 1)})
			f.StackMap = append(f.StackMap, object.PCValue{PC: int32(len(c.b)), Value: int32(j % 5)})
			switch j % 5 {
			case 0:
				c.leaRSI(fmt.Sprintf("go:string.%d", i))
			case 1:
				c.leaRSI(fmt.Sprintf("p%d.v%d", p, i))
			default:
				c.call(fmt.Sprintf("p%d.f%d", (i*7+j)%n/200, (i*7+j)%n))
			}
			c.bytes(make([]byte, 14)...)
		}
		size := int32(len(c.b))
		f.PCSP = []object.PCValue{{PC: 0}, {PC: 10, Value: 64}, {PC: size - 1}}
		for j := range 5 {
			f.Locals = append(f.Locals, object.Bitmap{byte(i), byte(j)})
			f.Args = append(f.Args, object.Bitmap{1})
		}
		f.Inlines = []object.InlinedCall{{Parent: -1, Func: "p.inl", File: file(p), Line: 5}, {Parent: 0, Func: "p.inl2", File: file(p), Line: 6}}
		name := fmt.Sprintf("p%d.f%d", p, i)
		s := c.symbol(name, file(p), int32(i))
		s.Func = f
		in.Symbols = append(in.Symbols, s, str(fmt.Sprintf("go:string.%d", i), name),
			&object.Symbol{Name: fmt.Sprintf("p%d.v%d", p, i), Kind: object.BSS, Size: 24, Align: 8, PtrMask: []byte{5}})
		in.Roots = append(in.Roots, name)
	}
	return in
}

func BenchmarkBig(b *testing.B) {
	in := bigProgram()
	times := map[string]time.Duration{}
	in.Timing = func(phase string, d time.Duration) { times[phase] += d }
	for b.Loop() {
		if _, err := Image(in); err != nil {
			b.Fatal(err)
		}
	}
	for _, p := range phases {
		b.ReportMetric(float64(times[p.name].Microseconds())/1000/float64(b.N), p.name+"-ms")
	}
}

package interp

import (
	"fmt"
	"hash/fnv"
	"math"
	"strconv"
	"strings"

	"strata/internal/ssa"
)

func boundsText(kind ssa.BoundsKind, i, n uint64) string {
	x := strconv.FormatInt(int64(i), 10)
	if kind&ssa.BoundsUnsigned != 0 {
		x = strconv.FormatUint(i, 10)
	}
	switch kind &^ ssa.BoundsUnsigned {
	case ssa.BoundsIndex:
		if kind&ssa.BoundsUnsigned == 0 && int64(i) < 0 {
			return fmt.Sprintf("index out of range [%s]", x)
		}
		return fmt.Sprintf("index out of range [%s] with length %d", x, n)
	case ssa.BoundsSliceAlen:
		return fmt.Sprintf("slice bounds out of range [:%s] with length %d", x, n)
	case ssa.BoundsSliceAcap:
		return fmt.Sprintf("slice bounds out of range [:%s] with capacity %d", x, n)
	case ssa.BoundsSliceB:
		return fmt.Sprintf("slice bounds out of range [%s:%d]", x, n)
	case ssa.BoundsConvert:
		return fmt.Sprintf("cannot convert slice with length %d to array or pointer to array with length %s", n, x)
	}
	return fmt.Sprintf("slice bounds out of range [%d: %s %d]", kind, x, n)
}

// Layout of the descriptor fields natives read.
const typeSize = 0

// AddNatives installs what stands for the run time: memory, strings, printing
// to out, panics, defers. Functions of maps, interfaces and the like are lowered from their sources.
func (m *Machine) AddNatives(out func(string)) {
	m.memoryNatives()
	m.stringNatives()
	m.printNatives(out)
	m.panicNatives()
}

func (m *Machine) memoryNatives() {
	add := func(name string, f func(a []uint64) []uint64) {
		m.Natives[name] = func(_ *Machine, _ *Frame, a []uint64) []uint64 { return f(a) }
	}
	one := func(x uint64) []uint64 { return []uint64{x} }
	size := func(typ uint64) int64 { return int64(m.Load(typ+typeSize, 8)) }
	add("runtime.newobject", func(a []uint64) []uint64 { return one(m.Alloc(size(a[0]), 16)) })
	add("runtime.mallocgc", func(a []uint64) []uint64 { return one(m.Alloc(int64(a[0]), 16)) })
	array := func(a []uint64) []uint64 {
		n := int64(a[1])
		s := size(a[0])
		if len(a) > 2 && (int64(a[2]) < n || s > 0 && int64(a[2]) > (1<<47)/s) {
			m.Throw("makeslice: cap out of range")
		}
		if n < 0 || s > 0 && n > (1<<47)/s {
			m.Throw("makeslice: len out of range")
		}
		return one(m.Alloc(s*int64(a[len(a)-1]), 16))
	}
	add("runtime.makeslice", array)
	add("runtime.newarray", array)
	add("internal/runtime/maps.newarray", array)
	add("internal/runtime/maps.newobject", func(a []uint64) []uint64 { return one(m.Alloc(size(a[0]), 16)) })
	add("runtime.growslice", func(a []uint64) []uint64 {
		old, n, c, num, s := a[0], int64(a[1]), int64(a[2]), int64(a[3]), size(a[4])
		if n < 0 {
			m.Throw("growslice: len out of range")
		}
		nc := max(n, 2*c)
		p := m.Alloc(nc*s, 16)
		copy(m.Bytes(p, (n-num)*s), m.Bytes(old, (n-num)*s))
		return []uint64{p, uint64(n), uint64(nc)}
	})
	move := func(a []uint64) []uint64 {
		copy(m.Bytes(a[0], int64(a[2])), m.Bytes(a[1], int64(a[2])))
		return nil
	}
	add("runtime.memmove", move)
	add("runtime.memclrNoHeapPointers", func(a []uint64) []uint64 { clear(m.Bytes(a[0], int64(a[1]))); return nil })
	add("runtime.memclrHasPointers", m.clear2)
	typed := func(a []uint64) []uint64 {
		s := size(a[0])
		copy(m.Bytes(a[1], s), m.Bytes(a[2], s))
		return nil
	}
	for _, n := range []string{"runtime.typedmemmove", "internal/runtime/maps.typedmemmove", "reflect.typedmemmove", "internal/reflectlite.typedmemmove"} {
		add(n, typed)
	}
	for _, n := range []string{"runtime.typedmemclr", "internal/runtime/maps.typedmemclr", "reflect.typedmemclr"} {
		add(n, func(a []uint64) []uint64 { clear(m.Bytes(a[1], size(a[0]))); return nil })
	}
	add("runtime.typedslicecopy", func(a []uint64) []uint64 {
		n := min(int64(a[2]), int64(a[4])) * size(a[0])
		copy(m.Bytes(a[1], n), m.Bytes(a[3], n))
		return one(min(a[2], a[4]))
	})
	add("runtime.memequal", func(a []uint64) []uint64 {
		return one(boolOf(string(m.Bytes(a[0], int64(a[2]))) == string(m.Bytes(a[1], int64(a[2])))))
	})
	hash := func(p uint64, n int64, seed uint64) uint64 {
		h := fnv.New64a()
		h.Write([]byte(strconv.FormatUint(seed, 16)))
		h.Write(m.Bytes(p, n))
		return h.Sum64()
	}
	add("runtime.memhash", func(a []uint64) []uint64 { return one(hash(a[0], int64(a[2]), a[1])) })
	add("runtime.memhash32", func(a []uint64) []uint64 { return one(hash(a[0], 4, a[1])) })
	add("runtime.memhash64", func(a []uint64) []uint64 { return one(hash(a[0], 8, a[1])) })
	add("runtime.strhash", func(a []uint64) []uint64 {
		return one(hash(m.Load(a[0], 8), int64(m.Load(a[0]+8, 8)), a[1]))
	})
	for _, n := range []string{"runtime.rand", "internal/runtime/maps.rand"} {
		add(n, func(a []uint64) []uint64 { return one(0x9e3779b97f4a7c15) })
	}
	m.syms["interp.g"] = m.Alloc(4096, 16)
}

func (m *Machine) clear2(a []uint64) []uint64 {
	clear(m.Bytes(a[0], int64(a[1])))
	return nil
}

func (m *Machine) stringNatives() {
	add := func(name string, f func(a []uint64) []uint64) {
		m.Natives[name] = func(_ *Machine, _ *Frame, a []uint64) []uint64 { return f(a) }
	}
	str := func(s string) []uint64 {
		p, n := m.NewString(s)
		return []uint64{p, n}
	}
	for i := 2; i <= 5; i++ {
		add("runtime.concatstring"+strconv.Itoa(i), func(a []uint64) []uint64 {
			var b strings.Builder
			for j := 1; j < len(a); j += 2 {
				b.WriteString(m.String(a[j], a[j+1]))
			}
			return str(b.String())
		})
	}
	add("runtime.concatstrings", func(a []uint64) []uint64 {
		var b strings.Builder
		for i := range a[2] {
			b.WriteString(m.String(m.Load(a[1]+16*i, 8), m.Load(a[1]+16*i+8, 8)))
		}
		return str(b.String())
	})
	add("runtime.cmpstring", func(a []uint64) []uint64 {
		return []uint64{uint64(strings.Compare(m.String(a[0], a[1]), m.String(a[2], a[3])))}
	})
	m.Natives["internal/bytealg.Compare"] = func(_ *Machine, _ *Frame, a []uint64) []uint64 {
		return []uint64{uint64(strings.Compare(m.String(a[0], a[1]), m.String(a[3], a[4])))}
	}
	add("runtime.slicebytetostring", func(a []uint64) []uint64 { return str(m.String(a[1], a[2])) })
	add("runtime.intstring", func(a []uint64) []uint64 {
		r := rune(a[1])
		if int64(r) != int64(a[1]) {
			r = 0xfffd
		}
		return str(string(r))
	})
	add("runtime.stringtoslicebyte", func(a []uint64) []uint64 {
		p, n := m.NewString(m.String(a[1], a[2]))
		return []uint64{p, n, n}
	})
	add("runtime.stringtoslicerune", func(a []uint64) []uint64 {
		rs := []rune(m.String(a[1], a[2]))
		p := m.Alloc(int64(4*len(rs)), 4)
		for i, r := range rs {
			m.Store(p+uint64(4*i), 4, uint64(r))
		}
		return []uint64{p, uint64(len(rs)), uint64(len(rs))}
	})
	add("runtime.slicerunetostring", func(a []uint64) []uint64 {
		var b strings.Builder
		for i := range a[2] {
			b.WriteRune(rune(m.Load(a[1]+4*i, 4)))
		}
		return str(b.String())
	})
	add("internal/bytealg.IndexByteString", func(a []uint64) []uint64 {
		return []uint64{uint64(strings.IndexByte(m.String(a[0], a[1]), byte(a[2])))}
	})
	add("internal/bytealg.IndexByte", func(a []uint64) []uint64 {
		return []uint64{uint64(strings.IndexByte(m.String(a[0], a[1]), byte(a[3])))}
	})
	add("internal/bytealg.CountString", func(a []uint64) []uint64 {
		return []uint64{uint64(strings.Count(m.String(a[0], a[1]), string([]byte{byte(a[2])})))}
	})
	add("internal/bytealg.Count", func(a []uint64) []uint64 {
		return []uint64{uint64(strings.Count(m.String(a[0], a[1]), string([]byte{byte(a[3])})))}
	})
	add("internal/bytealg.IndexString", func(a []uint64) []uint64 {
		return []uint64{uint64(strings.Index(m.String(a[0], a[1]), m.String(a[2], a[3])))}
	})
	add("internal/bytealg.Index", func(a []uint64) []uint64 {
		return []uint64{uint64(strings.Index(m.String(a[0], a[1]), m.String(a[3], a[4])))}
	})
}

func (m *Machine) printNatives(out func(string)) {
	add := func(name string, f func(a []uint64) string) {
		m.Natives["runtime."+name] = func(_ *Machine, _ *Frame, a []uint64) []uint64 { out(f(a)); return nil }
	}
	add("printlock", func([]uint64) string { return "" })
	add("printunlock", func([]uint64) string { return "" })
	add("printnl", func([]uint64) string { return "\n" })
	add("printsp", func([]uint64) string { return " " })
	add("printbool", func(a []uint64) string { return strconv.FormatBool(a[0]&1 != 0) })
	add("printint", func(a []uint64) string { return strconv.FormatInt(int64(a[0]), 10) })
	add("printuint", func(a []uint64) string { return strconv.FormatUint(a[0], 10) })
	add("printuintptr", func(a []uint64) string { return strconv.FormatUint(a[0], 10) })
	add("printhex", func(a []uint64) string { return "0x" + strconv.FormatUint(a[0], 16) })
	add("printpointer", func(a []uint64) string { return "0x" + strconv.FormatUint(a[0], 16) })
	add("printstring", func(a []uint64) string { return m.String(a[0], a[1]) })
	float := func(x uint64) string {
		f := math.Float64frombits(x)
		switch {
		case math.IsNaN(f):
			return "NaN"
		case math.IsInf(f, 1):
			return "+Inf"
		case math.IsInf(f, -1):
			return "-Inf"
		}
		s := strconv.FormatFloat(f, 'g', -1, 64)
		return s
	}
	add("printfloat64", func(a []uint64) string { return float(a[0]) })
	add("printcomplex128", func(a []uint64) string { return "(" + float(a[0]) + float(a[1]) + "i)" })
	add("printeface", func(a []uint64) string { return fmt.Sprintf("(%#x,%#x)", a[0], a[1]) })
	add("printiface", func(a []uint64) string { return fmt.Sprintf("(%#x,%#x)", a[0], a[1]) })
	add("printslice", func(a []uint64) string { return fmt.Sprintf("[%d/%d]%#x", a[1], a[2], a[0]) })
}

func (m *Machine) panicNatives() {
	throw := func(name, text string) {
		m.Natives["runtime."+name] = func(m *Machine, _ *Frame, _ []uint64) []uint64 { m.Throw(text); return nil }
	}
	throw("panicdivide", "integer divide by zero")
	throw("panicshift", "negative shift amount")
	throw("panicmakeslicelen", "makeslice: len out of range")
	throw("panicmakeslicecap", "makeslice: cap out of range")
	throw("panicunsafeslicelen", "unsafe.Slice: len out of range")
	throw("panicunsafeslicenilptr", "unsafe.Slice: ptr is nil and len is not zero")
	throw("panicunsafestringlen", "unsafe.String: len out of range")
	throw("panicunsafestringnilptr", "unsafe.String: ptr is nil and len is not zero")
	throw("panicoverflow", "integer overflow")
	m.Natives["runtime.gopanic"] = func(m *Machine, _ *Frame, a []uint64) []uint64 {
		if a[0] == 0 {
			m.Throw("panic called with nil argument (use GODEBUG=panicnil=1 to disable)")
		}
		panic(&Panic{Value: [2]uint64{a[0], a[1]}})
	}
	m.Natives["runtime.gorecover"] = recoverNative
	m.Natives["runtime.deferproc"] = func(m *Machine, fr *Frame, a []uint64) []uint64 {
		fr.Defers = append(fr.Defers, a[0])
		return []uint64{0}
	}
	const deferFn = 24 // offset of Fn in task.Defer
	m.Natives["runtime.deferprocStack"] = func(m *Machine, fr *Frame, a []uint64) []uint64 {
		fr.Defers = append(fr.Defers, m.Load(a[0]+deferFn, 8))
		return []uint64{0}
	}
	m.Natives["runtime.deferreturn"] = func(m *Machine, fr *Frame, a []uint64) []uint64 {
		for len(fr.Defers) > 0 {
			fn := fr.Defers[len(fr.Defers)-1]
			fr.Defers = fr.Defers[:len(fr.Defers)-1]
			m.CallDeferred(fr, fn, nil)
		}
		return nil
	}
	m.Natives["runtime.inited"] = func(*Machine, *Frame, []uint64) []uint64 { return nil }
	frames := map[uint64]*Frame{}
	m.Natives["runtime.deferrangefunc"] = func(m *Machine, fr *Frame, a []uint64) []uint64 {
		tok := m.Alloc(16, 16)
		frames[tok] = fr
		return []uint64{tok, tok}
	}
	m.Natives["runtime.deferprocat"] = func(m *Machine, fr *Frame, a []uint64) []uint64 {
		f := frames[a[1]]
		f.Defers = append(f.Defers, a[0])
		return nil
	}
}

// recoverNative gives the panic's value to a function that the panic itself called as deferred.
func recoverNative(m *Machine, fr *Frame, _ []uint64) []uint64 {
	for fr != nil && fr.Func.Pragma&ssa.WrapperFunc != 0 {
		fr = fr.Caller
	}
	if fr == nil || !isDeferredBy(fr) {
		return []uint64{0, 0}
	}
	if len(m.Panics) == 0 {
		return []uint64{0, 0}
	}
	p := m.Panics[len(m.Panics)-1]
	if p.Recovered {
		return []uint64{0, 0}
	}
	p.Recovered = true
	return []uint64{p.Value[0], p.Value[1]}
}

// isDeferredBy looks through wrappers between a function and the call that a panic made.
func isDeferredBy(fr *Frame) bool {
	for {
		if fr.IsDefer {
			return fr.Deferred != nil
		}
		if fr.Caller == nil || fr.Caller.Func.Pragma&ssa.WrapperFunc == 0 {
			return false
		}
		fr = fr.Caller
	}
}

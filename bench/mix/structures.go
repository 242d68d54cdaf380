package main

import (
	"cmp"
	"container/heap"
	"math"

	"strata/bench/internal/timing"
)

// Expressions, and a visitor that evaluates them.

type node interface{ accept(v visitor) int }

type visitor interface {
	number(n *number) int
	binary(n *binary) int
	negation(n *negation) int
}

type (
	number struct{ v int }
	binary struct {
		op   byte
		l, r node
	}
	negation struct{ x node }
)

func (n *number) accept(v visitor) int   { return v.number(n) }
func (n *binary) accept(v visitor) int   { return v.binary(n) }
func (n *negation) accept(v visitor) int { return v.negation(n) }

type evaluator struct{}

func (e *evaluator) number(n *number) int     { return n.v }
func (e *evaluator) negation(n *negation) int { return -n.x.accept(e) }
func (e *evaluator) binary(n *binary) int {
	l, r := n.l.accept(e), n.r.accept(e)
	switch n.op {
	case '+':
		return l + r
	case '-':
		return l - r
	case '*':
		return l * r & 0xffff
	}
	return l ^ r
}

func randomExpr(depth int, r *timing.Rand) node {
	switch {
	case depth == 0:
		return &number{r.Intn(100)}
	case r.Intn(8) == 0:
		return &negation{randomExpr(depth-1, r)}
	}
	return &binary{"+-*^"[r.Intn(4)], randomExpr(depth-1, r), randomExpr(depth-1, r)}
}

// machine interprets n instructions of byte code.
func machine(code []byte, n int) int {
	var stack [64]int
	sp, pc, acc := 0, 0, 0
	for ; n > 0; n-- {
		switch code[pc] {
		case opPush:
			stack[sp] = int(code[pc+1])
			sp++
			pc += 2
		case opAdd:
			sp--
			stack[sp-1] += stack[sp]
			pc++
		case opMul:
			sp--
			stack[sp-1] *= stack[sp]
			pc++
		case opMix:
			sp--
			acc ^= stack[sp]
			pc++
		case opStart:
			pc = 0
		case opAcc:
			stack[sp] = acc & 0xff
			sp++
			pc++
		case opSkipEven:
			sp--
			if stack[sp]&1 == 0 {
				pc += int(code[pc+1])
			} else {
				pc += 2
			}
		}
	}
	return acc
}

const (
	opPush = iota
	opAdd
	opMul
	opMix
	opStart
	opAcc
	opSkipEven
)

var program = []byte{
	opPush, 3, opAcc, opAdd, opPush, 7, opMul, opMix,
	opAcc, opSkipEven, 5, opPush, 9, opMix, opAcc, opMix, opStart,
}

type tree[K cmp.Ordered, V any] struct {
	root *branch[K, V]
	size int
}

type branch[K cmp.Ordered, V any] struct {
	key         K
	value       V
	left, right *branch[K, V]
}

func (t *tree[K, V]) put(k K, v V) {
	p := &t.root
	for *p != nil {
		switch b := *p; {
		case k < b.key:
			p = &b.left
		case k > b.key:
			p = &b.right
		default:
			b.value = v
			return
		}
	}
	*p = &branch[K, V]{key: k, value: v}
	t.size++
}

func intTree() uint64 {
	var t tree[int, int]
	r := timing.Rand(3)
	for i := range 5000 {
		t.put(r.Intn(1<<20), i)
	}
	return uint64(t.size)
}

type ints []int

func (h ints) Len() int           { return len(h) }
func (h ints) Less(i, j int) bool { return h[i] < h[j] }
func (h ints) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *ints) Push(x any)        { *h = append(*h, x.(int)) }
func (h *ints) Pop() any {
	last := len(*h) - 1
	x := (*h)[last]
	*h = (*h)[:last]
	return x
}

func heapSort() uint64 {
	h := &ints{}
	r := timing.Rand(3)
	for range 5000 {
		heap.Push(h, r.Intn(1<<20))
	}
	sum := 0
	for h.Len() > 0 {
		sum = sum*3 + heap.Pop(h).(int)
	}
	return uint64(sum)
}

// longestCommon is the length of the longest common subsequence.
func longestCommon(a, b string) int {
	table := make([][]int, len(a)+1)
	for i := range table {
		table[i] = make([]int, len(b)+1)
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			if a[i-1] == b[j-1] {
				table[i][j] = table[i-1][j-1] + 1
			} else {
				table[i][j] = max(table[i-1][j], table[i][j-1])
			}
		}
	}
	return table[len(a)][len(b)]
}

func transform() uint64 {
	x := make([]complex128, 4096)
	for i := range x {
		x[i] = complex(float64(i%17), 0)
	}
	fft(x)
	return uint64(math.Abs(real(x[3])) * 100)
}

func fft(a []complex128) {
	n := len(a)
	if n == 1 {
		return
	}
	even, odd := make([]complex128, n/2), make([]complex128, n/2)
	for i := range n / 2 {
		even[i], odd[i] = a[2*i], a[2*i+1]
	}
	fft(even)
	fft(odd)
	for k := range n / 2 {
		s, c := math.Sincos(-2 * math.Pi * float64(k) / float64(n))
		t := complex(c, s) * odd[k]
		a[k], a[k+n/2] = even[k]+t, even[k]-t
	}
}

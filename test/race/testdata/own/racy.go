package main

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

type pair struct{ a, b int32 }

type node struct {
	next *node
	val  int
}

func (n *node) set(v int) { n.val = v }

type setter interface{ set(int) }

var global int

// racy are programs with a race. What both sides of one do is ordered by nothing, however they are scheduled.
var racy = map[string]func(){
	"global": func() { both(func() { global = 1 }, func() { global = 2 }) },
	"read": func() {
		n := &node{}
		both(func() { n.val = 1 }, func() { use(n.val) })
	},
	"captured": func() {
		x := 0
		both(func() { x++ }, func() { x++ })
		use(x)
	},
	"field": func() {
		p := new(pair)
		both(func() { p.a = 1 }, func() { p.a = 2 })
	},
	"whole struct": func() {
		p := new(pair)
		both(func() { *p = pair{1, 2} }, func() { p.b = 2 })
	},
	"element": func() {
		s := make([]byte, 64)
		both(func() { s[17] = 1 }, func() { s[17] = 2 })
	},
	"slice header": func() {
		s := make([]int, 3)
		both(func() { s = s[:2] }, func() { use(len(s)) })
	},
	"append": func() {
		s := make([]int, 0, 8)
		both(func() { use(append(s, 1)[0]) }, func() { use(append(s, 2)[0]) })
	},
	"copy": func() {
		s, d := make([]int, 100), make([]int, 100)
		both(func() { copy(d, s) }, func() { s[99] = 1 })
	},
	"string of bytes": func() {
		b := []byte("some bytes that are a string for a while")
		both(func() { use(len(string(b))) }, func() { b[3] = 'x' })
	},
	"map": func() {
		m := map[string]int{"a": 1}
		both(func() { use(m["a"]) }, func() { m["b"] = 2 })
	},
	"map length": func() {
		m := map[int]int{}
		both(func() { use(len(m)) }, func() { m[1] = 2 })
	},
	"map range": func() {
		m := map[int]int{1: 1}
		both(func() {
			for k := range m {
				use(k)
			}
		}, func() { delete(m, 1) })
	},
	"map element": func() {
		m := map[int]*node{1: {}}
		both(func() { m[1].val++ }, func() { m[1].val++ })
	},
	"interface": func() {
		var e error
		both(func() { e = errors.New("one") }, func() { use(fmt.Sprint(e)) })
	},
	"method through interface": func() {
		var s setter = &node{}
		both(func() { s.set(1) }, func() { s.set(2) })
	},
	"method value": func() {
		n := &node{}
		f := n.set
		both(func() { f(1) }, func() { f(2) })
	},
	"defer": func() {
		x := new(int)
		both(func() { defer func() { *x = 1 }() }, func() { *x = 2 })
	},
	"atomic and plain": func() {
		x := new(int64)
		both(func() { atomic.AddInt64(x, 1) }, func() { *x = 3 })
	},
	"wrong mutex": func() {
		var a, b sync.Mutex
		x := new(int)
		both(func() { a.Lock(); *x++; a.Unlock() }, func() { b.Lock(); *x++; b.Unlock() })
	},
	"read lock": func() {
		var m sync.RWMutex
		x := new(int)
		both(func() { m.RLock(); *x++; m.RUnlock() }, func() { m.RLock(); *x++; m.RUnlock() })
	},
	"channel the wrong way": func() {
		c := make(chan int, 1)
		x := new(int)
		both(func() { c <- 1; *x = 1 }, func() { <-c; *x = 2 })
	},
	"timer": func() {
		x := new(int)
		done := make(chan bool)
		time.AfterFunc(time.Millisecond, func() { *x = 1; close(done) })
		*x = 2
		<-done
	},
	"sort": func() {
		s := []int{3, 2, 1}
		both(func() { sort.Ints(s) }, func() { use(s[1]) })
	},
	"reflection": func() {
		p := new(pair)
		both(func() { reflect.ValueOf(p).Elem().Field(0).SetInt(4) }, func() { use(p.a) })
	},
	"builder": func() {
		var b strings.Builder
		both(func() { b.WriteString("one") }, func() { b.WriteString("two") })
	},
	"goroutine before its variable": func() {
		var n *node
		both(func() { n = &node{val: 1} }, func() { use(n) })
	},
	"after the last wait": func() {
		var wg sync.WaitGroup
		x := new(int)
		wg.Add(1)
		go func() { wg.Done(); *x = 1 }()
		wg.Wait()
		*x = 2
		time.Sleep(20 * time.Millisecond)
	},
}

// both runs two functions in goroutines of their own, in either order, and waits for them without telling the detector.
func both(f, g func()) {
	var done [2]atomic.Bool
	for i, h := range []func(){f, g} {
		go func() {
			defer func() { recover(); quiet(func() { done[i].Store(true) }) }()
			h()
		}()
	}
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		ready := false
		quiet(func() { ready = done[0].Load() && done[1].Load() })
		if ready {
			return
		}
	}
	fmt.Println("a goroutine does not end")
	os.Exit(3)
}

var sink any

//go:noinline
//go:norace
func use(v any) { sink = v }

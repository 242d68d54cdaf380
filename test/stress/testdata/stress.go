// Command stress keeps the parts of the runtime busy, all or those named, for as long as its first argument says, and
// checks what it computes.
// A part that makes no progress for a minute ends the program: a wake-up was lost.
package main

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"weak"
)

// A part repeats its round, in several goroutines.
type part struct {
	name  string
	n     int
	round func(r *rand.Rand)
	count atomic.Uint64
}

var parts = []*part{
	{name: "channels", n: 2, round: channels},
	{name: "select", n: 2, round: selects},
	{name: "maps", n: 2, round: mapRound},
	{name: "timers", n: 2, round: timers},
	{name: "poller", n: 2, round: poller},
	{name: "pipes", n: 10, round: pipes},
	{name: "stacks", n: 2, round: stacks},
	{name: "finalizers", n: 1, round: finalizers},
	{name: "sync", n: 2, round: syncs},
	{name: "spawn", n: 2, round: spawn},
	{name: "large", n: 1, round: large},
	{name: "collector", n: 1, round: collector},
}

const patience = time.Minute

func main() {
	d, err := time.ParseDuration(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	end := time.Now().Add(d)
	var all sync.WaitGroup
	if len(os.Args) > 2 {
		parts = slices.DeleteFunc(parts, func(p *part) bool { return !slices.Contains(os.Args[2:], p.name) })
	}
	for k, p := range parts {
		for i := range p.n {
			all.Go(func() {
				r := rand.New(rand.NewPCG(uint64(k), uint64(i)))
				for time.Now().Before(end) {
					p.round(r)
					p.count.Add(1)
				}
			})
		}
	}
	stop := make(chan bool)
	go watch(stop)
	all.Wait()
	close(stop)
	for _, p := range parts {
		if p.count.Load() == 0 {
			panic(p.name + " did nothing")
		}
	}
	fmt.Println("ok")
}

func watch(stop chan bool) {
	last := make([]uint64, len(parts))
	when := make([]time.Time, len(parts))
	for i := range when {
		when[i] = time.Now()
	}
	tick := time.NewTicker(time.Second)
	for {
		select {
		case <-stop:
			return
		case now := <-tick.C:
			for i, p := range parts {
				if c := p.count.Load(); c != last[i] {
					last[i], when[i] = c, now
				} else if now.Sub(when[i]) > patience {
					debug.SetTraceback("all")
					panic(p.name + ": no progress")
				}
			}
		}
	}
}

func check(ok bool, format string, args ...any) {
	if !ok {
		debug.SetTraceback("all")
		panic(fmt.Sprintf(format, args...))
	}
}

type message struct {
	id   int
	text *string
	list []int
}

func newMessage(id int) *message {
	s := fmt.Sprint("message ", id)
	return &message{id, &s, []int{id, id + 1, id + 2}}
}

func (m *message) check() {
	check(*m.text == fmt.Sprint("message ", m.id) && m.list[2] == m.id+2, "a message is broken: %+v %q", m, *m.text)
}

// channels sends messages through a chain of goroutines.
func channels(r *rand.Rand) {
	first := make(chan *message, r.IntN(3))
	in := first
	for range 1 + r.IntN(8) {
		out := make(chan *message, r.IntN(3))
		go func(in chan *message) {
			for m := range in {
				m.check()
				out <- newMessage(m.id)
			}
			close(out)
		}(in)
		in = out
	}
	n := r.IntN(100)
	go func() {
		for i := range n {
			first <- newMessage(i)
		}
		close(first)
	}()
	want := 0
	for m := range in {
		m.check()
		check(m.id == want, "message %d, want %d", m.id, want)
		want++
	}
	check(want == n, "%d messages of %d", want, n)
}

// selects has goroutines send and receive on a set of channels, whichever is ready.
func selects(r *rand.Rand) {
	chans := make([]chan *message, 4)
	for i := range chans {
		chans[i] = make(chan *message, i%2)
	}
	const senders, each = 4, 30
	var sent, got atomic.Int64
	done := make(chan bool)
	for s := range senders {
		go func() {
			for i := range each {
				m := newMessage(s*each + i)
				select {
				case chans[0] <- m:
				case chans[1] <- m:
				case chans[2] <- m:
				case chans[3] <- m:
				}
				sent.Add(int64(m.id))
			}
			done <- true
		}()
	}
	timeout := time.After(patience)
	for left := senders * each; left > 0; left-- {
		var m *message
		select {
		case m = <-chans[0]:
		case m = <-chans[1]:
		case m = <-chans[2]:
		case m = <-chans[3]:
		case <-timeout:
			check(false, "select: nobody sends, %d messages left", left)
		}
		m.check()
		got.Add(int64(m.id))
	}
	for range senders {
		<-done
	}
	check(sent.Load() == got.Load(), "select: sum %d, want %d", got.Load(), sent.Load())
}

type key struct {
	a int
	s string
}

func mapRound(r *rand.Rand) {
	ints, strs, structs := map[int]*message{}, map[string]int{}, map[key]*int{}
	var order []int
	for range r.IntN(1000) {
		k := r.IntN(500)
		switch r.IntN(4) {
		case 0:
			delete(ints, k)
			delete(strs, fmt.Sprint(k))
		default:
			ints[k] = newMessage(k)
			strs[fmt.Sprint(k)] = k
		}
		structs[key{k % 50, "key"}] = new(int)
		*structs[key{k % 50, "key"}] += k
		order = append(order, k)
	}
	for k, m := range ints {
		m.check()
		check(m.id == k && strs[fmt.Sprint(k)] == k, "maps: key %d has %d", k, m.id)
		if r.IntN(10) == 0 {
			delete(ints, k)
			delete(strs, fmt.Sprint(k))
		}
	}
	check(len(ints) == len(strs), "maps: %d and %d keys", len(ints), len(strs))
	keys := slices.Sorted(maps.Keys(ints))
	check(len(slices.Compact(keys)) == len(ints), "maps: a key came twice")
	var shared sync.Map
	for _, k := range order {
		shared.LoadOrStore(k, newMessage(k))
	}
	shared.Range(func(k, m any) bool { m.(*message).check(); return true })
}

func timers(r *rand.Rand) {
	var all sync.WaitGroup
	for range 20 {
		d := time.Duration(r.IntN(3000)) * time.Microsecond
		m := newMessage(int(d))
		switch r.IntN(5) {
		case 0:
			all.Add(1)
			time.AfterFunc(d, func() { m.check(); all.Done() })
		case 1:
			all.Go(func() { time.Sleep(d); m.check() })
		case 2:
			t := time.NewTimer(time.Hour)
			all.Go(func() { <-t.C; m.check() })
			t.Reset(d)
		case 3:
			t := time.NewTimer(d)
			if t.Stop() {
				select {
				case <-t.C:
					check(false, "a stopped timer fired")
				default:
				}
			}
		case 4:
			t := time.NewTicker(d + time.Microsecond)
			all.Go(func() { <-t.C; <-t.C; t.Stop(); m.check() })
		}
	}
	all.Wait()
}

// poller talks to itself over TCP.
func poller(r *rand.Rand) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(err == nil, "listen: %v", err)
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				io.Copy(c, c)
				c.Close()
			}()
		}
	}()
	var all sync.WaitGroup
	for range 4 {
		data := bytes.Repeat([]byte{byte(r.IntN(256))}, 1+r.IntN(100_000))
		all.Go(func() {
			c, err := net.Dial("tcp", l.Addr().String())
			check(err == nil, "dial: %v", err)
			go func() {
				c.Write(data)
				c.(*net.TCPConn).CloseWrite()
			}()
			c.SetReadDeadline(time.Now().Add(patience))
			back, err := io.ReadAll(c)
			check(err == nil && bytes.Equal(back, data), "echo: %d bytes of %d, %v", len(back), len(data), err)
			c.Close()
		})
	}
	all.Wait()
}

// pipes blocks threads in system calls and has deadlines expire.
func pipes(r *rand.Rand) {
	rd, wr, err := os.Pipe()
	check(err == nil, "pipe: %v", err)
	rd.SetReadDeadline(time.Now().Add(time.Millisecond))
	_, err = rd.Read(make([]byte, 1))
	check(os.IsTimeout(err), "read: %v", err)
	rd.SetReadDeadline(time.Time{})
	text := strings.Repeat("pipe", r.IntN(50_000))
	go func() {
		io.WriteString(wr, text)
		wr.Close()
	}()
	got, err := io.ReadAll(rd)
	check(err == nil && string(got) == text, "pipe: %d bytes of %d, %v", len(got), len(text), err)
	rd.Close()
	runtime.LockOSThread()
	os.Getppid()
	runtime.Gosched()
	runtime.UnlockOSThread()
}

// stacks grows and shrinks stacks that point into themselves.
func stacks(r *rand.Rand) {
	m := newMessage(r.IntN(100))
	down(r.IntN(2000), nil, m)
	m.check()
	func() {
		defer func() {
			e := recover()
			check(e == m, "recovered %v", e)
		}()
		thrown(r.IntN(300), m)
	}()
}

type frame struct {
	up   *frame
	m    *message
	fill [20]int
}

func down(depth int, up *frame, m *message) {
	f := frame{up: up, m: newMessage(depth)}
	f.fill[depth%20] = depth
	if depth > 0 {
		down(depth-1, &f, m)
	} else {
		n := 0
		for g := &f; g != nil; g = g.up {
			g.m.check()
			check(g.m.id == n && g.fill[n%20] == n, "frame %d holds %d", n, g.m.id)
			n++
		}
	}
	f.m.check()
}

func thrown(depth int, m *message) {
	defer m.check()
	if depth == 0 {
		panic(m)
	}
	thrown(depth-1, m)
}

var finalized, queued atomic.Int64

func finalizers(r *rand.Rand) {
	const n = 200
	before := finalized.Load() - queued.Load()
	var weaks []weak.Pointer[message]
	var kept []*message
	for i := range n {
		m := newMessage(i)
		weaks = append(weaks, weak.Make(m))
		switch r.IntN(3) {
		case 0:
			runtime.SetFinalizer(m, func(m *message) { m.check(); finalized.Add(1) })
		default:
			other := newMessage(i + 1)
			runtime.AddCleanup(m, func(o *message) { o.check(); finalized.Add(1) }, other)
		}
		if r.IntN(2) == 0 {
			kept = append(kept, m)
		}
	}
	queued.Add(n)
	runtime.GC()
	for _, m := range kept {
		m.check()
	}
	live := 0
	for _, w := range weaks {
		if m := w.Value(); m != nil {
			m.check()
			live++
		}
	}
	check(live >= len(kept), "%d weak pointers for %d objects", live, len(kept))
	runtime.KeepAlive(kept)
	kept = nil
	for start := time.Now(); finalized.Load()-queued.Load() < before-n/2; runtime.GC() {
		check(time.Since(start) < patience, "finalizers do not run: %d of %d", finalized.Load(), queued.Load())
		time.Sleep(time.Millisecond)
	}
}

func syncs(r *rand.Rand) {
	var (
		mu    sync.Mutex
		rw    sync.RWMutex
		cond  = sync.NewCond(&mu)
		once  sync.Once
		all   sync.WaitGroup
		n, v  int
		did   int // by once
		pool  = sync.Pool{New: func() any { return newMessage(1) }}
		ready bool
	)
	for i := range 8 {
		all.Go(func() {
			mu.Lock()
			for !ready {
				cond.Wait()
			}
			n++
			mu.Unlock()
			for range 50 {
				rw.RLock()
				_ = v
				rw.RUnlock()
				if i == 0 {
					rw.Lock()
					v++
					rw.Unlock()
				}
				m := pool.Get().(*message)
				m.check()
				pool.Put(m)
			}
			once.Do(func() { did++ })
		})
	}
	if r.IntN(2) == 0 {
		runtime.Gosched()
	}
	mu.Lock()
	ready = true
	mu.Unlock()
	cond.Broadcast()
	all.Wait()
	check(n == 8 && v == 50 && did == 1, "sync: %d, %d, %d", n, v, did)
}

// spawn starts many short goroutines that share a tree of results.
func spawn(r *rand.Rand) {
	check(sum(r.IntN(10)) >= 1, "sum")
	check(sum(8) == 1<<9-1, "sum(8) = %d", sum(8))
}

func sum(depth int) int {
	if depth == 0 {
		return 1
	}
	a, b := make(chan int), make(chan *int, 1)
	go func() { a <- sum(depth - 1) }()
	go func() { n := sum(depth - 1); b <- &n }()
	return <-a + *<-b + 1
}

// large makes large objects with pointers, which are scanned in parts.
func large(r *rand.Rand) {
	list := make([]*message, 10_000+r.IntN(100_000))
	for range 1000 {
		i := r.IntN(len(list))
		list[i] = newMessage(i)
	}
	list = append(list, newMessage(len(list)))
	big := new([50_000]struct {
		n int
		m *message
	})
	for range 500 {
		i := r.IntN(len(big))
		big[i].m = list[len(list)-1]
		list[r.IntN(len(list)-1)] = nil
	}
	copy(list[100:], list)
	for _, m := range list {
		if m != nil {
			m.check()
		}
	}
	for i := range big {
		if m := big[i].m; m != nil {
			m.check()
		}
	}
}

func collector(r *rand.Rand) {
	time.Sleep(time.Duration(r.IntN(20)) * time.Millisecond)
	switch r.IntN(6) {
	case 0:
		runtime.GC()
	case 1:
		debug.FreeOSMemory()
	case 2:
		debug.SetGCPercent(20 + r.IntN(200))
	case 3:
		debug.SetMemoryLimit(int64(10+r.IntN(1000)) << 20)
	case 4:
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		check(m.HeapAlloc <= m.HeapSys && m.Frees <= m.Mallocs, "MemStats: %+v", m)
	case 5:
		runtime.GOMAXPROCS(1 + r.IntN(6))
		buf := make([]byte, 1<<16)
		runtime.Stack(buf, true)
	}
}

// Busy does everything that an execution trace tells of, for the time of its second
// argument, and writes the trace to the file of its first.
package main

import (
	"context"
	"io"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"runtime/trace"
	"sync"
	"time"
)

var sink [16][]byte

func main() {
	f, err := os.Create(os.Args[1])
	check(err)
	d, err := time.ParseDuration(os.Args[2])
	check(err)
	check(pprof.StartCPUProfile(io.Discard))
	check(trace.Start(f))
	debug.SetGCPercent(20)
	until := time.Now().Add(d)
	var wg sync.WaitGroup
	for _, work := range []func(int){allocate, talk, read, sleep, switchProcs, contend, annotate, block} {
		wg.Go(func() {
			for i := 0; time.Now().Before(until); i++ {
				work(i)
			}
		})
	}
	wg.Wait()
	trace.Stop()
	pprof.StopCPUProfile()
	check(f.Close())
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func allocate(i int) { sink[i%len(sink)] = make([]byte, 1<<16) }

func talk(int) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	go func() {
		c, err := l.Accept()
		check(err)
		io.Copy(c, c)
		c.Close()
	}()
	c, err := net.Dial("tcp", l.Addr().String())
	check(err)
	buf := make([]byte, 100)
	for range 20 {
		c.Write(buf)
		_, err := io.ReadFull(c, buf)
		check(err)
	}
	c.Close()
	l.Close()
}

func read(int) {
	_, err := os.ReadFile("/proc/self/stat")
	check(err)
}

func sleep(int) { time.Sleep(100 * time.Microsecond) }

func switchProcs(i int) {
	time.Sleep(5 * time.Millisecond)
	runtime.GOMAXPROCS(1 + i%5)
}

var mu sync.Mutex

func contend(int) {
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			mu.Lock()
			runtime.Gosched()
			mu.Unlock()
		})
	}
	wg.Wait()
}

func annotate(int) {
	ctx, task := trace.NewTask(context.Background(), "task")
	trace.WithRegion(ctx, "region", func() { trace.Log(ctx, "key", "value") })
	task.End()
	runtime.Gosched()
}

// block has a thread in a system call that lasts.
func block(int) {
	r, w, err := os.Pipe()
	check(err)
	fd := int(r.Fd()) // which makes it blocking
	_ = fd
	time.AfterFunc(2*time.Millisecond, func() { w.Close() })
	io.ReadAll(r)
	r.Close()
}

// Command net times the network poller and timers: TCP, HTTP and many sleepers on loopback.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"strata/bench/internal/timing"
)

func main() {
	timing.Main([]timing.Bench{
		{Name: "tcpecho", Ops: 20_000, Op: func() uint64 { return echo(1, 20_000) }},
		{Name: "tcpcrowd", Ops: 32_000, Op: func() uint64 { return echo(32, 1000) }},
		{Name: "pipe", Ops: 20_000, Op: pipe},
		{Name: "httphello", Ops: 4000, Op: func() uint64 { return hello(1, 4000) }},
		{Name: "httpcrowd", Ops: 8000, Op: func() uint64 { return hello(16, 500) }},
		{Name: "timerstop", Ops: 500_000, Op: timerStop},
		{Name: "timerreset", Ops: 500_000, Op: timerReset},
		{Name: "sleepers", Ops: 20_000, Op: sleepers},
		{Name: "ticker", Ops: 200, Op: ticker},
	})
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// echo sends n messages over each of conns connections and waits for every answer.
func echo(conns, n int) uint64 {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				io.Copy(c, c)
			}()
		}
	}()
	var wg sync.WaitGroup
	for range conns {
		c, err := net.Dial("tcp", l.Addr().String())
		check(err)
		wg.Go(func() {
			defer c.Close()
			buf := make([]byte, 64)
			for range n {
				_, err := c.Write(buf)
				check(err)
				_, err = io.ReadFull(c, buf)
				check(err)
			}
		})
	}
	wg.Wait()
	return uint64(conns * n)
}

func pipe() uint64 {
	a, b := net.Pipe()
	go io.Copy(b, b)
	buf := make([]byte, 64)
	for range 20_000 {
		_, err := a.Write(buf)
		check(err)
		_, err = io.ReadFull(a, buf)
		check(err)
	}
	a.Close()
	b.Close()
	return 20_000
}

// hello asks a server n times from each of the clients.
func hello(clients, n int) uint64 {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "hello, "+r.URL.Path[1:])
	})}
	go srv.Serve(l)
	defer srv.Close()
	url := "http://" + l.Addr().String() + "/world"
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			t := &http.Transport{}
			defer t.CloseIdleConnections()
			c := &http.Client{Transport: t}
			for range n {
				r, err := c.Get(url)
				check(err)
				body, err := io.ReadAll(r.Body)
				check(err)
				r.Body.Close()
				if string(body) != "hello, world" {
					check(fmt.Errorf("got %q", body))
				}
			}
		})
	}
	wg.Wait()
	return uint64(clients * n)
}

func timerStop() uint64 {
	for range 500_000 {
		time.NewTimer(time.Hour).Stop()
	}
	return 1
}

func timerReset() uint64 {
	t := time.NewTimer(time.Hour)
	for i := range 500_000 {
		t.Reset(time.Hour + time.Duration(i))
	}
	t.Stop()
	return 1
}

// sleepers wakes many goroutines at nearly the same time.
func sleepers() uint64 {
	var wg sync.WaitGroup
	for i := range 20_000 {
		wg.Go(func() { time.Sleep(time.Duration(i%100) * 100 * time.Microsecond) })
	}
	wg.Wait()
	return 20_000
}

func ticker() uint64 {
	t := time.NewTicker(100 * time.Microsecond)
	defer t.Stop()
	for range 200 {
		<-t.C
	}
	return 200
}

// Timers that are put off, brought forward, stopped and started again in great number: each fires when it should, once.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

func main() {
	const n = 3000
	start := time.Now()
	due := make([]atomic.Int64, n) // nanoseconds after start; 0: must not fire
	fired := make([]atomic.Int64, n)
	timers := make([]*time.Timer, n)
	var early atomic.Int64
	x := uint32(7)
	rnd := func(m int) int {
		x = x*1664525 + 1013904223
		return int(x>>8) % m
	}
	set := func(i int, d time.Duration) { due[i].Store(int64(time.Since(start) + d)) }
	for i := range timers {
		d := time.Hour + time.Duration(rnd(1000))*time.Second
		set(i, d)
		timers[i] = time.AfterFunc(d, func() {
			if int64(time.Since(start)) < due[i].Load() || due[i].Load() == 0 {
				early.Add(1)
			}
			fired[i].Add(1)
		})
	}
	// All far off: stop, start, put off, bring forward.
	stopped := make([]bool, n)
	wrong := 0
	for range 60_000 {
		i := rnd(n)
		switch rnd(4) {
		case 0:
			if timers[i].Stop() == stopped[i] {
				wrong++
			}
			stopped[i] = true
			due[i].Store(0)
		default:
			d := time.Hour + time.Duration(rnd(100_000))*time.Millisecond
			set(i, d)
			if timers[i].Reset(d) == stopped[i] {
				wrong++
			}
			stopped[i] = false
		}
	}
	// Most of them soon; some of these put off again; a third stopped.
	want := 0
	for i, t := range timers {
		switch i % 3 {
		case 0:
			due[i].Store(0)
			t.Stop()
		case 1:
			set(i, time.Duration(100+rnd(200))*time.Millisecond)
			t.Reset(time.Duration(due[i].Load()) - time.Since(start))
			want++
		case 2:
			set(i, time.Hour)
			t.Reset(time.Hour)
			set(i, 30*time.Minute)
			t.Reset(30 * time.Minute)
			set(i, 250*time.Millisecond)
			t.Reset(250 * time.Millisecond)
			want++
		}
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 200 {
				t := time.AfterFunc(time.Hour, func() { early.Add(1) })
				time.Sleep(100 * time.Microsecond)
				t.Stop()
			}
			tick := time.NewTicker(time.Millisecond)
			for range 20 {
				<-tick.C
			}
			tick.Stop()
		})
	}
	all.Wait()
	deadline := time.Now().Add(20 * time.Second)
	got := 0
	for got < want && time.Now().Before(deadline) {
		time.Sleep(10 * time.Millisecond)
		got = 0
		for i := range fired {
			got += int(fired[i].Load())
		}
	}
	fmt.Println(got == want, early.Load(), wrong)
}

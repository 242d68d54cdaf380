package main

import (
	"time"

	"strata/bench/internal/timing"
)

// timers starts, stops and moves timers while none fires.
func timers() []timing.Bench {
	const n = 500_000
	one := func(name string, f func()) timing.Bench {
		return timing.Bench{Name: name, Ops: n, Op: func() uint64 {
			for range n {
				f()
			}
			return 0
		}}
	}
	t := time.NewTimer(time.Hour)
	f := time.AfterFunc(time.Hour, func() {})
	tick := time.NewTicker(time.Hour)
	step := time.Hour
	return []timing.Bench{
		one("timer-reset", func() { t.Reset(time.Hour) }),
		one("timer-stop", func() { time.NewTimer(time.Second).Stop() }),
		one("timer-again", func() { t.Stop(); t.Reset(time.Minute) }),
		one("func-reset", func() { f.Reset(time.Hour) }),
		one("func-later", func() { step += time.Second; f.Reset(step) }),
		one("func-again", func() { f.Stop(); f.Reset(time.Minute) }),
		one("func-stop", func() { time.AfterFunc(time.Second, nothing).Stop() }),
		one("ticker-reset", func() { tick.Reset(time.Minute) }),
		many("many-reset", n, func(f *time.Timer) { f.Reset(time.Hour) }),
		many("many-again", n, func(f *time.Timer) { f.Stop(); f.Reset(time.Hour) }),
	}
}

func nothing() {}

// many moves each of many timers in turn.
func many(name string, n int, move func(*time.Timer)) timing.Bench {
	return timing.Bench{Name: name, Ops: n, Op: func() uint64 {
		list := make([]*time.Timer, 10_000)
		for i := range list {
			list[i] = time.AfterFunc(time.Hour+time.Duration(i*7919%10_000)*time.Millisecond, nothing)
		}
		for i := range n {
			move(list[i*31%len(list)])
		}
		for _, f := range list {
			f.Stop()
		}
		return 0
	}}
}

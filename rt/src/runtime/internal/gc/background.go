//go:build strata

package gc

import (
	"runtime/internal/sched"
	"runtime/internal/task"
)

// A background is a goroutine of the collector that waits until it is wanted.
type background struct {
	lock   task.Mutex
	g      *task.G
	parked bool
}

// begin is called by the goroutine when it starts.
func (b *background) begin() {
	gp := task.Getg()
	gp.System = true
	b.g = gp
}

// rest waits until the goroutine is wanted, unless busy, asked under the lock, says that it is already.
func (b *background) rest(why sched.WaitReason, busy func() bool) {
	task.Lock(&b.lock)
	if busy != nil && busy() {
		task.Unlock(&b.lock)
		return
	}
	b.parked = true
	sched.ParkUnlock(&b.lock, why)
}

// wanted reports whether the goroutine waits; then it waits no longer, and the caller makes it runnable.
func (b *background) wanted() bool {
	task.Lock(&b.lock)
	was := b.parked
	b.parked = false
	task.Unlock(&b.lock)
	return was
}

func (b *background) wake() {
	if b.wanted() {
		sched.Ready(b.g)
	}
}

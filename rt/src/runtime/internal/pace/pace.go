// Package pace is the collector's arithmetic: how large the heap may grow,
// when marking starts, how much of it goroutines that allocate have to do, and how much processor time
// all of it may take. It has no state but its values and no clock, so that
// made-up cycles can be tried out in its tests; for these its files carry no build tag.
//
// Sizes are bytes. Work is counted in bytes too: of objects with pointers, of stacks, of global variables.
package pace

const (
	MinHeap = 4 << 20   // the goal at GOGC=100 is never below this
	NoLimit = 1<<63 - 1 // GOMEMLIMIT=off

	// Share is the part of all processors' time that workers take while marking is on.
	Share = 0.25

	minDistance  = 1 << 20 // that GOGC lets the heap grow by, however low it is
	minHeadroom  = 1 << 20 // kept free below the memory limit
	headroomPart = 3       // percent of the limit, likewise
	maxOvershoot = 1.1     // of the goal, for which goroutines start to pay without measure
	minTrigger   = 0.7     // of the way from the live heap to the goal
	maxTrigger   = 0.95
	remembered   = 4 // cycles whose rates count
)

// A Pacer holds the settings and what is known of past cycles.
type Pacer struct {
	Percent int32  // GOGC, negative for off
	Limit   uint64 // GOMEMLIMIT

	Live    uint64 // marked by the last cycle
	Scan    uint64 // of that, bytes of objects with pointers
	Stacks  uint64 // bytes of stacks that it scanned
	Globals uint64

	// rates says of recent cycles how many bytes were allocated per byte marked, had both had the same time.
	rates [remembered]float64
}

// Memory is what the process holds, for the limit.
type Memory struct {
	Mapped uint64 // with memory behind it
	Free   uint64 // of that, unused pages of the heap
	Heap   uint64 // of that, objects
}

// Work is how much the next cycle is expected to do.
func (p *Pacer) Work() uint64 { return p.Scan + p.Stacks + p.Globals }

// Goal is the size of the heap at which the next cycle shall be complete.
// Stacks and globals are work like live objects, so they count in proportion.
func (p *Pacer) Goal(m Memory) uint64 {
	goal := uint64(NoLimit)
	if p.Percent >= 0 {
		percent := uint64(p.Percent)
		goal = p.Live + (p.Live+p.Stacks+p.Globals)*percent/100
		goal = max(goal, MinHeap*percent/100, p.Live+minDistance)
	}
	if p.Limit < NoLimit {
		goal = min(goal, p.limitGoal(m))
	}
	return goal
}

// limitGoal leaves room for what is not objects: other memory and free space
// between objects. Beyond the limit it makes up for the excess. It never asks
// for less than is live: it is the Limiter that keeps such a program going.
func (p *Pacer) limitGoal(m Memory) uint64 {
	other := m.Mapped - min(m.Mapped, m.Free+m.Heap)
	over := m.Mapped - min(m.Mapped, p.Limit)
	goal := p.Limit - min(p.Limit, other+over)
	headroom := max(minHeadroom, goal/100*headroomPart)
	if goal < 2*headroom {
		goal = headroom
	} else {
		goal -= headroom
	}
	return max(goal, p.Live)
}

// Trigger is the size of the heap at which the cycle has to start to meet
// goal: as early as the program allocates while so much is marked.
func (p *Pacer) Trigger(goal uint64) uint64 {
	if goal >= NoLimit {
		return NoLimit
	}
	if goal <= p.Live {
		return goal
	}
	room := goal - p.Live
	lo := p.Live + uint64(float64(room)*minTrigger)
	hi := p.Live + uint64(float64(room)*maxTrigger)
	if room < MinHeap {
		lo = p.Live + room/10*7
		hi = max(lo, goal-room/20)
	}
	runway := uint64(p.rate() * (1 - Share) / Share * float64(p.Work()))
	at := goal - min(runway, goal)
	return min(max(at, lo), hi)
}

// rate is the highest of the remembered rates: starting early costs less than
// making goroutines wait.
func (p *Pacer) rate() float64 {
	r := 0.0
	for _, x := range p.rates {
		r = max(r, x)
	}
	return r
}

// A Cycle is what is measured of one.
type Cycle struct {
	Live, Scan, Stacks, Globals uint64
	Allocated                   uint64  // while it marked
	Work                        uint64  // done
	Utilization                 float64 // part of processor time that went into marking, idle time included
}

// End takes a complete cycle into account. A forced one says nothing about
// rates.
func (p *Pacer) End(c Cycle, forced bool) {
	p.Live, p.Scan, p.Stacks, p.Globals = c.Live, c.Scan, c.Stacks, c.Globals
	if forced || c.Work == 0 || c.Utilization <= 0 || c.Utilization >= 1 {
		return
	}
	copy(p.rates[1:], p.rates[:remembered-1])
	p.rates[0] = float64(c.Allocated) * c.Utilization / (float64(c.Work) * (1 - c.Utilization))
}

// A Progress is a cycle under way.
type Progress struct {
	Goal, Trigger uint64 // it had
	Live          uint64 // size of the heap now
	Done          uint64 // work
	Expected      uint64 // work, if the heap is like that of the last cycle
	Most          uint64 // work, if all that may have pointers is reachable
}

// Assist returns how much work goroutines must do per byte they allocate, so
// that the cycle is done when the heap reaches its goal.
func (p *Pacer) Assist(g Progress) float64 {
	goal, work := g.Goal, g.Expected
	if goal >= NoLimit {
		return 0
	}
	if g.Done > work {
		// More is reachable than expected: go towards a goal that is larger in
		// proportion, but not beyond what GOGC allows for that larger heap.
		if work > 0 && goal > g.Trigger {
			ext := g.Trigger + uint64(float64(goal-g.Trigger)/float64(work)*float64(g.Most))
			hard := goal
			if p.Percent > 0 {
				hard += uint64(float64(goal) * float64(p.Percent) / 100)
			}
			goal = max(goal, min(ext, hard))
		}
		work = g.Most
	}
	if g.Live > goal {
		goal = uint64(float64(goal) * maxOvershoot)
		work = g.Most
	}
	left := max(work, g.Done+1000) - g.Done
	room := max(goal, g.Live+1) - g.Live
	return float64(left) / float64(room)
}

// Workers returns how many Ps shall do nothing but mark, and what part of its
// time each other P marks, so that together they take Share of procs.
func Workers(procs int) (dedicated int, fraction float64) {
	want := Share * float64(procs)
	dedicated = int(want + 0.5)
	if off := float64(dedicated)/want - 1; off >= -0.3 && off <= 0.3 {
		return dedicated, 0
	}
	// Rounding is too coarse for so few Ps.
	if float64(dedicated) > want {
		dedicated--
	}
	return dedicated, (want - float64(dedicated)) / float64(procs)
}

// SweepRate returns how many pages must be swept per byte allocated so that
// pages are swept when the heap has grown from live to trigger.
func SweepRate(pages, live, trigger uint64) float64 {
	const slack = 1 << 20
	room := uint64(8 << 10)
	if trigger > live+slack {
		room = max(room, trigger-live-slack)
	}
	return float64(pages) / float64(room)
}

// Retain is how much of the heap's memory to keep: a tenth more than it needs
// to reach its goal, as the last cycle suggests from what was used for its.
func Retain(inUse, goal, lastGoal uint64) uint64 {
	if goal >= NoLimit || lastGoal == 0 || lastGoal >= NoLimit {
		return inUse + inUse/10
	}
	keep := uint64(float64(goal) / float64(lastGoal) * float64(inUse))
	return max(keep, inUse) + max(keep, inUse)/10
}

// A Limiter keeps the collector, under a memory limit that the program does not
// fit into, from taking more than half of the processor time: it is a bucket that collecting fills
// and the program's running empties. While it is more than half full, the program must not be made to help.
type Limiter struct {
	Fill     int64 // nanoseconds
	Limiting bool
}

// perProc is half the bucket's size for each P.
const perProc = 1e9

// Add accounts for an interval.
func (l *Limiter) Add(collecting, running int64, procs int) {
	half := int64(procs) * perProc
	l.Fill = min(max(l.Fill+collecting-running, 0), 2*half)
	l.Limiting = l.Fill >= half
}

package pace

import "testing"

const mb = 1 << 20

func TestGoal(t *testing.T) {
	for _, c := range []struct {
		name string
		p    Pacer
		m    Memory
		want uint64
	}{
		{"minimum", Pacer{Percent: 100, Limit: NoLimit}, Memory{}, 4 * mb},
		{"minimum scales", Pacer{Percent: 50, Limit: NoLimit}, Memory{}, 2 * mb},
		{"doubles", Pacer{Percent: 100, Limit: NoLimit, Live: 100 * mb}, Memory{}, 200 * mb},
		{"roots count", Pacer{Percent: 100, Limit: NoLimit, Live: 100 * mb, Stacks: 10 * mb, Globals: 5 * mb}, Memory{}, 215 * mb},
		{"half", Pacer{Percent: 50, Limit: NoLimit, Live: 100 * mb}, Memory{}, 150 * mb},
		{"low percentage", Pacer{Percent: 1, Limit: NoLimit, Live: 10 * mb}, Memory{}, 11 * mb},
		{"low percentage of little", Pacer{Percent: 1, Limit: NoLimit}, Memory{}, mb},
		{"off", Pacer{Percent: -1, Limit: NoLimit, Live: 100 * mb}, Memory{}, NoLimit},
		{"limit", Pacer{Percent: 100, Limit: 150 * mb, Live: 100 * mb}, Memory{Mapped: 130 * mb, Free: 20 * mb, Heap: 100 * mb}, 140*mb - 140*mb/100*3},
		{"limit far off", Pacer{Percent: 100, Limit: 1000 * mb, Live: 100 * mb}, Memory{Mapped: 130 * mb, Heap: 120 * mb}, 200 * mb},
		{"limit with GOGC off", Pacer{Percent: -1, Limit: 200 * mb, Live: 10 * mb}, Memory{Mapped: 20 * mb, Heap: 20 * mb}, 200*mb - 200*mb/100*3},
		{"limit below live", Pacer{Percent: 100, Limit: 50 * mb, Live: 100 * mb}, Memory{Mapped: 120 * mb, Heap: 100 * mb}, 100 * mb},
	} {
		if got := c.p.Goal(c.m); got != c.want && got/mb != c.want/mb {
			t.Errorf("%s: goal %d, want %d", c.name, got, c.want)
		}
	}
}

func TestTrigger(t *testing.T) {
	p := Pacer{Percent: 100, Limit: NoLimit, Live: 100 * mb, Scan: 100 * mb}
	goal := p.Goal(Memory{})
	if at := p.Trigger(goal); at < 194*mb || at > 195*mb {
		t.Errorf("a program that allocates nothing while marking: trigger %d MB", at/mb)
	}
	p.rates[0] = 100
	if at := p.Trigger(goal); at < 169*mb || at > 170*mb {
		t.Errorf("a program that allocates much: trigger %d MB", at/mb)
	}
	p.rates[0] = 0.2 / 3 // 20 MB while 100 MB are marked in a quarter of the time
	if at := p.Trigger(goal); at < 179*mb || at > 181*mb {
		t.Errorf("trigger %d MB", at/mb)
	}
	if p.Trigger(NoLimit) != NoLimit {
		t.Error("a trigger without goal")
	}
	if at := p.Trigger(p.Live); at != p.Live {
		t.Errorf("no room: trigger %d", at)
	}
}

// A model is a program with a live heap of constant size that allocates at a
// constant rate, on procs processors, of which marking takes Share.
type model struct {
	live     uint64
	scanPart float64 // of the heap that has pointers
	alloc    float64 // bytes per nanosecond of the program's time
	mark     float64 // bytes of work per nanosecond of marking
	procs    int
}

// cycle runs one and returns the size of the heap at its end, and the part of
// processor time that assists took.
func (m model) cycle(p *Pacer, mem Memory) (peak uint64, assists float64) {
	goal := p.Goal(mem)
	heap := p.Trigger(goal)
	g := Progress{Goal: goal, Trigger: heap, Expected: p.Work(), Live: heap}
	total := uint64(float64(m.live) * m.scanPart)
	const dt = 1e5 // nanoseconds
	var done, marking, helping, all, credit, debt float64
	for i := 0; done < float64(total); i++ {
		g.Done, g.Most = uint64(done), uint64(float64(g.Live)*m.scanPart)
		ratio := p.Assist(g)
		time := float64(m.procs) * dt
		work := time * Share * m.mark
		done, credit = done+work, credit+work
		marking += time * Share
		left := time * (1 - Share)
		// The program pays for what it allocates, from credit first.
		for left > 0 && done < float64(total) {
			run := min(left, dt/10)
			debt += run * m.alloc * ratio
			g.Live += uint64(run * m.alloc)
			left -= run
			use := min(debt, credit)
			debt, credit = debt-use, credit-use
			help := min(left, debt/m.mark)
			done += help * m.mark
			debt -= help * m.mark
			helping += help
			left -= help
		}
		all += time
	}
	p.End(Cycle{Live: m.live, Scan: total, Allocated: g.Live - heap, Work: uint64(done), Utilization: (marking + helping) / all}, false)
	return g.Live, helping / all
}

// Programs of all kinds must stay near their goals, and once the pacer knows a program its goroutines should hardly have to help.
func TestSteadyCycles(t *testing.T) {
	for _, c := range []struct {
		name string
		m    model
		help float64 // allowed for assists
	}{
		{"small objects", model{live: 512 * mb, scanPart: 1, alloc: 0.08, mark: 1, procs: 2}, 0.02},
		{"few pointers", model{live: 512 * mb, scanPart: 0.1, alloc: 0.5, mark: 1, procs: 8}, 0.02},
		{"little allocation", model{live: 64 * mb, scanPart: 1, alloc: 0.001, mark: 1, procs: 4}, 0.02},
		{"more than workers can keep up with", model{live: 512 * mb, scanPart: 1, alloc: 3, mark: 0.5, procs: 4}, 1},
	} {
		p := Pacer{Percent: 100, Limit: NoLimit, Live: c.m.live, Scan: uint64(float64(c.m.live) * c.m.scanPart)}
		for i := range 20 {
			goal := p.Goal(Memory{})
			peak, help := c.m.cycle(&p, Memory{})
			if i < 5 {
				continue // it learns
			}
			if float64(peak) > 1.1*float64(goal) {
				t.Errorf("%s: cycle %d ends at %d MB, goal %d MB", c.name, i, peak/mb, goal/mb)
			}
			if help > c.help {
				t.Errorf("%s: cycle %d: goroutines mark %.3f of the time", c.name, i, help)
			}
			if used := float64(goal-p.Live) * 0.5; float64(peak) < float64(p.Live)+used {
				t.Errorf("%s: cycle %d ends at %d MB, far from the goal of %d MB", c.name, i, peak/mb, goal/mb)
			}
		}
	}
}

// A heap that grows from cycle to cycle stays within what GOGC allows for the
// grown heap.
func TestGrowingHeap(t *testing.T) {
	p := Pacer{Percent: 100, Limit: NoLimit, Live: 10 * mb, Scan: 10 * mb}
	m := model{live: 10 * mb, scanPart: 1, alloc: 0.5, mark: 1, procs: 4}
	for range 10 {
		m.live = m.live * 3 / 2
		goal := p.Goal(Memory{})
		peak, _ := m.cycle(&p, Memory{})
		if hard := 2 * goal; peak > hard+hard/10 {
			t.Errorf("live %d MB: ends at %d MB, goal was %d MB", m.live/mb, peak/mb, goal/mb)
		}
	}
}

func TestAssist(t *testing.T) {
	p := Pacer{Percent: 100, Limit: NoLimit}
	g := Progress{Goal: 200 * mb, Trigger: 150 * mb, Live: 150 * mb, Expected: 100 * mb, Most: 150 * mb}
	if r := p.Assist(g); r != 2 {
		t.Errorf("100 MB of work for 50 MB of allocation: %v", r)
	}
	g.Live, g.Done = 210*mb, 50*mb
	if r := p.Assist(g); r < 9 {
		t.Errorf("beyond the goal: %v", r)
	}
	g.Live, g.Done = 190*mb, 120*mb
	if r := p.Assist(g); r > 2 {
		t.Errorf("more work than expected: the goal has to move, ratio %v", r)
	}
	g.Goal = NoLimit
	if r := p.Assist(g); r != 0 {
		t.Errorf("no goal: %v", r)
	}
}

func TestWorkers(t *testing.T) {
	for _, c := range []struct {
		procs, dedicated int
		fraction         float64
	}{{1, 0, 0.25}, {2, 0, 0.25}, {3, 0, 0.25}, {4, 1, 0}, {5, 1, 0}, {6, 1, 0.5 / 6}, {8, 2, 0}, {16, 4, 0}, {100, 25, 0}} {
		d, f := Workers(c.procs)
		if d != c.dedicated || f < c.fraction-1e-9 || f > c.fraction+1e-9 {
			t.Errorf("%d Ps: %d dedicated workers and %v, want %d and %v", c.procs, d, f, c.dedicated, c.fraction)
		}
	}
}

func TestSweepRate(t *testing.T) {
	if r := SweepRate(1000, 100*mb, 201*mb); r*100*mb != 1000 {
		t.Errorf("rate %v", r)
	}
	if r := SweepRate(1000, 100*mb, 100*mb); r*8192 < 1000 {
		t.Errorf("no room: rate %v", r)
	}
}

func TestRetain(t *testing.T) {
	if k := Retain(100*mb, 200*mb, 200*mb); k/mb != 110 {
		t.Errorf("keeps %d MB of 100", k/mb)
	}
	if k := Retain(100*mb, 50*mb, 200*mb); k/mb != 110 {
		t.Errorf("keeps %d MB of 100 in use", k/mb)
	}
	if k := Retain(100*mb, 400*mb, 200*mb); k/mb != 220 {
		t.Errorf("keeps %d MB for a heap twice as large", k/mb)
	}
}

// A program that lives at its limit collects all the time; the limiter has to
// stop it from paying more than half of its time.
func TestLimiter(t *testing.T) {
	const ms = 1e6
	l := Limiter{}
	for range 100 { // 90 % collecting
		l.Add(180*ms, 20*ms, 2)
	}
	if !l.Limiting {
		t.Error("a collector that takes nearly all is not limited")
	}
	l.Add(0, 2500*ms, 2)
	if l.Limiting {
		t.Error("limited although there is room")
	}
	l = Limiter{}
	for range 1000 {
		l.Add(40*ms, 60*ms, 2)
	}
	if l.Limiting || l.Fill != 0 {
		t.Error("a collector that takes less than half is limited")
	}
	// In the long run, with collecting stopped whenever it is limited, both take half.
	var gc, all int64
	for range 10000 {
		d := int64(9 * ms)
		if l.Limiting {
			d = 0
		}
		l.Add(d, 10*ms-d, 2)
		gc, all = gc+d, all+10*ms
	}
	if part := float64(gc) / float64(all); part > 0.53 {
		t.Errorf("collecting takes %.2f of the time", part)
	}
}

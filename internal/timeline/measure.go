package timeline

import (
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// Builder makes the executable of a column and says how to run it.
type Builder interface {
	Build(ctx context.Context, c *Column) (*Process, error)
}

// Config says how to measure.
type Config struct {
	Rounds   int
	Builds   int // of each column, for compile times
	Builder  Builder
	Listings func(ctx context.Context, c *Column, path string) // may be nil; told of each executable
	Progress func(done, total int, what string)                // may be nil
}

// NothingBuilt says why there are no figures at all: what is wrong with the program, if no column could be built, each reason once.
func (r *Report) NothingBuilt() error {
	var why []string
	for _, c := range r.Columns {
		if c.Error == "" {
			return nil
		}
		if !slices.Contains(why, c.Error) {
			why = append(why, c.Error)
		}
	}
	if len(why) == 0 {
		return nil
	}
	return errors.New("strata timeline: " + strings.Join(why, "\n"))
}

// Measure builds and runs the report's columns and fills in figures. It ends early when the context does: what was
// measured so far stays, and the report says that it was interrupted. A column that cannot be built, or whose program
// fails, says so and does not hinder the others.
func (r *Report) Measure(ctx context.Context, cfg Config) {
	m := measurement{Report: r, cfg: cfg, failed: map[string]int{},
		total: len(r.Columns) * (cfg.Builds + cfg.Rounds*len(r.Programs))}
	r.Rounds = cfg.Rounds
	m.build(ctx)
	for round := range cfg.Rounds {
		for _, p := range r.Programs {
			for i := range r.Columns {
				// Each round begins with another column: nobody is always first.
				m.one(ctx, r.Columns[(i+round)%len(r.Columns)], p, round)
				m.done++
			}
		}
	}
	r.Interrupted = ctx.Err() != nil
}

// maxFailures is how often a program of a column may fail before it is given up: each may cost a whole time-out.
const maxFailures = 2

type measurement struct {
	*Report
	cfg         Config
	done, total int
	processes   map[*Column]*Process
	failed      map[string]int // failures by column and program
}

func (m *measurement) step(what string) {
	if m.cfg.Progress != nil {
		m.cfg.Progress(m.done, m.total, what)
	}
}

// build makes all executables.
func (m *measurement) build(ctx context.Context) {
	m.processes = map[*Column]*Process{}
	for range m.cfg.Builds {
		for _, c := range m.Columns {
			if c.Error == "" && ctx.Err() == nil {
				m.step("building " + c.Name)
				m.buildColumn(ctx, c)
			}
			m.done++
		}
	}
}

func (m *measurement) buildColumn(ctx context.Context, c *Column) {
	start := time.Now()
	p, err := m.cfg.Builder.Build(ctx, c)
	switch {
	case ctx.Err() != nil:
		return
	case err != nil:
		c.Error = err.Error()
		return
	}
	m.figure("", "", "sec", "compile time").add(c.Name, time.Since(start).Seconds())
	if m.processes[c] != nil {
		return
	}
	m.processes[c] = p
	m.sizes(c, p.Path)
	if m.cfg.Listings != nil {
		m.cfg.Listings(ctx, c, p.Path)
	}
}

// sizes adds the sizes of an executable.
func (m *measurement) sizes(c *Column, path string) {
	if st, err := os.Stat(path); err == nil {
		m.exact("executable").add(c.Name, float64(st.Size()))
	}
	f, err := elf.Open(path)
	if err != nil {
		return
	}
	defer f.Close()
	if text := f.Section(".text"); text != nil {
		m.exact("machine code").add(c.Name, float64(text.Size))
	}
}

func (m *measurement) exact(name string) *Figure {
	f := m.figure("", "", "B", name)
	f.Exact = true
	return f
}

// one runs a program of a column once and adds what it gave.
func (m *measurement) one(ctx context.Context, c *Column, prog Program, round int) {
	p := m.processes[c]
	key := c.Name + " " + prog.Name
	if p == nil || ctx.Err() != nil || m.failed[key] >= maxFailures {
		return
	}
	m.step(fmt.Sprintf("round %d: %s %s", round+1, c.Name, prog.Name))
	r, err := p.run(ctx, prog.Args)
	if err != nil {
		if ctx.Err() == nil {
			m.failed[key]++
			c.Failed = append(c.Failed, prog.Name+": "+err.Error())
		}
		return
	}
	for _, b := range r.bench {
		m.figure(prog.Name, b.name, b.unit, b.unit).add(c.Name, b.value)
	}
	m.figure(prog.Name, "", "sec", "time").add(c.Name, r.wall)
	m.figure(prog.Name, "", "cpu-sec", "processor time").add(c.Name, r.cpu)
	m.figure(prog.Name, "", "B", "peak memory").add(c.Name, r.peak)
	m.spread(c, prog.Name, r.pauses, "GC pause")
	merge(&c.Pauses, prog.Name, r.pauses)
	if r.snapshot == nil {
		return
	}
	h := r.snapshot.histograms[metricLatencies]
	m.spread(c, prog.Name, h, "scheduling latency")
	merge(&c.Latencies, prog.Name, h)
	for _, k := range counters {
		m.figure(prog.Name, "", k.unit, k.name).add(c.Name, r.snapshot.values[k.metric])
	}
}

func merge(all *map[string]Histogram, program string, h Histogram) {
	if *all == nil {
		*all = map[string]Histogram{}
	}
	sum := (*all)[program]
	sum.Merge(h)
	(*all)[program] = sum
}

// spread adds the figures of a distribution. A run without values has none.
func (m *measurement) spread(c *Column, program string, h Histogram, name string) {
	if h.Total() == 0 {
		return
	}
	m.figure(program, "", "sec", name+", median").add(c.Name, h.Quantile(0.5))
	m.figure(program, "", "sec", name+", 99 %").add(c.Name, h.Quantile(0.99))
	m.figure(program, "", "sec", name+", longest").add(c.Name, h.Max())
	m.figure(program, "", "sec", name+", sum").add(c.Name, h.Sum())
}

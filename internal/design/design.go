// Package design is the registry of Strata's designs: the dimensions in which
// Go's internals changed over its history, the variants of each, what facts
// follow from a variant, which combinations are possible, and the eras that
// name combinations. Compiler, runtime, command line, tests and documentation
// read this one table; compiler and runtime ask for facts, never for names.
package design

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"sort"
	"strings"
	"time"
)

// Dimension is one thing that can be chosen.
type Dimension struct {
	Name     string // the flag's name
	Doc      string
	Variants []Variant // the first is the default
}

// Variant is one way to build a dimension.
type Variant struct {
	Name  string
	Years string // when Go had it
	Doc   string
	Cost  string // what it costs, beside the others
	Facts Facts  // those that this variant determines

	pkg   string                          // folder below runtime/internal with its code, if it has one
	Arg   string                          // what may follow the name, behind a colon
	facts func(arg string) (Facts, error) // then
}

func variant(name, years, doc, cost string, facts Facts) Variant {
	return Variant{Name: name, Years: years, Doc: doc, Cost: cost, Facts: facts}
}

func (v Variant) in(pkg string) Variant { v.pkg = pkg; return v }

func (v Variant) with(arg string, facts func(arg string) (Facts, error)) Variant {
	v.Arg, v.facts = arg, facts
	return v
}

// cappedAssists reads the time of -assist=capped:TIME.
func cappedAssists(arg string) (Facts, error) {
	d, err := time.ParseDuration(arg)
	if err == nil && d <= 0 {
		err = fmt.Errorf("%s is no time to work", arg)
	}
	return Facts{AssistCap: d.Nanoseconds()}, err
}

// Facts are what the rest of the toolchain and the runtime may ask. A fact is stated here alone: Set.Facts joins the fields
// of all chosen variants, and the runtime has a constant for each.
type Facts struct {
	WriteBarrier    Barrier // barrier that compiled pointer stores need
	ConcurrentMark  bool    // marking runs beside mutators
	RescansStacks   bool    // stacks are scanned again at mark termination
	HasP            bool    // scheduler has processors with local queues
	MovesStacks     bool    // stacks are copied when they grow
	SegmentsStacks  bool    // stacks are chains of segments
	PollsAtPrologue bool    // a preemption request is seen at function prologues
	AsyncPreempt    bool    // running code is interrupted by signal
	RegisterABI     bool    // arguments and results in registers
	Optimises       bool    // SSA optimisation and register allocation
	AllocsRegisters bool    // values live in registers, not each in a slot of its own
	SplitsIntervals bool    // register allocation splits live ranges
	MemoryLimit     bool    // GOMEMLIMIT is honoured
	MarksSpans      bool    // small objects are marked and scanned a span at a time
	NeverCollects   bool    // there is no garbage collector
	NoAssists       bool    // goroutines do not pay for what they allocate while marking is on, unless the heap is far too large
	AssistCap       int64   // nanoseconds for which they pay at most each time, likewise; 0: no cap
}

// Barrier is the kind of write barrier.
type Barrier uint8

const (
	NoBarrier     Barrier = iota
	InsertBarrier         // Dijkstra: shade the new pointer
	HybridBarrier         // shade the old pointer, and the new one while the stack is grey
)

// Dimensions lists what can be chosen, in the order of the pipeline.
var Dimensions = []Dimension{
	{"backend", "code generation", []Variant{
		variant("ssa", "since 1.7", "SSA, optimised over the whole program",
			"time to compile: analysis and about thirty passes", Facts{Optimises: true}),
		variant("classic", "up to 1.6", "code straight from unoptimised SSA, every value in a stack slot",
			"quick to compile, several times slower to run, larger frames", Facts{}),
	}},
	{"regalloc", "register allocation", []Variant{
		variant("split", "since 1.9", "live ranges are split where registers run out, and mended at the edges of blocks",
			"the slowest part of code generation", Facts{AllocsRegisters: true, SplitsIntervals: true}),
		variant("linear", "1.7 and 1.8", "plain linear scan: a value has one register, or one slot, for its whole life",
			"what lives across a call is loaded at every use", Facts{AllocsRegisters: true}),
		variant("none", "up to 1.6", "every value in its slot; what backend=classic has",
			"a load and a store for every operation", Facts{}),
	}},
	{"abi", "where arguments and results live", []Variant{
		variant("register", "since 1.17", "nine integer and fifteen float registers",
			"spill space and larger stubs for growing the stack", Facts{RegisterABI: true}),
		variant("stack", "up to 1.16", "all in the caller's frame, as the assembly of ABI0 finds them",
			"a store and a load for every argument and result", Facts{}),
	}},
	{"gc", "garbage collector", []Variant{
		variant("hybrid", "since 1.8", "concurrent marking; the barrier shades what is overwritten too, so a stack is scanned once",
			"pointer stores while marking read the old value too",
			Facts{WriteBarrier: HybridBarrier, ConcurrentMark: true}).in("gc/concurrent"),
		variant("dijkstra", "1.5 to 1.7", "concurrent marking with an insertion barrier; stacks are scanned again at the end",
			"pointer stores while marking, and a pause that grows with the stacks",
			Facts{WriteBarrier: InsertBarrier, ConcurrentMark: true, RescansStacks: true}).in("gc/concurrent"),
		variant("stw", "1.0 to 1.4", "stop the world, mark from the roots, sweep, resume; no barriers",
			"a pause that grows with the live heap", Facts{}).in("gc/stw"),
		variant("span", "since 1.25, as an experiment (Green Tea)", "as hybrid, but small objects are marked and scanned a span at a time",
			"a bit more for each object; little is won where spans hold few live objects",
			Facts{WriteBarrier: HybridBarrier, ConcurrentMark: true, MarksSpans: true}).in("gc/concurrent"),
		variant("parallel", "never in Go (Java has it)", "stop the world and mark with all processors, by spans, roots too; no barriers, nobody assists: for compilers and batch jobs",
			"a pause that grows with the live heap", Facts{MarksSpans: true}).in("gc/parallel"),
		variant("none", "never in Go (Java has Epsilon)", "nothing is ever collected; for programs that end soon, and as what others are compared with",
			"memory; finalizers and cleanups never run", Facts{NeverCollects: true}).in("gc/none"),
	}},
	{"assist", "what goroutines that allocate do for a collector that marks beside them", []Variant{
		variant("on", "since 1.5", "they mark in proportion, or wait: the heap cannot outgrow its goal",
			"requests that allocate much are slow while marking is on", Facts{}),
		variant("off", "never in Go (asked for by databases)", "nothing, until the heap has passed its goal by a seventh",
			"a larger heap at its peak", Facts{NoAssists: true}),
		variant("capped", "never in Go", "they mark for no longer than a time each time that they need memory, 50us if none is given, until the heap has passed its goal by a seventh",
			"a larger heap at its peak", Facts{AssistCap: 50_000}).with("DURATION", cappedAssists),
	}},
	{"sched", "scheduler", []Variant{
		variant("gmp", "since 1.1", "goroutines on processors with local queues, on threads; idle processors steal",
			"state per processor, hand-off around system calls", Facts{HasP: true}),
		variant("gm", "1.0", "goroutines on threads, one queue under one lock",
			"threads contend for the lock, hand-overs go through the kernel, and blocked threads keep their caches", Facts{}),
	}},
	{"stack", "goroutine stacks", []Variant{
		variant("contiguous", "since 1.3", "one block from 2 KB that doubles by copying",
			"a copy at every doubling; pointers into stacks are found and adjusted", Facts{MovesStacks: true}),
		variant("segmented", "up to 1.2", "linked segments from 8 KB, split and unsplit at calls; nothing is copied",
			"the hot split: a call at the end of a segment makes and frees one every time", Facts{SegmentsStacks: true}),
	}},
	{"preempt", "preemption of running goroutines", []Variant{
		variant("async", "since 1.14", "at prologues, and anywhere by a signal to the thread",
			"signals, and tables of where it is safe", Facts{PollsAtPrologue: true, AsyncPreempt: true}),
		variant("cooperative", "1.2 to 1.13", "at function prologues",
			"a loop without calls starves others and holds up every collection", Facts{PollsAtPrologue: true}),
		variant("none", "up to 1.1", "a goroutine runs until it blocks or calls the scheduler",
			"any long computation starves others and holds up every collection", Facts{}),
	}},
	{"limit", "limit of memory", []Variant{
		variant("soft", "since 1.19", "GOMEMLIMIT and debug.SetMemoryLimit: near the limit the collector works more, up to half of all processor time",
			"collections follow one another when what is live comes near to the limit", Facts{MemoryLimit: true}),
		variant("none", "up to 1.18", "GOMEMLIMIT and debug.SetMemoryLimit change nothing; GOGC alone says how much memory a program takes",
			"room for twice what is live, whatever the machine has", Facts{}),
	}},
}

// Set is a choice of one variant per dimension, by dimension name.
type Set map[string]string

// Default returns the first variant of every dimension.
func Default() Set {
	s := Set{}
	for _, d := range Dimensions {
		s[d.Name] = d.Variants[0].Name
	}
	return s
}

// With returns s with one dimension set; it refuses unknown names.
func (s Set) With(dim, variant string) (Set, error) {
	if err := known(dim, variant); err != nil {
		return nil, err
	}
	t := maps.Clone(s)
	t[dim] = variant
	return t, nil
}

// known refuses names that the table does not have.
func known(dim, value string) error {
	d := lookup(dim)
	if d == nil {
		return fmt.Errorf("no design dimension %q", dim)
	}
	_, err := d.variant(value)
	return err
}

// Facts joins the facts of all chosen variants.
func (s Set) Facts() Facts {
	var f Facts
	for _, d := range Dimensions {
		if v, err := d.variant(s[d.Name]); err == nil {
			f.join(v.Facts)
		}
	}
	return f
}

// String lists the choices as flags, in order of the table.
func (s Set) String() string {
	var parts []string
	for _, d := range Dimensions {
		parts = append(parts, "-"+d.Name+"="+s[d.Name])
	}
	return strings.Join(parts, " ")
}

// join adds the facts of g to f: of yes and no, yes; of kinds, the one that says more.
func (f *Facts) join(g Facts) {
	to, from := reflect.ValueOf(f).Elem(), reflect.ValueOf(g)
	for i := range to.NumField() {
		if v := from.Field(i); !v.IsZero() {
			to.Field(i).Set(v)
		}
	}
}

func lookup(dim string) *Dimension {
	for i := range Dimensions {
		if Dimensions[i].Name == dim {
			return &Dimensions[i]
		}
	}
	return nil
}

// variant finds a variant by what follows the equals sign: its name, or name and argument.
func (d *Dimension) variant(value string) (v Variant, err error) {
	name, arg, has := strings.Cut(value, ":")
	i := slices.IndexFunc(d.Variants, func(v Variant) bool { return v.Name == name })
	if i < 0 {
		return v, fmt.Errorf("-%s=%s: no such design; there is %s", d.Name, value, strings.Join(d.names(), ", "))
	}
	v = d.Variants[i]
	switch {
	case !has:
	case v.facts == nil:
		err = fmt.Errorf("-%s=%s: %s takes no argument", d.Name, value, name)
	default:
		if v.Facts, err = v.facts(arg); err != nil {
			err = fmt.Errorf("-%s=%s: %v", d.Name, value, err)
		}
	}
	return v, err
}

func (d *Dimension) names() []string {
	var out []string
	for _, v := range d.Variants {
		out = append(out, v.Name)
	}
	sort.Strings(out)
	return out
}

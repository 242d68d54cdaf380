package golden

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"strata/internal/build"
	"strata/internal/design"
	"strata/internal/load"
	"strata/internal/target"
	"strata/rt"
	"strata/test/internal/harness"
)

// restarts are programs that start their own executable, which the kernel of another machine refuses.
var restarts = []string{"asmgrowth", "corolocks", "fatals", "memlimit", "osexec", "panicvalues", "procskept", "schedtrace"}

// arm64Known are programs that do something else on arm64, with the reason. The list only shrinks.
var arm64Known = map[string]string{}

// TestARM64 runs the programs on arm64, which takes an emulator, qemu-aarch64 of Debian's qemu-user, on other machines.
func TestARM64(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the library for another machine; TestARM64Small does without it")
	}
	m, err := target.Lookup("linux", "arm64")
	if err != nil {
		t.Fatal(err)
	}
	runner, err := m.Runner()
	if err != nil {
		t.Skip(err)
	}
	tool, err := harness.NewToolchainOn(m)
	if err != nil {
		t.Fatal(err)
	}
	known, err := harness.ReadKnown(knownFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range programs(t) {
		if _, listed := known.Reason(name); listed {
			continue
		}
		if len(runner) > 0 && slices.Contains(restarts, name) {
			t.Logf("%s: left out: it starts its own executable", name)
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			exe, remove, err := harness.TempExe()
			if err != nil {
				t.Fatal(err)
			}
			defer remove()
			if err = tool.BuildFile(exe, source(name), harness.Flags{}); err == nil {
				err = compareBy(runner, name, exe, "")
			}
			switch why := arm64Known[name]; {
			case err != nil && why == "":
				t.Error(err)
			case err == nil && why != "":
				t.Errorf("does what it does elsewhere: take it off the list (%s)", why)
			}
		})
	}
}

// arm64Small uses the runtime alone: goroutines, a stack that grows, faults and failed checks that are recovered from, the collector.
const arm64Small = `package main

type node struct {
	next *node
	n    int
}

func deep(n int) int {
	var room [64]int
	room[n%64] = n
	if n == 0 {
		return 0
	}
	return deep(n-1) + room[n%64]
}

func fails(f func()) (what string) {
	defer func() { what = recover().(error).Error() }()
	f()
	return
}

func main() {
	sum := make(chan int)
	for i := range 4 {
		go func() { sum <- deep(1000 * (i + 1)) }()
	}
	println(<-sum + <-sum + <-sum + <-sum)
	var p *node
	i, zero := 5, 0
	println(fails(func() { p.n++ }))
	println(fails(func() { println([]int{1, 2}[i]) }))
	println(fails(func() { println(i / zero) }))
	m := map[string]int{}
	for k := range 100000 {
		p = &node{p, k}
		if k%1000 == 0 {
			p = nil
			m[string(rune('a'+k/1000))]++
		}
	}
	println(p.n, len(m), float64(i)/3, uint8(i*100)/7, int64(-i)%3, i<<uint(i))
}
`

const arm64SmallOut = `15005000
runtime error: invalid memory address or nil pointer dereference
runtime error: index out of range [5] with length 2
runtime error: integer divide by zero
99999 100 1.6666666666666667 34 -2 160
`

// TestARM64Small compiles a program that needs no library but the runtime, and runs it.
func TestARM64Small(t *testing.T) {
	m, err := target.Lookup("linux", "arm64")
	if err != nil {
		t.Fatal(err)
	}
	runner, err := m.Runner()
	if err != nil {
		t.Skip(err)
	}
	set := design.Default()
	cfg := load.Config{Overlay: rt.FS, Generated: set.Sources()}
	m.Configure(&cfg)
	s, err := load.NewSession(cfg)
	if err != nil {
		t.Fatal(err)
	}
	prog, err := s.LoadSources(load.Source{Files: []string{"small.go"}, Contents: map[string][]byte{"small.go": []byte(arm64Small)}})
	if err == nil {
		err = prog.Err()
	}
	if err != nil {
		t.Fatal(err)
	}
	exe := filepath.Join(t.TempDir(), "small")
	if err := build.Build(build.Options{Program: prog.For(prog.Mains()[0]), Out: exe, Designs: set, Machine: m, GoVersion: s.GoVersion()}); err != nil {
		t.Fatal(err)
	}
	r := harness.Command{Args: append(runner, exe), Limit: limit}.Run()
	if got := string(r.Stderr); r.Exit != 0 || strings.ReplaceAll(got, "\r", "") != arm64SmallOut {
		t.Errorf("exit %d\n%s\nwant\n%s", r.Exit, got, arm64SmallOut)
	}
}

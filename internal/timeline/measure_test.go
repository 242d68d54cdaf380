package timeline

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// scripts builds shell scripts: what they print, and what they leave in the metrics file, is made up.
type scripts struct {
	dir   string
	texts map[string]string
}

func (s *scripts) Build(ctx context.Context, c *Column) (*Process, error) {
	text, ok := s.texts[c.Name]
	if !ok {
		return nil, fmt.Errorf("there is no %s", c.Name)
	}
	path := filepath.Join(s.dir, c.Name)
	return &Process{Path: path, Timeout: 5 * time.Second}, os.WriteFile(path, []byte("#!/bin/sh\n"+text), 0o777)
}

const quick = `echo BenchmarkA/x-2 10 5 ns/op
echo '{"/gc/cycles/total:gc-cycles": 7, "/sched/pauses/total/gc:seconds": [[1e-4,2e-4,3]], "/sched/latencies:seconds": [[1e-6,2e-6,1]]}' >$STRATAMETRICS
`

func testReport(t *testing.T, ctx context.Context, progress func(done, total int, what string)) *Report {
	r := &Report{Base: "quick", Programs: []Program{{Name: "p"}}}
	for _, name := range []string{"quick", "slow", "missing", "failing", "silent"} {
		r.Columns = append(r.Columns, &Column{Name: name})
	}
	r.Measure(ctx, Config{Rounds: 3, Builds: 1, Progress: progress, Builder: &scripts{t.TempDir(), map[string]string{
		"quick":   quick,
		"slow":    strings.Replace(quick, "5 ns", "50 ns", 1) + "sleep 0.05\n",
		"failing": "echo this went wrong >&2; exit 3\n",
		"silent":  "exit 0\n",
	}}})
	return r
}

func TestMeasure(t *testing.T) {
	steps := 0
	r := testReport(t, t.Context(), func(done, total int, what string) {
		if steps++; total != 5*4 || done >= total {
			t.Errorf("step %d of %d: %s", done, total, what)
		}
	})
	if steps == 0 || r.Interrupted {
		t.Errorf("%d steps, interrupted %v", steps, r.Interrupted)
	}
	f := r.figure("p", "A/x", "sec/op", "sec/op")
	if got := fmt.Sprintf("%.3g %.3g", f.Samples["quick"], f.Samples["slow"]); got != "[5e-09 5e-09 5e-09] [5e-08 5e-08 5e-08]" {
		t.Errorf("figures of the benchmark: %v", got)
	}
	if s := r.figure("p", "", "sec", "time").Summarise("slow", "quick"); s.N != 3 || s.Center < 0.05 {
		t.Errorf("time of what sleeps 50 ms: %+v", s)
	}
	if got := fmt.Sprint(r.figure("p", "", "cycles", "collections").Samples["quick"]); got != "[7 7 7]" {
		t.Errorf("collections: %v", got)
	}
	if p := r.Column("quick").Pauses["p"]; p.Total() != 9 || p.Max() != 2e-4 {
		t.Errorf("pauses: %v", p)
	}
	if e := r.Column("missing").Error; e != "there is no missing" {
		t.Errorf("error of what cannot be built: %q", e)
	}
	if got := r.Column("failing").Failed; len(got) != maxFailures || got[0] != "p: exit status 3: this went wrong" {
		t.Errorf("failures: %q", got)
	}
	if got := r.Column("silent").Failed; len(got) == 0 || !strings.Contains(got[0], "without writing its metrics") {
		t.Errorf("a program that leaves no metrics: %q", got)
	}
}

// An interrupt keeps what was measured.
func TestMeasureInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r := testReport(t, ctx, func(done, total int, what string) {
		if strings.HasPrefix(what, "round 2: slow") {
			cancel()
		}
	})
	n := len(r.figure("p", "A/x", "sec/op", "sec/op").Samples["quick"])
	if !r.Interrupted || n == 0 || n > 2 {
		t.Errorf("interrupted %v, %d samples", r.Interrupted, n)
	}
	if len(r.Column("slow").Failed) > 0 {
		t.Errorf("being interrupted is no failure: %q", r.Column("slow").Failed)
	}
}

func TestTabulate(t *testing.T) {
	r := testReport(t, t.Context(), nil)
	var out bytes.Buffer
	r.Tabulate(&out, 80)
	text := out.String()
	for _, want := range []string{"A/x", "sec/op", "5.000ns", "50.00ns", "GC pause", "missing: there is no missing", "failing: a run failed: p: exit status 3"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "quick ") && len([]rune(line)) > 81 {
			t.Errorf("line of %d characters: %s", len([]rune(line)), line)
		}
	}
}

// JSON gives back the same report.
func TestFile(t *testing.T) {
	r := testReport(t, t.Context(), nil)
	name := filepath.Join(t.TempDir(), "r.json")
	if err := r.WriteFile(name); err != nil {
		t.Fatal(err)
	}
	again, err := ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := json.Marshal(r)
	b, _ := json.Marshal(again)
	if !bytes.Equal(a, b) {
		t.Errorf("%s\nread back as\n%s", a, b)
	}
}

func TestProcessTimeout(t *testing.T) {
	s := &scripts{t.TempDir(), map[string]string{"hang": "exec sleep 60\n"}}
	p, err := s.Build(t.Context(), &Column{Name: "hang"})
	if err != nil {
		t.Fatal(err)
	}
	p.Timeout = 50 * time.Millisecond
	if _, err := p.run(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "did not end within 50ms") {
		t.Errorf("error %v", err)
	}
}

func TestParseBench(t *testing.T) {
	got := fmt.Sprint(parseBench([]byte("goos: linux\nBenchmarkStorm/yield/procs=8-2 100 2000 steps/op 12 B/op\nBenchmark broken\nPASS\nBenchmarkX 1 2 MB/s\n")))
	if want := "[{Storm/yield/procs=8 steps/op 2000} {Storm/yield/procs=8 B/op 12} {X B/s 2e+06}]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestParseListings(t *testing.T) {
	const text = "TEXT main.f(SB) /x/a.go\n" +
		"  a.go:3\t\t0x401000\t\t4831c8\t\t\tXORQ CX, AX\t\t\n" +
		"  a.go:4\t\t0x401003\t\t771b\t\t\tJA 0x401020\t\t\t\n" +
		"\nTEXT main.g(SB) /x/a.go\n" +
		"  a.go:9\t\t0x401030\t\tc3\t\t\tRET\t\n"
	list := parseListings(text)
	if len(list) != 2 || list[0].Func != "main.f" || list[0].Bytes != 5 || list[1].Bytes != 1 {
		t.Fatalf("%+v", list)
	}
	if got := strings.Join(list[0].Lines, "|"); got != "0\tXORQ CX, AX|3\tJA 20" {
		t.Errorf("%q", got)
	}
}

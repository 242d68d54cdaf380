// Package stress runs one program that keeps every part of the runtime busy, under the runtime's stress modes:
//
//	go test ./test/stress -duration 1h -timeout 5h -modes 'poison,check+poison'
//
// Without a duration each mode runs for a moment only.
package stress

import (
	"flag"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"strata/test/internal/harness"
)

var (
	duration = flag.Duration("duration", 2*time.Second, "time for each mode")
	modes    = flag.String("modes", "poison,check+poison", "comma-separated values of STRATASTRESS, each a run; + joins modes")
	parts    = flag.String("parts", "", "space-separated parts of the program; all if empty")
)

func TestStress(t *testing.T) {
	tool, err := harness.Shared()
	if err != nil {
		t.Fatal(err)
	}
	exe, remove, err := harness.TempExe()
	if err != nil {
		t.Fatal(err)
	}
	defer remove()
	source, err := filepath.Abs("testdata/stress.go")
	if err != nil {
		t.Fatal(err)
	}
	if err := tool.BuildFile(exe, source, harness.Flags{}); err != nil {
		t.Fatal(err)
	}
	for mode := range strings.SplitSeq(*modes, ",") {
		t.Run(mode, func(t *testing.T) {
			c := harness.Command{
				Args:  append([]string{exe, duration.String()}, strings.Fields(*parts)...),
				Env:   []string{"STRATASTRESS=" + strings.ReplaceAll(mode, "+", ",")},
				Limit: 2**duration + 2*time.Minute,
			}
			r := c.Run()
			switch {
			case r.Err != nil:
				t.Fatal(r.Err)
			case r.TimedOut:
				t.Fatalf("does not end\n%s", head(r.Stderr))
			case string(r.Stdout) != "ok\n" || r.Exit != 0:
				t.Fatalf("exit status %d %s\n%s", r.Exit, r.Signal, head(r.Stderr))
			}
		})
	}
}

func head(b []byte) []byte { return b[:min(len(b), 4000)] }

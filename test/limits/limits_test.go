// Package limits runs programs under limits of the process on memory, and looks where the heap lies.
package limits

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"strata/test/internal/harness"
)

// program tells where an object lies, or takes memory until there is none.
const program = `package main

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

var keep [][]byte

func deep(n int) int {
	var a [1000]int
	if n > 0 {
		a[n%1000] = deep(n - 1)
	}
	return a[(n+1)%1000]
}

func main() {
	switch os.Args[1] {
	case "address":
		fmt.Printf("%p\n", new([1000]int))
	case "one":
		n, _ := strconv.Atoi(os.Args[2])
		keep = append(keep, make([]byte, n))
		fmt.Println(len(keep[0]))
	case "many":
		for {
			keep = append(keep, make([]byte, 1<<20))
		}
	case "stack":
		go deep(1 << 30)
		time.Sleep(time.Minute)
	case "goroutines":
		for {
			go func() {
				deep(10)
				select {}
			}()
		}
	}
}
`

// build makes Strata's and gc's executables, once for all tests.
func build(t *testing.T) (strata, gc string) {
	built.Do(func() {
		var tool *harness.Toolchain
		if tool, built.err = harness.Shared(); built.err != nil {
			return
		}
		if built.dir, built.err = os.MkdirTemp("", "strata-limits"); built.err != nil {
			return
		}
		file := filepath.Join(built.dir, "main.go")
		if built.err = os.WriteFile(file, []byte(program), 0o666); built.err != nil {
			return
		}
		if built.err = tool.BuildFile(filepath.Join(built.dir, "strata.exe"), file, harness.Flags{}); built.err != nil {
			return
		}
		cmd := exec.Command("go", "build", "-o", filepath.Join(built.dir, "gc.exe"), file)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			built.err = fmt.Errorf("gc: %v\n%s", err, out)
		}
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return filepath.Join(built.dir, "strata.exe"), filepath.Join(built.dir, "gc.exe")
}

var built struct {
	sync.Once
	dir string
	err error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if built.dir != "" {
		os.RemoveAll(built.dir)
	}
	os.Exit(code)
}

// under runs a program under a limit that the shell's ulimit sets: -v or -d and a number of KiB.
func under(limit, exe string, args ...string) *harness.Result {
	line := fmt.Sprintf("ulimit %s && exec %s %s", limit, exe, strings.Join(args, " "))
	return harness.Command{Args: []string{"sh", "-c", line}}.Run()
}

// TestSmall: where gc's program runs, Strata's does; it also does with a fifth of that.
func TestSmall(t *testing.T) {
	strata, gc := build(t)
	for _, kind := range []string{"-v", "-d"} {
		for _, kb := range []int{4000000, 1000000, 800000, 100000, 50000, 20000} {
			limit := fmt.Sprint(kind, " ", kb)
			ref, got := under(limit, gc, "address"), under(limit, strata, "address")
			if got.Exit != 0 {
				t.Errorf("ulimit %s: exit status %d (gc's has %d)\n%s", limit, got.Exit, ref.Exit, got.Stderr)
			}
		}
	}
}

// TestMost: nearly all of what the limit leaves is the heap's.
func TestMost(t *testing.T) {
	strata, _ := build(t)
	for _, kb := range []int{1000000, 300000, 100000} {
		if r := under(fmt.Sprint("-v ", kb), strata, "one", fmt.Sprint(kb*700)); r.Exit != 0 {
			t.Errorf("ulimit -v %d: no object of 70 %% of it\n%s", kb, r.Stderr)
		}
	}
}

// TestExhausted: the program says that there is no more memory, in gc's words: that there are no more addresses, or that
// the kernel gives no more memory for them.
func TestExhausted(t *testing.T) {
	strata, gc := build(t)
	for _, limit := range []string{"-v 200000", "-d 200000"} {
		want := []string{"fatal error: runtime: out of memory"}
		if limit[1] == 'v' {
			want = []string{"runtime: out of memory: cannot allocate ", "fatal error: out of memory"}
		}
		for _, args := range []string{"one 1500000000", "many", "stack", "goroutines"} {
			r := under(limit, strata, strings.Fields(args)...)
			lines := strings.SplitN(string(r.Stderr), "\n", 3)
			for i, w := range want {
				if r.Exit != 2 || i >= len(lines) || !strings.HasPrefix(lines[i], w) {
					t.Errorf("ulimit %s: %s: exit status %d\n%s", limit, args, r.Exit, r.Stderr[:min(len(r.Stderr), 300)])
					break
				}
			}
		}
	}
	// The size is told as gc tells it; how much is in use differs.
	ref, got := under("-v 1000000", gc, "one", "1500000000"), under("-v 1000000", strata, "one", "1500000000")
	told, _, _ := strings.Cut(string(got.Stderr), "(")
	if as, _, _ := strings.Cut(string(ref.Stderr), "("); told != as {
		t.Errorf("%q, gc says %q", told, as)
	}
}

// TestBase: the heap lies elsewhere in each process, unless the kernel was told not to choose addresses.
func TestBase(t *testing.T) {
	strata, _ := build(t)
	where := func(args ...string) string {
		r := harness.Command{Args: append(args, strata, "address")}.Run()
		if r.Exit != 0 || r.Err != nil {
			t.Fatalf("%v: exit status %d %v\n%s", args, r.Exit, r.Err, r.Stderr)
		}
		return string(r.Stdout)
	}
	seen := map[string]bool{}
	for range 50 {
		seen[where()] = true
	}
	if len(seen) < 45 {
		t.Errorf("%d addresses in 50 runs", len(seen))
	}
	if _, err := exec.LookPath("setarch"); err != nil {
		t.Skip("no setarch")
	}
	for range 3 {
		if at := where("setarch", "-R"); !strings.HasPrefix(at, "0xc000") {
			t.Errorf("with setarch -R an object lies at %s", at)
		}
	}
}

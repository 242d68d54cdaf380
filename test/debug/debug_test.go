// Package debug runs scripted sessions of delve and gdb on a program compiled
// with -O=0, and compares them with the same sessions on what gc makes of the program with -N -l.
//
// A debugger that is not installed is skipped.
package debug

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"strata/test/internal/harness"
)

const program = "testdata/session.go"

// executables builds the program with both compilers.
func executables(t *testing.T) (gc, strata string) {
	t.Helper()
	dir := t.TempDir()
	gc, strata = filepath.Join(dir, "gc"), filepath.Join(dir, "strata")
	source, err := filepath.Abs(program)
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("go", "build", "-gcflags=-N -l", "-o", gc, source).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	tool, err := harness.Shared()
	if err != nil {
		t.Fatal(err)
	}
	if err := tool.BuildFile(strata, source, harness.Flags{Debug: true}); err != nil {
		t.Fatal(err)
	}
	return gc, strata
}

// debugger finds a debugger or skips the test.
func debugger(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed: the session is not run", name)
	}
	return path
}

// session runs a debugger over a script, in which @NAME is the line of the program that ends in "// NAME".
func session(t *testing.T, script string, command ...string) string {
	t.Helper()
	src, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(string(src), "\n") {
		if _, mark, ok := strings.Cut(line, "// "); ok {
			script = strings.ReplaceAll(script, "@"+mark, fmt.Sprint("session.go:", i+1))
		}
	}
	file := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(file, []byte(script), 0o666); err != nil {
		t.Fatal(err)
	}
	for i := range command {
		command[i] = strings.ReplaceAll(command[i], "SCRIPT", file)
	}
	cmd := exec.Command("timeout", append([]string{"120"}, command...)...)
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir(), "GODEBUG=asyncpreemptoff=1", "NO_COLOR=1", "TERM=dumb")
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", command[0], err, out)
	}
	return string(out)
}

// compare reports lines in which the sessions differ.
func compare(t *testing.T, gc, strata []string) {
	t.Helper()
	if len(gc) < 20 {
		t.Errorf("a session of %d lines: the script did not get far", len(gc))
	}
	if slices.Equal(gc, strata) {
		return
	}
	for i := range max(len(gc), len(strata)) {
		var a, b string
		if i < len(gc) {
			a = gc[i]
		}
		if i < len(strata) {
			b = strata[i]
		}
		if a != b {
			t.Errorf("line %d of the session:\ngc:     %s\nstrata: %s", i+1, a, b)
			break
		}
	}
	t.Logf("gc:\n%s\n\nstrata:\n%s", strings.Join(gc, "\n"), strings.Join(strata, "\n"))
}

var (
	escapes   = regexp.MustCompile(`\x1b\[[0-9;]*m`)
	listing   = regexp.MustCompile(`^(=>)?\s*\d+:`)
	addresses = regexp.MustCompile(`0x[0-9a-f]+`)
	threads   = regexp.MustCompile(`\(thread \d+\)`)
	goroutine = regexp.MustCompile(`Goroutine \d+`)
	hits      = regexp.MustCompile(`goroutine\(\d+\)`)
)

const delveScript = `break compute main.compute
break loop @LOOP
break closure @CLOSURE
break shadow @SHADOW
break end @END
break recover @RECOVER
break last @LAST
continue
args
print n
print label
print *p
next
next
next
continue
locals
clear loop
continue
print k
print twice
print counter
stack
continue
print sum
continue
next
locals
print m["two"]
print deep
print list
print list[1:3]
print s
print empty
print boxed
print wave
print p.name
whatis add
whatis m
stack
goroutines
frame 1 locals
frame 1 whatis queue
frame 1 print len(queue)
frame 1 print queue.buf
frame 1 print *root
clear shadow
clear end
stepout
print p
continue
print sum
print err
continue
print r
print out
goroutines
exit
`

// TestDelve steps through the program.
func TestDelve(t *testing.T) {
	dlv := debugger(t, "dlv")
	gc, strata := executables(t)
	run := func(exe string) []string {
		return delveLines(session(t, delveScript, dlv, "exec", exe, "--init", "SCRIPT", "--allow-non-terminal-interactive=true"))
	}
	compare(t, run(gc), run(strata))
}

// delveLines leaves out what is different in every run, and what belongs to the runtime:
// its goroutines, its frames and the insides of its types.
func delveLines(out string) []string {
	var lines sorter
	skip := 0
	for line := range strings.SplitSeq(escapes.ReplaceAllString(out, ""), "\n") {
		if skip > 0 {
			skip--
			continue
		}
		line = strings.TrimRight(line, " ")
		switch {
		case line == "" || listing.MatchString(line) || strings.HasPrefix(line, "Type 'help'"):
			continue
		case strings.Contains(line, " in runtime."):
			skip = 1
			continue
		case strings.HasSuffix(line, " goroutines]") || strings.HasPrefix(line, "err = (unreadable"):
			continue
		}
		line = addresses.ReplaceAllString(line, "ADDRESS")
		line = threads.ReplaceAllString(line, "(thread)")
		line = hits.ReplaceAllString(line, "goroutine")
		if goroutine.MatchString(line) {
			if strings.Contains(line, "session.go") {
				lines.unordered(goroutine.ReplaceAllString(line, "Goroutine"))
			}
			continue
		}
		lines.add(line)
	}
	return lines.all()
}

const gdbScript = `set pagination off
break main.compute
break @LOOP
break @CLOSURE
break @SHADOW
break @END
run
print n
print label
print *p
info args
next
next
next
delete 1
continue
info locals
delete 2
continue
print k
print twice
bt 2
delete 3
continue
info locals
delete 4
continue
info locals
print arr
print list
print s
ptype p
ptype s
whatis m
whatis counter
finish
print list
print *p
`

// TestGDB steps through the program.
func TestGDB(t *testing.T) {
	gdb := debugger(t, "gdb")
	gc, strata := executables(t)
	run := func(exe string) []string {
		return gdbLines(session(t, gdbScript, gdb, "-nx", "-batch", "-iex", "set auto-load python-scripts off", "-x", "SCRIPT", exe))
	}
	compare(t, run(gc), run(strata))
}

// uninitialised are values that gc leaves to chance where Strata has zeros.
var uninitialised = regexp.MustCompile(`\b(sum|counter|product|err|tab|data) = [^,)]*`)

// gdbLines leaves out addresses, threads, what the program prints, and values of variables that are not set yet.
func gdbLines(out string) []string {
	var lines sorter
	for line := range strings.SplitSeq(out, "\n") {
		switch {
		case line == "", line[0] == '[', strings.HasPrefix(line, "warning: File"), strings.HasPrefix(line, "Run till exit"):
			continue
		}
		line = addresses.ReplaceAllString(line, "ADDRESS")
		line = regexp.MustCompile(`Thread \d+ "\w+"`).ReplaceAllString(line, "Thread")
		lines.add(uninitialised.ReplaceAllString(line, "$1 = VALUE"))
	}
	return lines.all()
}

// sorter collects lines; runs of those that come in no particular order are sorted.
type sorter struct{ lines, run []string }

// variable is a line that shows a variable: debuggers list them in the order of the debug information.
var variable = regexp.MustCompile(`^\w+ = `)

func (s *sorter) add(line string) {
	if variable.MatchString(line) {
		s.unordered(line)
		return
	}
	s.flush()
	s.lines = append(s.lines, line)
}

func (s *sorter) unordered(line string) { s.run = append(s.run, line) }

func (s *sorter) flush() {
	slices.Sort(s.run)
	s.lines, s.run = append(s.lines, s.run...), nil
}

func (s *sorter) all() []string {
	s.flush()
	return s.lines
}

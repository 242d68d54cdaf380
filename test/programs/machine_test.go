package programs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestMachine plays a script with two "builds" of a tool that is a shell script: what differs is told unless a replacement takes it away,
// and a step that goes wrong is told with its line.
func TestMachine(t *testing.T) {
	const text = `module example.com/tool v1.0.0
build tool example.com/tool
replace 'took \d+ ms' 'took 0 ms'

run tool < in/data.txt
want '^data: some words$'
run sh -c 'tool </dev/null >out.txt; mkdir d; cp in/data.txt d'
show out.txt
tree d
want '^data.txt 11 [0-9a-f]{64}$'
fail tool exit
want 'exit status 3'
-- in/data.txt --
some words
`
	const tool = `#!/bin/sh
[ "$1" = exit ] && exit 3
echo "data: $(cat)"
`
	cache := t.TempDir()
	play := func(script, tool string) (string, error) {
		s, err := parse("tool.txt", script)
		if err != nil {
			t.Fatal(err)
		}
		exes := t.TempDir()
		if err := os.WriteFile(filepath.Join(exes, "tool"), []byte(tool), 0o777); err != nil {
			t.Fatal(err)
		}
		b := &builder{script: s}
		return b.exercise(cache, exes, nil)
	}
	a, err := play(text, tool+"echo took 12 ms\n")
	if err != nil {
		t.Fatal(err)
	}
	if b, err := play(text, tool+"echo took 7 ms\n"); err != nil || a != b {
		t.Errorf("%v; %s", err, firstDifference(a, b))
	}
	if b, err := play(text, tool+"echo took forever\n"); err != nil || !strings.Contains(firstDifference(a, b), "took forever") {
		t.Errorf("a difference is not told: %v; %s", err, firstDifference(a, b))
	}
	for _, c := range []struct{ old, new, message string }{
		{"some words$", "other words$", "tool.txt:6: want: "},
		{"fail tool exit", "run tool exit", "tool.txt:11: run: exit status 3"},
		{"fail tool exit", "fail tool < in/data.txt", "tool.txt:11: fail: succeeds"},
	} {
		if _, err := play(strings.Replace(text, c.old, c.new, 1), tool); err == nil || !strings.Contains(err.Error(), c.message) {
			t.Errorf("%s: %v", c.message, err)
		}
	}
}

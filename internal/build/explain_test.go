package build

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"strata/internal/design"
	"strata/internal/load"
	"strata/internal/pgo"
	"strata/rt"
)

var update = flag.Bool("update", false, "write the expected messages")

// TestExplain compares the messages about a package with what stands beside it.
func TestExplain(t *testing.T) {
	set := design.Default()
	s, err := load.NewSession(load.Config{Overlay: rt.FS, Complete: true,
		Generated: set.Sources()})
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("testdata/explain/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		prog, err := s.LoadFiles(file)
		if err == nil {
			err = prog.Err()
		}
		if err != nil {
			t.Fatal(err)
		}
		profile, err := calls(strings.TrimSuffix(file, ".go") + ".pgo.txt")
		if err != nil {
			t.Fatal(err)
		}
		u, err := Explain(Options{Program: prog.For(prog.Roots[0]), Report: prog.Roots, Profile: profile})
		if err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		for _, m := range append(u.Messages(2), u.BoundsChecks()...) {
			fmt.Fprintf(&got, "%d:%d: %s\n", m.Pos.Line, m.Pos.Column, relative(m.Text))
		}
		golden := strings.TrimSuffix(file, ".go") + ".txt"
		if *update {
			if err := os.WriteFile(golden, got.Bytes(), 0o666); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Bytes(), want) {
			t.Errorf("%s: got\n%s\nwant\n%s", file, got.Bytes(), want)
		}
	}
}

// calls reads a profile written as lines of caller, line in it, callee and weight, or of function, line in it and samples
// there; nil if there is no file.
func calls(name string) (*pgo.Profile, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, nil
	}
	edges := map[pgo.Edge]int64{}
	lines := map[pgo.Site]int64{}
	for line := range strings.Lines(string(data)) {
		var e pgo.Edge
		var w int64
		if len(strings.Fields(line)) == 3 {
			if _, err := fmt.Sscan(line, &e.Site.Func, &e.Site.Line, &w); err != nil {
				return nil, err
			}
			lines[e.Site] = w
			continue
		}
		if _, err := fmt.Sscan(line, &e.Site.Func, &e.Site.Line, &e.Callee, &w); err != nil {
			return nil, err
		}
		edges[e] = w
	}
	p := pgo.New(edges)
	for at, w := range lines {
		p.Lines[at] = w
		p.Physical[at.Func] += w
	}
	return p, nil
}

// sizes are numbers of bytes that change with everything the compiler learns.
var sizes = regexp.MustCompile(`\d+ of \d+ bytes`)

// relative leaves the folder out of the places in a message, and sizes of code.
func relative(text string) string {
	dir, err := filepath.Abs("testdata/explain")
	if err != nil {
		return text
	}
	return sizes.ReplaceAllString(strings.ReplaceAll(text, dir+"/", ""), "N of N bytes")
}

package programs

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// script is a file of testdata: where a program comes from, what is built of it, and what is done with it.
//
// The first part is lines, the second the files of the folder in which they are carried out; "-- name --" opens a file, as in txtar.
// Words of a line are separated by blanks; 'single quotes' keep them. $WORK is the folder, $MODULE that of the program's module, $PORT1 … $PORT9 are free ports.
type script struct {
	name     string
	module   string // path and version, the one requirement of the generated module
	also     []string
	builds   []executable
	short    bool // part of go test -short
	replaces []replacement
	steps    []step
	files    []file
}

// executable is one command, or one package's test, to build.
type executable struct {
	name, pkg string
	test      bool
}

// replacement is made in the transcript before two of them are compared.
type replacement struct {
	pattern *regexp.Regexp
	by      string
}

type step struct {
	line int
	verb string
	args []string
}

type file struct {
	name string
	data string
}

const testdata = "testdata"

// readScripts reads all programs, sorted by name.
func readScripts() ([]*script, error) {
	names, err := filepath.Glob(filepath.Join(testdata, "*.txt"))
	if err != nil {
		return nil, err
	}
	var list []*script
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		s, err := parse(name, string(data))
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, nil
}

// headers are the lines that say what a program is; all others are steps.
var headers = map[string]struct {
	min, max int
	set      func(s *script, args []string) error
}{
	"module": {2, 2, func(s *script, a []string) error { s.module = a[0] + " " + a[1]; return nil }},
	"also":   {2, 2, func(s *script, a []string) error { s.also = append(s.also, a[0]+" "+a[1]); return nil }},
	"build": {2, 2, func(s *script, a []string) error {
		s.builds = append(s.builds, executable{name: a[0], pkg: a[1]})
		return nil
	}},
	"buildtest": {2, 2, func(s *script, a []string) error {
		s.builds = append(s.builds, executable{a[0], a[1], true})
		return nil
	}},
	"short": {0, 0, func(s *script, a []string) error { s.short = true; return nil }},
	"replace": {2, 2, func(s *script, a []string) error {
		re, err := regexp.Compile("(?m)" + a[0])
		s.replaces = append(s.replaces, replacement{re, a[1]})
		return err
	}},
}

func parse(name, text string) (*script, error) {
	s := &script{name: strings.TrimSuffix(filepath.Base(name), ".txt")}
	lines := strings.SplitAfter(text, "\n")
	for i, line := range lines {
		if fileName(line) != "" {
			s.files = parseFiles(lines[i:])
			break
		}
		if err := s.parseLine(i+1, line); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, i+1, err)
		}
	}
	switch {
	case s.module == "" || len(s.builds) == 0:
		return nil, fmt.Errorf("%s: no module, or nothing to build", name)
	case !slices.ContainsFunc(s.steps, func(st step) bool { return st.verb == "want" }):
		return nil, fmt.Errorf("%s: nothing says what must come out", name)
	}
	return s, nil
}

func (s *script) parseLine(n int, line string) error {
	line = strings.TrimSpace(line)
	if line == "" || line[0] == '#' {
		return nil
	}
	words, err := split(line)
	if err != nil {
		return err
	}
	verb, args := words[0], words[1:]
	if h, ok := headers[verb]; ok {
		if len(args) < h.min || len(args) > h.max {
			return fmt.Errorf("%s takes %d words", verb, h.min)
		}
		return h.set(s, args)
	}
	v, ok := verbs[verb]
	if !ok {
		return fmt.Errorf("%s is no step", verb)
	}
	if len(args) < v.min {
		return fmt.Errorf("%s needs %d words or more", verb, v.min)
	}
	s.steps = append(s.steps, step{n, verb, args})
	return nil
}

// fileName is the name in a line "-- name --".
func fileName(line string) string {
	line = strings.TrimSpace(line)
	if name, ok := strings.CutPrefix(line, "-- "); ok && strings.HasSuffix(name, " --") {
		return strings.TrimSpace(strings.TrimSuffix(name, " --"))
	}
	return ""
}

func parseFiles(lines []string) []file {
	var files []file
	for _, line := range lines {
		if name := fileName(line); name != "" {
			files = append(files, file{name: name})
			continue
		}
		files[len(files)-1].data += line
	}
	return files
}

// split cuts a line into words.
func split(line string) ([]string, error) {
	var words []string
	var word strings.Builder
	inWord, quoted := false, false
	for _, r := range line {
		switch {
		case r == '\'':
			quoted = !quoted
			inWord = true
		case !quoted && (r == ' ' || r == '\t'):
			if inWord {
				words = append(words, word.String())
				word.Reset()
			}
			inWord = false
		default:
			word.WriteRune(r)
			inWord = true
		}
	}
	if quoted {
		return nil, fmt.Errorf("a quote is not closed")
	}
	if inWord {
		words = append(words, word.String())
	}
	return words, nil
}

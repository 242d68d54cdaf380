// Package goroot runs Go's own regression suite, GOROOT/test, under Strata.
//
// Each .go file of the suite opens with a recipe: "// run", "// errorcheck -lang=go1.17", "// rundir". The
// compiler is used as a library, in one process, over one checked standard library. Most run cases print
// nothing when they pass; the harness makes each print a token after main has returned and demands it.
package goroot

import (
	"fmt"
	"go/build"
	"go/build/constraint"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
)

// dirs are the folders that hold cases, as in cmd/internal/testdir.
var dirs = []string{".", "ken", "chan", "interface", "internal/runtime/sys", "syntax", "dwarf", "fixedbugs", "codegen",
	"abi", "typeparam", "typeparam/mdempsky", "arenas", "simd"}

// Case is one file of the suite with its recipe.
type Case struct {
	Root string // GOROOT/test
	Name string // "fixedbugs/bug000.go"
	Src  []byte

	Action      string
	Flags       []string
	Args        []string
	Limit       time.Duration
	WantError   bool
	WantAuto    bool
	SinglePkgs  bool // -s: every file of a directory is a package
	Experiments []string
	GodebugEnv  string
	ModVersion  string
	Skip        string // why the case is not for Strata
}

// Path is the file's full name.
func (c *Case) Path() string { return filepath.Join(c.Root, c.Name) }

// Dir is the folder that belongs to a case with several files.
func (c *Case) Dir() string { return strings.TrimSuffix(c.Path(), ".go") + ".dir" }

// Find lists the cases below root, in order.
func Find(root string) ([]*Case, error) {
	var out []*Case
	for _, dir := range dirs {
		names, err := filepath.Glob(filepath.Join(root, dir, "*.go"))
		if err != nil {
			return nil, err
		}
		sort.Strings(names)
		for _, name := range names {
			src, err := os.ReadFile(name)
			if err != nil {
				return nil, err
			}
			c := &Case{Root: root, Name: path.Join(dir, filepath.Base(name)), Src: src}
			if err := c.parse(); err != nil {
				return nil, fmt.Errorf("%s: %w", c.Name, err)
			}
			out = append(out, c)
		}
	}
	return out, nil
}

// parse reads recipe and build constraint.
func (c *Case) parse() error {
	src := string(c.Src)
	line := ""
	for rest := src; line == "" && rest != ""; {
		line, rest, _ = strings.Cut(rest, "\n")
		if constraint.IsGoBuild(line) || constraint.IsPlusBuild(line) {
			line = ""
		}
		line = strings.TrimSpace(strings.TrimPrefix(line, "//"))
	}
	words, err := splitQuoted(line)
	if err != nil {
		return err
	}
	if len(words) == 0 {
		return fmt.Errorf("no recipe")
	}
	c.Action = words[0]
	switch c.Action {
	case "errorcheckwithauto":
		c.Action, c.WantAuto, c.WantError = "errorcheck", true, true
	case "errorcheck", "errorcheckdir", "errorcheckoutput":
		c.WantError = true
	}
	header, _, ok := strings.Cut(src, "\npackage")
	if !ok {
		header = line // some files are malformed on purpose
	}
	if why := excluded(header); why != "" {
		c.Skip = "build constraint " + why
	}
	return c.parseFlags(words[1:])
}

// parseFlags takes the words behind the action: the harness's own flags, the compiler's, the arguments.
func (c *Case) parseFlags(args []string) error {
	value := func() (v string) {
		if len(args) > 1 {
			v, args = args[1], args[1:]
		}
		return v
	}
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		switch args[0] {
		case "-1":
			c.WantError = true
		case "-0":
			c.WantError = false
		case "-s":
			c.SinglePkgs = true
		case "-t":
			n, err := strconv.Atoi(value())
			if err != nil {
				return err
			}
			c.Limit = 3 * time.Duration(n) * time.Second
		case "-goexperiment":
			c.Experiments = append(c.Experiments, strings.Split(value(), ",")...)
		case "-godebug":
			c.GodebugEnv = value()
		case "-gomodversion":
			c.ModVersion = value()
		case "-ldflags":
			c.Flags, args = append(c.Flags, args...), args[:1] // the rest is the linker's
		default:
			c.Flags = append(c.Flags, args[0])
			if args[0] == "-gcflags" && len(args) > 1 {
				c.Flags = append(c.Flags[:len(c.Flags)-1], "-gcflags="+value())
			}
		}
		args = args[1:]
	}
	c.Args = args
	return nil
}

// excluded evaluates the build constraints of a header; it gives the line that keeps the case out.
func excluded(header string) string {
	for line := range strings.SplitSeq(header, "\n") {
		if strings.HasPrefix(line, "package ") {
			break
		}
		if expr, err := constraint.Parse(line); err == nil && !expr.Eval(tagOn) {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

func tagOn(tag string) bool {
	switch tag {
	case "linux", "amd64", "gc", "unix", "test_run":
		return true
	}
	return slices.Contains(build.Default.ReleaseTags, tag) || slices.Contains(build.Default.ToolTags, tag)
}

// Family groups a case for the summary.
func (c *Case) Family() string {
	if c.Action == "errorcheck" && !c.WantError {
		return "errorcheck -0"
	}
	return c.Action
}

// drivesGo finds cases that run the go command to test gc's own commands.
var drivesGo = regexp.MustCompile(`exec\.Command\((?:goTool|"go"|gotool|goCmd|go_|runtime\.GOROOT|filepath\.Join\(runtime\.GOROOT)|"go", ?"(?:build|tool|run|list|vet)"|run\("go"`)

func splitQuoted(s string) ([]string, error) {
	var words []string
	var word strings.Builder
	quote, in := rune(0), false
	for _, r := range s {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '"' || r == '\'':
			quote, in = r, true
		case r == ' ' || r == '\t' || r == '\r':
			if in {
				words = append(words, word.String())
				word.Reset()
				in = false
			}
		default:
			word.WriteRune(r)
			in = true
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("unclosed quote in %q", s)
	}
	if in {
		words = append(words, word.String())
	}
	return words, nil
}

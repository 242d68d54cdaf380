package goroot

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"strata/test/internal/harness"
)

// errorCheck compares the compiler's messages with the ERROR comments of the case.
func (r *runner) errorCheck(c *Case, s settings) error {
	return r.checkErrors(c, s, c.Path())
}

func (r *runner) checkErrors(c *Case, s settings, name string) error {
	u, err := unitOf("p", name)
	if err != nil {
		return err
	}
	prog, msgs, err := r.frontEnd(u.source(s))
	if err != nil {
		return err
	}
	if s.diagnoses() {
		if len(msgs) > 0 {
			return fmt.Errorf("does not compile:\n%s", strings.Join(msgs, "\n"))
		}
		return r.diagnose(c, s, []*unit{u})
	}
	if s.diag != "" && !c.WantError {
		if len(msgs) > 0 {
			return fmt.Errorf("does not compile:\n%s", strings.Join(msgs, "\n"))
		}
		if err := r.compile(c, s); err != nil {
			return err
		}
		return Skipped("compiled; gc's diagnostics (" + s.diag + ") are not compared")
	}
	if len(msgs) == 0 && prog.Err() == nil {
		msgs = r.backEnd(c, s)
	}
	return verdict(c, msgs, prog.Err(), name)
}

// backEnd gives the messages that only code generation finds.
func (r *runner) backEnd(c *Case, s settings) []string {
	err := r.compile(c, s)
	if err == nil {
		return nil
	}
	return splitMessages(err.Error())
}

func verdict(c *Case, msgs []string, err error, names ...string) error {
	if c.WantError && len(msgs) == 0 {
		if err != nil {
			return err
		}
		return errors.New("compilation succeeded unexpectedly")
	}
	return match(msgs, names)
}

// errorCheckDir compiles the packages of a folder; the last has errors, unless the case says that none has.
func (r *runner) errorCheckDir(c *Case, s settings) error {
	units, err := c.dirUnits()
	if err != nil {
		return err
	}
	if s.diagnoses() {
		return r.diagnose(c, s, units)
	}
	if s.diag != "" && !c.WantError {
		if err := r.compileUnits(c, s, units...); err != nil {
			return err
		}
		return Skipped("compiled; gc's diagnostics (" + s.diag + ") are not compared")
	}
	for i := range units {
		if err := r.checkUnit(c, s, units[:i+1], i == len(units)-1); err != nil {
			return err
		}
	}
	return nil
}

func (r *runner) checkUnit(c *Case, s settings, units []*unit, last bool) error {
	_, msgs, err := r.frontEnd(sources(units, s)...)
	if err != nil {
		return err
	}
	if last && c.WantError && len(msgs) == 0 {
		return errors.New("compilation succeeded unexpectedly")
	}
	return match(msgs, units[len(units)-1].names)
}

// splitMessages splits printed errors into messages; a line that starts with a tab belongs to the one before it.
func splitMessages(text string) []string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		switch {
		case strings.HasPrefix(line, "\t") && len(out) > 0:
			out[len(out)-1] += "\n" + line
		case strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "":
		default:
			out = append(out, line)
		}
	}
	return out
}

// wanted is one ERROR comment.
type wanted struct {
	place string // "bug000.go:12"
	re    *regexp.Regexp
	text  string
}

var (
	errorComment = regexp.MustCompile(`// (?:GC_)?ERROR (.*)`)
	quotedText   = regexp.MustCompile(`"([^"]*)"`)
	lineNumber   = regexp.MustCompile(`LINE(([+-])(\d+))?`)
)

// wantedErrors reads the ERROR comments of a file.
func wantedErrors(name string) ([]wanted, error) {
	src, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var out []wanted
	for i, line := range strings.Split(string(src), "\n") {
		m := errorComment.FindStringSubmatch(line)
		if m == nil || strings.Contains(line, "////") {
			continue
		}
		for _, q := range quotedText.FindAllStringSubmatch(m[1], -1) {
			w, err := newWanted(filepath.Base(name), i+1, q[1])
			if err != nil {
				return nil, err
			}
			out = append(out, w)
		}
	}
	return out, nil
}

func newWanted(base string, line int, text string) (wanted, error) {
	place := fmt.Sprintf("%s:%d", base, line)
	rx := lineNumber.ReplaceAllStringFunc(text, func(m string) string {
		n := line
		if len(m) > len("LINE") {
			delta, _ := strconv.Atoi(m[len("LINE+"):])
			if m[len("LINE")] == '-' {
				delta = -delta
			}
			n += delta
		}
		return fmt.Sprintf("%s:%d", base, n)
	})
	re, err := regexp.Compile(rx)
	if err != nil {
		return wanted{}, fmt.Errorf("%s: %w", place, err)
	}
	return wanted{place, re, text}, nil
}

// match pairs messages and ERROR comments by line. Every comment wants a message that fits, and every message in
// one of the files wants a comment.
func match(msgs []string, names []string) error {
	var want []wanted
	for _, name := range names {
		w, err := wantedErrors(name)
		if err != nil {
			return err
		}
		want = append(want, w...)
	}
	rest := make([]string, len(msgs))
	for i, m := range msgs {
		rest[i] = baseName(m)
	}
	var wrong []string
	for _, w := range want {
		var at, others []string
		for _, m := range rest {
			if strings.HasPrefix(m, w.place+":") {
				at = append(at, m)
			} else {
				others = append(others, m)
			}
		}
		if len(at) == 0 {
			wrong = append(wrong, fmt.Sprintf("%s: missing error %q", w.place, w.text))
			continue
		}
		matched := false
		for _, m := range at {
			_, text, _ := strings.Cut(m, " ")
			if w.re.MatchString(text) {
				matched = true
			} else {
				others = append(others, m)
			}
		}
		if !matched {
			wrong = append(wrong, fmt.Sprintf("%s: no match for %q in:\n\t%s", w.place, w.text, strings.Join(at, "\n\t")))
		}
		rest = others
	}
	for _, m := range rest {
		if inFiles(m, names) {
			wrong = append(wrong, "unexpected: "+m)
		}
	}
	if len(wrong) > 0 {
		return errors.New(strings.Join(wrong, "\n"))
	}
	return nil
}

// baseName cuts the folder off a message's place, and off places inside the message.
var folder = regexp.MustCompile(`(^|[\s(])/[^\s:]*/`)

func baseName(msg string) string { return folder.ReplaceAllString(msg, "$1") }

func inFiles(msg string, names []string) bool {
	for _, name := range names {
		if strings.HasPrefix(msg, filepath.Base(name)+":") {
			return true
		}
	}
	return strings.HasPrefix(msg, harness.InternalError)
}

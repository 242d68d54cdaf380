package explain

import (
	"fmt"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"

	"strata/internal/analyze"
	"strata/internal/inlcost"
)

// plainWords says in plain words what the messages of level 2 say; the first pattern that fits holds. An empty
// text leaves the message out: another one says the same.
var plainWords = []struct {
	re   *regexp.Regexp
	text string
}{
	{regexp.MustCompile(`^can inline (\S+) with cost (\d+) as: .*\(beyond budget (\d+): the body is (\d+) operations.*$`),
		"$1 is inlined where it is called: its source costs $2, more than $3, but it comes to only $4 operations."},
	{regexp.MustCompile(`^can inline (\S+) with cost (\d+) as: .*$`), "$1 is inlined where it is called: its source costs $2."},
	{regexp.MustCompile(`^cannot inline (\S+): (.*)$`), "$1 is never inlined: $2."},
	{regexp.MustCompile(`^inlining call to (.*)$`), "The call of $1 is inlined."},
	{regexp.MustCompile(`^devirtualizing (\S+) to (.*)$`), "The interface call $1 always reaches type $2: it is a direct call."},
	{regexp.MustCompile(`^(.*) escapes to heap in (.*):$`), "$1 lives on the heap, because it must outlive $2:"},
	{regexp.MustCompile(`^parameter (\S+) leaks to \{heap\} for (.*) with derefs=0:$`), "What is passed for $1 is still in use when $2 has returned:"},
	{regexp.MustCompile(`^parameter (\S+) leaks to \{heap\} for (.*) with derefs=.*:$`), "Something that $1 leads to is still in use when $2 has returned:"},
	{regexp.MustCompile(`^  flow: .*$`), ""},
	{regexp.MustCompile(`^    its size is known only when the program runs at .*$`), "    its size is known only when the program runs"},
	{regexp.MustCompile(`^    (.*) at (\S+)(.*)$`), "    $2$3: $1"},
	{regexp.MustCompile(`^(moved to heap: .*|.* escapes to heap)$`), ""},
	{regexp.MustCompile(`^\S+ ignoring self-assignment in (.*)$`), "$1 moves a value about in the memory that it was read from: nothing escapes by that."},
	{regexp.MustCompile(`^(.*) does not escape$`), "$1 is not in use any more when the function has returned: it needs no heap."},
	{regexp.MustCompile(`^leaking param: (\S+) to result (\S+) level=0$`), "What is passed for $1 comes back in result $2: whether it needs the heap is up to the callers."},
	{regexp.MustCompile(`^leaking param: (\S+) to result (\S+) level=(\d+)$`), "Something that $1 leads to, after $3 dereferences, comes back in result $2."},
	{regexp.MustCompile(`^leaking param content: (\S+)$`), "What $1 points to must live on the heap; what is passed for $1 itself need not."},
	{regexp.MustCompile(`^leaking param: (\S+)$`), "What is passed for $1 must live on the heap."},
}

// checkWords says why a check stays.
var checkWords = map[CheckKind]string{
	IndexBounds:  "An index is checked when the program runs: nothing before it proves that it lies below the length.",
	SliceBounds:  "The bounds of a slice expression are checked when the program runs: nothing before it proves that they are in order.",
	NilCheck:     "A pointer is checked for nil, by an instruction or by the fault of the access: nothing before it proves that it is not nil.",
	WriteBarrier: "A pointer is stored where the collector may be looking: a write barrier tells it while it marks.",
}

// Line explains one line of the source.
func (u *Unit) Line(file string, line int) []string {
	var out []string
	for _, f := range u.Funcs {
		out = append(out, u.about(f, file, line)...)
	}
	for _, m := range u.Messages(2) {
		if m.Pos.Line == line && sameFile(m.Pos.Filename, file) {
			if text := plain(m.Text); text != "" {
				out = append(out, text)
			}
		}
	}
	for _, f := range u.Funcs {
		out = append(out, u.stayed(f, file, line)...)
		out = append(out, u.checks(f, file, line)...)
	}
	return out
}

func sameFile(a, b string) bool {
	return a == b || filepath.Base(a) == filepath.Base(b) && strings.HasSuffix(b, a)
}

func plain(text string) string {
	for _, w := range plainWords {
		if w.re.MatchString(text) {
			return w.re.ReplaceAllString(text, w.text)
		}
	}
	return text
}

// about introduces the innermost functions that the line belongs to.
func (u *Unit) about(f *Func, file string, line int) []string {
	if f.Report == nil || f.Late == nil || f.body() == nil {
		return nil
	}
	start, end := u.Fset.Position(f.pos()), u.Fset.Position(f.body().End())
	if !sameFile(start.Filename, file) || line < start.Line || line > end.Line {
		return nil
	}
	return []string{fmt.Sprintf("In %s (lines %d to %d): a frame of %d bytes, %d bytes of code.", f.Name(f.Pkg), start.Line, end.Line, f.Late.Frame, f.Late.Size)}
}

// at tells whether a position, of inlined code the outermost call's, is on the line.
func (u *Unit) at(f *Func, inl int32, pos token.Pos, file string, line int) bool {
	if inl != 0 && f.Report != nil && int(inl) <= len(f.Report.Inlines) {
		p := printer{u: u}
		pos, _ = p.outermost(f, inl, nil)
	}
	at := u.Fset.Position(pos)
	return at.Line == line && sameFile(at.Filename, file)
}

// stayed says which calls of the line were not inlined.
func (u *Unit) stayed(f *Func, file string, line int) []string {
	if f.Report == nil || f.body() == nil {
		return nil
	}
	var out []string
	for _, c := range f.Report.Stayed {
		if c.Pos.Inl != 0 || !u.at(f, 0, c.Pos.P, file, line) {
			continue
		}
		callee := u.Find(c.Sym)
		switch {
		case callee == nil && c.Sym == "":
			out = append(out, "A call stays a call: "+c.Why+".")
		case callee == nil || strings.HasPrefix(c.Sym, "runtime."):
			out = append(out, "The compiler put in a call of "+c.Sym+".")
		default:
			out = append(out, fmt.Sprintf("The call of %s stays a call: %s%s.", callee.Name(f.Pkg), c.Why, callee.size()))
		}
	}
	return out
}

// size gives the figures that decide about inlining.
func (f *Func) size() string {
	switch {
	case f.Verdict.Reason != "" && f.Cost == 0:
		return " (" + f.Verdict.Reason + ")"
	case f.Cost == 0:
		return " (" + f.Forbidden + ")"
	}
	return fmt.Sprintf(" (its source costs %d of %d, and it comes to %d operations of %d)", f.Verdict.Cost, inlcost.Budget, f.Cost, analyze.Budget)
}

// checks says what the line still checks.
func (u *Unit) checks(f *Func, file string, line int) []string {
	if f.Late == nil {
		return nil
	}
	count := map[CheckKind]int{}
	for _, c := range f.Late.Checks {
		if u.at(f, c.Pos.Inl, c.Pos.P, file, line) {
			count[c.Kind]++
		}
	}
	var out []string
	for k := IndexBounds; k <= WriteBarrier; k++ {
		switch n := count[k]; {
		case n == 1:
			out = append(out, checkWords[k])
		case n > 1:
			out = append(out, fmt.Sprintf("%d times: %s", n, checkWords[k]))
		}
	}
	return out
}

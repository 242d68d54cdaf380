package load

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"strata/internal/goroot"
)

// listed is what `go list -json` prints of a package.
type listed struct {
	ImportPath, Name, Dir, ForTest string
	Standard, DepOnly              bool
	GoFiles, SFiles, HFiles        []string
	TestGoFiles, XTestGoFiles      []string
	ImportMap                      map[string]string
	Module                         *listedModule
	Error                          *listedError
	Match                          []string
}

type listedModule struct {
	Path, Version, Sum, Dir, GoMod, GoVersion string
	Main                                      bool
	Replace                                   *listedModule
	Error                                     *struct{ Err string }
}

type listedError struct {
	ImportStack []string
	Pos, Err    string
}

const listFields = "ImportPath,Name,Dir,ForTest,Standard,DepOnly,GoFiles,SFiles,HFiles," +
	"TestGoFiles,XTestGoFiles,ImportMap,Module,Error,Match"

// golist asks the go command about patterns. It fills l.mods and l.errs and gives the packages the patterns name.
func (l *loader) golist(patterns []string) ([]*meta, error) {
	s := l.s
	l.listed = true
	args := []string{"list", "-e", "-deps", "-json=" + listFields}
	if s.cfg.Tests {
		args = append(args, "-test")
	}
	if len(s.cfg.Tags) > 0 {
		args = append(args, "-tags="+strings.Join(s.cfg.Tags, ","))
	}
	args = append(args, s.cfg.Flags...)
	args = append(args, "--")
	args = append(args, patterns...)
	list, err := s.answer(args, patterns, parseListed)
	if err != nil {
		return nil, err
	}
	var roots []*meta
	l.wildcard = map[*meta]bool{}
	matches := map[*meta]int{}
	for _, p := range list {
		if p.Error != nil && p.Error.Err != "import cycle not allowed" { // cycle tells more
			l.addError(p.Error.text(s))
		}
		m := l.fromListed(p)
		if m == nil {
			continue
		}
		if !p.DepOnly && p.ForTest == "" {
			roots = append(roots, m)
			matches[m] = slices.IndexFunc(patterns, func(pat string) bool { return slices.Contains(p.Match, pat) })
			l.wildcard[m] = slices.ContainsFunc(p.Match, func(pat string) bool {
				return strings.Contains(pat, "...") || pat == "std" || pat == "cmd" || pat == "all"
			})
		}
	}
	// Dependencies came first; what follows goes by pattern and, within one, by directory.
	slices.SortStableFunc(roots, func(a, b *meta) int {
		if c := cmp.Compare(matches[a], matches[b]); c != 0 {
			return c
		}
		return slices.Compare(strings.Split(a.importPath, "/"), strings.Split(b.importPath, "/"))
	})
	return roots, nil
}

// parseListed reads the output of go list.
func parseListed(out []byte) ([]*listed, error) {
	var list []*listed
	dec := json.NewDecoder(bytes.NewReader(out))
	for {
		p := new(listed)
		if err := dec.Decode(p); err == io.EOF {
			return list, nil
		} else if err != nil {
			return nil, fmt.Errorf("reading the output of go list: %w", err)
		}
		list = append(list, p)
	}
}

// fromListed records a package of go list's output, or gives nil for what is not recorded: test mains and the
// variants of packages that are there without one.
func (l *loader) fromListed(p *listed) *meta {
	s := l.s
	if p.ImportPath == "unsafe" {
		return nil
	}
	base, _, variant := strings.Cut(p.ImportPath, " [")
	if strings.HasSuffix(base, ".test") && p.Name == "main" && len(p.XTestGoFiles)+len(p.TestGoFiles) == 0 && generated(p) {
		return nil
	}
	if strings.HasSuffix(base, "_test") && variant && base == p.ForTest+"_test" {
		return nil
	}
	if p.Standard {
		if !p.DepOnly {
			s.name(base)
		}
		return s.std(base)
	}
	if variant && (base == p.ForTest || l.mods[base] != nil) {
		return nil
	}
	m := &meta{importPath: base, name: p.Name, dir: p.Dir, module: p.Module.module(), goVersion: goroot.Current.Minor(), complete: true,
		named: !p.DepOnly}
	if p.Module != nil {
		m.goVersion = "go1.16"
		if v := p.Module.GoVersion; v != "" {
			m.goVersion = langVersion(v)
		}
	}
	abs := func(names []string) []string {
		var out []string
		for _, n := range names {
			if !filepath.IsAbs(n) {
				n = filepath.Join(p.Dir, n)
			}
			out = append(out, n)
		}
		return out
	}
	m.goFiles, m.sFiles, m.hFiles = abs(p.GoFiles), abs(p.SFiles), abs(p.HFiles)
	m.testFiles, m.xtestFiles = abs(p.TestGoFiles), abs(p.XTestGoFiles)
	m.importMap = map[string]string{}
	for from, to := range p.ImportMap {
		if to, _, _ = strings.Cut(to, " ["); to != from {
			m.importMap[from] = to
		}
	}
	if p.Error != nil {
		m.errs = []*Error{{Msg: p.Error.text(s)}}
	} else if len(m.goFiles) == 0 && len(m.testFiles)+len(m.xtestFiles) > 0 {
		m.noGo = "no non-test Go files in " + m.dir
	}
	l.mods[base] = m
	return m
}

func generated(p *listed) bool {
	return slices.ContainsFunc(p.GoFiles, filepath.IsAbs) || len(p.GoFiles) == 0
}

// langVersion turns a go.mod go line ("1.22.3") into a language version ("go1.22").
func langVersion(v string) string {
	parts := strings.SplitN(v, ".", 3)
	if len(parts) < 2 {
		return "go" + v
	}
	minor := strings.TrimRight(parts[1], "abcdefghijklmnopqrstuvwxyz")
	if i := strings.IndexAny(parts[1], "abcdefghijklmnopqrstuvwxyz"); i >= 0 {
		minor = parts[1][:i]
	}
	return "go" + parts[0] + "." + minor
}

func (m *listedModule) module() *Module {
	if m == nil {
		return nil
	}
	return &Module{Path: m.Path, Version: m.Version, Sum: m.Sum, Main: m.Main, Dir: m.Dir, GoMod: m.GoMod,
		GoVersion: m.GoVersion, Replace: m.Replace.module()}
}

// text prints an error as go build does: the import stack only where there is no better place, or it is the point.
func (e *listedError) text(s *Session) string {
	stacked := strings.HasPrefix(e.Err, "import cycle not allowed") || strings.HasPrefix(e.Err, "use of internal package") ||
		strings.HasPrefix(e.Err, "use of vendored package")
	switch {
	case e.Pos != "" && strings.HasPrefix(e.Err, "use of internal package"):
		stack := e.ImportStack
		return "package " + strings.Join(stack, "\n\timports ") + "\n\t" + e.Pos + ": " + e.Err
	case e.Pos != "" && !stacked:
		return e.Pos + ": " + e.Err
	case len(e.ImportStack) == 0:
		return e.Err
	}
	return "package " + strings.Join(e.ImportStack, "\n\timports ") + ": " + e.Err
}

// runGo runs the go command as the user's environment has it, without cgo.
func (s *Session) runGo(args ...string) ([]byte, error) {
	name, err := lookGo(s.cfg.Env)
	if err != nil {
		name = filepath.Join(s.goroot, "bin", "go")
	}
	env := s.cfg.Env
	if env == nil {
		env = os.Environ()
	}
	cmd := exec.Command(name, args...)
	cmd.Dir = s.cfg.Dir
	cmd.Env = append(slices.Clone(env), "CGO_ENABLED=0", "GOOS="+s.cfg.GOOS, "GOARCH="+s.cfg.GOARCH,
		"GOEXPERIMENT=", "PWD="+s.cfg.Dir)
	if s.cfg.Level != "" {
		cmd.Env = append(cmd.Env, s.cfg.Level)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		if stderr.Len() > 0 {
			return nil, errors.New(strings.TrimSpace(stderr.String()))
		}
		return nil, fmt.Errorf("go list: %w", err)
	}
	return out, nil
}

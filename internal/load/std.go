package load

import (
	"fmt"
	"path/filepath"
	"strings"

	"strata/internal/goroot"
)

// isStd says whether GOROOT/src or the overlay holds a package of that import path.
func (s *Session) isStd(path string) bool {
	if path == "" || path[0] == '/' || path[0] == '.' {
		return false
	}
	s.mu.Lock()
	is, ok := s.known[path]
	s.mu.Unlock()
	if ok {
		return is
	}
	is = s.src.hasPackage(s.stdDir(path))
	s.mu.Lock()
	s.known[path] = is
	s.mu.Unlock()
	return is
}

func (s *Session) stdDir(path string) string {
	return filepath.Join(s.goroot, "src", filepath.FromSlash(path))
}

// vendored maps an import inside the standard library (or the go command's tools) to the vendored copy.
func (s *Session) vendored(importer, path string) string {
	first, _, _ := strings.Cut(path, "/")
	if !strings.Contains(first, ".") {
		return path
	}
	prefix := "vendor/"
	if strings.HasPrefix(importer, "cmd/") {
		prefix = "cmd/vendor/"
	}
	if s.isStd(prefix + path) {
		return prefix + path
	}
	return path
}

// name notes that a standard package is named on the command line. This comes before the first std.
func (s *Session) name(path string) {
	s.mu.Lock()
	s.named[path] = true
	s.mu.Unlock()
}

// std finds a standard package and parses it, once in a session.
func (s *Session) std(path string) *meta {
	s.mu.Lock()
	e := s.metas[path]
	if e == nil {
		e = &stdEntry{}
		s.metas[path] = e
	}
	named := s.named[path]
	s.mu.Unlock()
	e.once.Do(func() {
		s.slots <- struct{}{}
		defer func() { <-s.slots }()
		e.m = s.findStd(path, named)
	})
	return e.m
}

func (s *Session) findStd(path string, named bool) *meta {
	m := &meta{importPath: path, dir: s.stdDir(path), standard: true, goVersion: goroot.Current.Minor(), named: named}
	if err := s.scan(m); err != nil {
		m.errs = []*Error{{Msg: fmt.Sprintf("package %s is not in std (%s)", path, m.dir)}}
		return m
	}
	if len(m.files(s)) == 0 {
		if len(m.testFiles) == 0 {
			m.errs = []*Error{{Msg: s.noFiles(m)}}
			return m
		}
		m.noGo = s.noFiles(m)
	}
	s.nameFromFiles(m)
	s.splitTests(m)
	m.importMap = map[string]string{}
	for _, i := range importsOf(m.files(s)) {
		if to := s.vendored(path, i.path); to != i.path {
			m.importMap[i.path] = to
		}
	}
	for _, f := range m.parsed {
		if f.syntax != nil && f.syntax.Name.Name != m.name && f.syntax.Name.Name != "documentation" {
			m.errs = append(m.errs, &Error{Msg: fmt.Sprintf("found packages %s (%s) and %s (%s) in %s", m.name,
				filepath.Base(m.parsed[0].name), f.syntax.Name.Name, filepath.Base(f.name), m.dir)})
			break
		}
	}
	return m
}

func (s *Session) noFiles(m *meta) string {
	if len(m.testFiles) > 0 {
		return "no non-test Go files in " + m.dir
	}
	names, _ := s.src.list(m.dir)
	for _, name := range names {
		if strings.HasSuffix(name, ".go") {
			return "build constraints exclude all Go files in " + m.dir
		}
	}
	return "no Go files in " + m.dir
}

package load

import (
	"fmt"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"strata/internal/abi"
	"strata/internal/goroot"
)

// Session loads any number of programs, at once if need be, over one file set and one copy of the checked
// standard library.
type Session struct {
	cfg     Config
	fset    *token.FileSet
	goroot  string
	version string

	godebugOnce sync.Once
	godebugs    *godebugTable
	src         *sources
	cover       *coverage
	sizes       *abi.Sizes    // of all types that its packages have
	slots       chan struct{} // one for each package being parsed or checked

	mu    sync.Mutex
	metas map[string]*stdEntry // standard packages by import path
	named map[string]bool      // those on the command line
	pkgs  map[string]*Package  // checked standard packages (without test variants) by import path
	known map[string]bool      // import path → is it in GOROOT/src or the overlay

	findMu sync.Mutex
}

type stdEntry struct {
	once sync.Once
	m    *meta
}

// NewSession finds the installed Go and prepares to load.
func NewSession(cfg Config) (*Session, error) {
	cfg.setDefaults()
	if cfg.Dir == "" {
		dir, err := os.Getwd()
		if err != nil {
			return nil, err
		}
		cfg.Dir = dir
	}
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, err
	}
	cfg.Dir = dir
	s := &Session{
		cfg: cfg, fset: token.NewFileSet(), sizes: abi.NewSizes(cfg.Regs),
		slots: make(chan struct{}, cfg.Parallel),
		metas: map[string]*stdEntry{}, named: map[string]bool{}, pkgs: map[string]*Package{}, known: map[string]bool{},
	}
	if cfg.GOROOT != "" {
		s.goroot, s.version, err = checkGoroot(cfg.GOROOT)
	} else {
		s.goroot, s.version, err = FindGoroot(cfg.Env)
	}
	if err != nil {
		return nil, err
	}
	s.src = &sources{root: filepath.Join(s.goroot, "src"), overlay: cfg.Overlay, memory: map[string][]byte{},
		generated: map[string][]byte{}, replace: cfg.Replace}
	for name, data := range cfg.Generated {
		s.src.generated[filepath.Join(s.src.root, filepath.FromSlash(name))] = data
	}
	s.cover = s.newCoverage(cfg.Cover)
	return s, nil
}

// Goroot is the directory of the installed Go.
func (s *Session) Goroot() string { return s.goroot }

// GoVersion is the installed Go's release, "go1.26.8".
func (s *Session) GoVersion() string { return s.version }

// Fset is the session's file set.
func (s *Session) Fset() *token.FileSet { return s.fset }

func (s *Session) implicit() []string { return s.cfg.Implicit }

// Source is a package given by its files, for LoadSources.
type Source struct {
	ImportPath string            // "" for a command: command-line-arguments
	Files      []string          // absolute or relative to Config.Dir; .go, and .s in the same place
	Contents   map[string][]byte // optional: files by name that are in memory only
	GoVersion  string            // "" is the current language
	Complete   bool              // functions without a body are errors, as in go build but not in go tool compile
}

// Load loads patterns: import paths, ./dir, ./..., std, or the .go files of one command.
func (s *Session) Load(patterns ...string) (*Program, error) {
	if err := s.checkRelease(); err != nil {
		return nil, err
	}
	if len(patterns) == 0 {
		patterns = []string{"."}
	}
	if slices.ContainsFunc(patterns, s.isNamedFile) {
		return s.LoadFiles(patterns...)
	}
	l := s.newLoader()
	var roots []*meta
	if slices.ContainsFunc(patterns, func(p string) bool { return !s.plainStd(p) }) {
		var err error
		if roots, err = l.golist(patterns); err != nil {
			return nil, err
		}
	} else {
		for _, p := range patterns {
			s.name(p)
			roots = append(roots, s.std(p))
		}
	}
	return l.load(roots)
}

// commandLine is the import path of a package that is given by its files.
const commandLine = "command-line-arguments"

// LoadFiles loads the command (or package) made of some .go files, as `go run a.go b.go` does.
func (s *Session) LoadFiles(names ...string) (*Program, error) {
	for _, name := range names {
		if !isGoFile(name) {
			return nil, fmt.Errorf("named files must all be .go files: %s", name)
		}
	}
	l := s.newLoader()
	m := &meta{importPath: commandLine, dir: s.cfg.Dir, goVersion: goroot.Current.Minor(), complete: true, named: true}
	for i, name := range names {
		full := s.abs(name)
		st, err := os.Stat(full)
		switch {
		case os.IsNotExist(err):
			return nil, fmt.Errorf("stat %s: no such file or directory", name)
		case err != nil:
			return nil, err
		case st.IsDir():
			return nil, fmt.Errorf("%s is a directory, should be a Go file", name)
		}
		dir := filepath.Dir(full)
		if i > 0 && dir != m.dir {
			return nil, fmt.Errorf("named files must all be in one directory; have %s and %s", s.short(m.dir), s.short(dir))
		}
		m.dir = dir
		m.goFiles = append(m.goFiles, full)
	}
	if s.onlyStd(m) {
		s.nameFromFiles(m)
		return l.load([]*meta{m})
	}
	roots, err := l.golist(names)
	if err != nil {
		return nil, err
	}
	return l.load(roots)
}

// onlyStd says whether a package of named files can be loaded without the go command: everything it imports is
// standard and allowed, and its files belong together.
func (s *Session) onlyStd(m *meta) bool {
	ctx := s.buildContext(false)
	for _, name := range m.goFiles {
		if ok, err := ctx.MatchFile(filepath.Dir(name), filepath.Base(name)); err != nil || !ok {
			return false
		}
		if strings.HasSuffix(name, "_test.go") {
			return false
		}
	}
	files := m.files(s)
	for _, f := range files {
		if f.syntax == nil || f.syntax.Name == nil || f.syntax.Name.Name != files[0].syntax.Name.Name {
			return false
		}
	}
	for _, i := range importsOf(files) {
		if i.path == "unsafe" {
			continue
		}
		if !s.isStd(i.path) || isInternal(i.path) || strings.HasPrefix(i.path, "vendor/") || strings.HasPrefix(i.path, "cmd/") {
			return false
		}
	}
	return len(files) > 0
}

func isInternal(path string) bool { return slices.Contains(strings.Split(path, "/"), "internal") }

// LoadSources loads packages given by their files, which may import each other (by ImportPath) and any standard
// package, internal ones too. The last is the root.
func (s *Session) LoadSources(list ...Source) (*Program, error) {
	l := s.newLoader()
	var roots []*meta
	for _, src := range list {
		m := &meta{importPath: src.ImportPath, goVersion: src.GoVersion, complete: src.Complete}
		if m.importPath == "" {
			m.importPath = commandLine
		}
		if m.goVersion == "" {
			m.goVersion = goroot.Current.Minor()
		}
		for name, data := range src.Contents {
			s.src.addMemory(s.abs(name), data)
		}
		for _, name := range src.Files {
			full := s.abs(name)
			m.dir = filepath.Dir(full)
			if strings.HasSuffix(name, ".s") {
				m.sFiles = append(m.sFiles, full)
			} else {
				m.goFiles = append(m.goFiles, full)
			}
		}
		s.nameFromFiles(m)
		l.mods[m.importPath] = m
		roots = []*meta{m}
	}
	if len(roots) == 0 {
		return nil, fmt.Errorf("no packages to load")
	}
	return l.load(roots)
}

func (s *Session) nameFromFiles(m *meta) {
	for _, f := range m.files(s) {
		if f.syntax != nil && f.syntax.Name != nil {
			m.name = f.syntax.Name.Name
			return
		}
	}
}

func (s *Session) abs(name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(s.cfg.Dir, name)
}

// short gives a name relative to the working directory where that is shorter, as the go command prints names.
func (s *Session) short(name string) string { return shortName(s.cfg.Dir, name) }

func shortName(dir, name string) string {
	rel, err := filepath.Rel(dir, name)
	if err == nil && len(rel) < len(name) {
		return rel
	}
	return name
}

func isGoFile(pattern string) bool { return strings.HasSuffix(pattern, ".go") }

// isNamedFile says whether a pattern names a Go file that exists; a package may be called x.go as well.
func (s *Session) isNamedFile(pattern string) bool {
	if !isGoFile(pattern) {
		return false
	}
	st, err := os.Stat(s.abs(pattern))
	return err == nil && !st.IsDir()
}

// plainStd says whether a pattern is the import path of one standard package.
func (s *Session) plainStd(pattern string) bool {
	if strings.Contains(pattern, "...") || strings.HasPrefix(pattern, ".") || filepath.IsAbs(pattern) || strings.Contains(pattern, "@") {
		return false
	}
	return s.isStd(pattern)
}

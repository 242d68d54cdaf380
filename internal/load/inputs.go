package load

import (
	"crypto/sha256"
	"fmt"
	"go/build"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/modfile"

	"strata/internal/reuse"
)

// This file says what a load depended on, so that its results can be used again while all of that is the same.

// disk gives the file that stands for name; ok is false if its content is not read from the disk.
func (s *sources) disk(name string) (file string, ok bool) {
	if to, ok := s.replace[name]; ok {
		return to, to != ""
	}
	return name, s.onDisk([]string{name})
}

// addInputs notes what the packages of prog were read from.
func (s *Session) addInputs(prog *Program) {
	in := s.cfg.Inputs
	if in == nil {
		return
	}
	in.Add(reuse.Content, filepath.Join(s.goroot, "VERSION"))
	in.Add(reuse.Names, filepath.Join(s.goroot, "src"))
	for _, p := range prog.Packages {
		for _, f := range p.allFiles {
			if name, ok := s.src.disk(f.name); ok {
				in.AddSum(name, f.sum)
			}
		}
		for _, name := range slices.Concat(p.SFiles, p.HFiles) {
			if name, ok := s.src.disk(name); ok {
				in.Add(reuse.Content, name)
			}
		}
		if p.Standard && !s.src.replaced(p.Dir) {
			in.Add(reuse.Names, p.Dir)
		}
	}
	s.src.addEmbedded(in)
}

// addEmbedded notes the directories and files that patterns of embed led to.
func (s *sources) addEmbedded(in *reuse.Inputs) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for dir := range s.embedDirs {
		in.Add(reuse.Any, dir)
	}
	for name, sum := range s.embedded {
		in.AddSum(name, sum)
	}
}

// embeds notes an embedded file.
func (s *sources) embeds(name string, data []byte) {
	file, ok := s.disk(name)
	if !ok {
		return
	}
	sum := sha256.Sum256(data)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.embedded == nil {
		s.embedded = map[string]reuse.Sum{}
	}
	s.embedded[file] = sum
}

// embedsIn notes a directory whose entries decide what is embedded.
func (s *sources) embedsIn(dir string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.embedDirs == nil {
		s.embedDirs = map[string]bool{}
	}
	s.embedDirs[dir] = true
}

// globs notes the directories that a pattern looks into: those that its elements match, one after the other. An element
// without special characters is looked up and not searched for, so it is there or not.
func (s *sources) globs(dir, glob string) {
	dirs := []string{dir}
	for elem := range strings.SplitSeq(glob, "/") {
		var next []string
		for _, d := range dirs {
			if !strings.ContainsAny(elem, `*?[\`) {
				next = append(next, filepath.Join(d, elem))
				continue
			}
			s.embedsIn(d)
			matches, _ := filepath.Glob(quoteGlob(d) + string(filepath.Separator) + elem)
			next = append(next, matches...)
		}
		dirs = next
	}
	for _, d := range dirs {
		if _, err := os.Stat(d); err != nil {
			s.embedsIn(filepath.Dir(d))
		}
	}
}

// excluded notes a file that only its build constraints keep out of a standard package.
func (s *Session) excluded(ctx *build.Context, dir, name string) {
	if s.cfg.Inputs == nil || strings.HasSuffix(name, "_test.go") {
		return
	}
	file, ok := s.src.disk(filepath.Join(dir, name))
	if !ok {
		return
	}
	byName := *ctx
	byName.OpenFile = func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("package p\n")), nil }
	if ok, _ := byName.MatchFile(dir, name); ok {
		s.cfg.Inputs.Add(reuse.Header, file)
	}
}

// goVariables are the beginnings of variables that the go command, and so what it answers, may depend on.
var goVariables = []string{"GO", "PATH=", "HOME=", "XDG_CONFIG_HOME=", "GIT_", "CC=", "PWD=", "NETRC="}

// noMatter are variables among these that only govern how long something takes.
var noMatter = []string{"GOGC=", "GOMEMLIMIT=", "GOMAXPROCS=", "GOTRACEBACK=", "GODEBUG=", "GOSUMDB=", "GOCACHEPROG=", "GOTMPDIR="}

// Environment lists what of the environment may decide which packages are loaded.
func Environment(env []string) []string {
	if env == nil {
		env = os.Environ()
	}
	starts := func(list []string, v string) bool {
		return slices.ContainsFunc(list, func(p string) bool { return strings.HasPrefix(v, p) })
	}
	var out []string
	for _, v := range env {
		if starts(goVariables, v) && !starts(noMatter, v) {
			out = append(out, v)
		}
	}
	slices.Sort(out)
	return out
}

// SettingFiles are files beside the environment that flags come from.
func SettingFiles() []string {
	if name := goenvFile(); name != "" {
		return []string{name}
	}
	return nil
}

// listInputs notes what the go command's answer about patterns depended on; ok is false if that is not known.
func (s *Session) listInputs(in *reuse.Inputs, patterns []string, list []*listed) (ok bool) {
	for _, pattern := range patterns {
		switch {
		case pattern == "all" || pattern == "work" || pattern == "tool" || strings.Contains(pattern, "@"):
			return false
		case strings.Contains(pattern, "..."):
			if !s.addTree(in, pattern) {
				return false
			}
		case isGoFile(pattern):
			in.Add(reuse.Header, s.abs(pattern))
		}
	}
	s.addSettings(in)
	for _, p := range list {
		if !p.Standard {
			s.addListed(in, p, list)
		}
	}
	return true
}

// addTree notes the directories that a pattern like ./... looks at.
func (s *Session) addTree(in *reuse.Inputs, pattern string) (ok bool) {
	if pattern == "std" || pattern == "cmd" {
		return true
	}
	if !build.IsLocalImport(pattern) {
		return false
	}
	before, _, _ := strings.Cut(pattern, "...")
	root := filepath.Join(s.cfg.Dir, filepath.Dir(before+"x"))
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		elem := d.Name()
		if name != root && (elem[0] == '.' || elem[0] == '_' || elem == "testdata") {
			return fs.SkipDir
		}
		in.Add(reuse.Tree, name)
		if name != root {
			if _, err := os.Stat(filepath.Join(name, "go.mod")); err == nil {
				return fs.SkipDir
			}
		}
		return nil
	})
	return err == nil
}

// addSettings notes the files that say which modules there are: of the working directory and those around it, and of the go command itself.
func (s *Session) addSettings(in *reuse.Inputs) {
	in.Add(reuse.Content, filepath.Join(s.goroot, "VERSION"))
	in.Add(reuse.Content, filepath.Join(s.goroot, "go.env"))
	if name := goenvFile(); name != "" {
		in.Add(reuse.Content, name)
	}
	for dir := s.cfg.Dir; ; dir = filepath.Dir(dir) {
		s.addModule(in, dir)
		in.Add(reuse.Content, filepath.Join(dir, "go.work"))
		if data, err := os.ReadFile(filepath.Join(dir, "go.work")); err == nil {
			s.addWork(in, dir, data)
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	if name := s.getenv("GOWORK"); filepath.IsAbs(name) {
		in.Add(reuse.Content, name)
		if data, err := os.ReadFile(name); err == nil {
			s.addWork(in, filepath.Dir(name), data)
		}
	}
	for _, flag := range s.cfg.Flags {
		name, value, _ := strings.Cut(strings.TrimLeft(flag, "-"), "=")
		if name == "modfile" || name == "overlay" {
			in.Add(reuse.Content, s.abs(value))
			in.Add(reuse.Content, strings.TrimSuffix(s.abs(value), ".mod")+".sum")
		}
	}
}

func (s *Session) getenv(name string) string { return getenv(s.cfg.Env, name) }

// addModule notes the files that describe a module in dir, whether there is one or not.
func (s *Session) addModule(in *reuse.Inputs, dir string) {
	in.Add(reuse.Content, filepath.Join(dir, "go.mod"))
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		return
	}
	in.Add(reuse.Content, filepath.Join(dir, "go.sum"))
	in.Add(reuse.Exists, filepath.Join(dir, "vendor"))
	in.Add(reuse.Content, filepath.Join(dir, "vendor", "modules.txt"))
}

// addWork notes the modules of a workspace.
func (s *Session) addWork(in *reuse.Inputs, dir string, data []byte) {
	in.Add(reuse.Content, filepath.Join(dir, "go.work.sum"))
	in.Add(reuse.Content, filepath.Join(dir, "vendor", "modules.txt"))
	work, err := modfile.ParseWork("go.work", data, nil)
	if err != nil {
		return
	}
	for _, use := range work.Use {
		used := filepath.FromSlash(use.Path)
		if !filepath.IsAbs(used) {
			used = filepath.Join(dir, used)
		}
		s.addModule(in, used)
	}
}

// addListed notes what decides which files a package has and what they import. What lies in the module cache never changes,
// as the go command sees it, but may be removed.
func (s *Session) addListed(in *reuse.Inputs, p *listed, list []*listed) {
	in.Add(reuse.Names, p.Dir)
	m := p.Module
	if m != nil && m.Replace != nil {
		m = m.Replace
	}
	if m != nil && m.Version != "" && m.Dir != "" && !strings.Contains(p.Dir, string(filepath.Separator)+"vendor"+string(filepath.Separator)) {
		for _, q := range list {
			// A local directory of that path would make the import ambiguous.
			if l := q.Module; l != nil && l.Main && strings.HasPrefix(p.ImportPath, l.Path+"/") {
				in.Add(reuse.Names, filepath.Join(l.Dir, filepath.FromSlash(p.ImportPath[len(l.Path)+1:])))
				break
			}
		}
		return
	}
	names, _ := os.ReadDir(p.Dir)
	for _, e := range names {
		if ext := filepath.Ext(e.Name()); !e.IsDir() && (ext == ".go" || ext == ".s" || ext == ".S" || ext == ".h") {
			name := filepath.Join(p.Dir, e.Name())
			if to, ok := s.src.replace[name]; ok {
				name = to
			}
			in.Add(reuse.Header, name)
		}
	}
	if m == nil || m.Dir == "" {
		return
	}
	s.addModule(in, m.Dir)
	for dir := p.Dir; len(dir) > len(m.Dir); dir = filepath.Dir(dir) { // a module between would take the package away
		in.Add(reuse.Exists, filepath.Join(dir, "go.mod"))
	}
}

// answer asks the go command, or the store what it answered when all was as it is now.
func (s *Session) answer(args, patterns []string, parse func(out []byte) ([]*listed, error)) ([]*listed, error) {
	st := s.cfg.Store
	key := reuse.KeyOf(append([]string{"list", runtime.Version(), s.cfg.Toolchain, s.goroot, s.cfg.Dir, s.cfg.GOOS, s.cfg.GOARCH, fmt.Sprint(len(args))},
		append(slices.Clone(args), Environment(s.cfg.Env)...)...)...)
	if in, out, ok := reuse.LoadAnswer(st, key); ok {
		if list, err := parse(out); err == nil {
			if in.Stale() {
				in.Refresh()
				reuse.SaveAnswer(st, key, in, out)
			}
			s.cfg.Inputs.AddAll(in)
			return list, nil
		}
	}
	in := reuse.NewInputs(time.Now())
	out, err := s.runGo(args...)
	if err != nil {
		return nil, err
	}
	list, err := parse(out)
	if err != nil || st == nil && s.cfg.Inputs == nil {
		return list, err
	}
	failed := slices.ContainsFunc(list, func(p *listed) bool { return p.Error != nil })
	if failed || !s.listInputs(in, patterns, list) {
		s.cfg.Inputs.Forget()
		return list, nil
	}
	reuse.SaveAnswer(st, key, in, out)
	s.cfg.Inputs.AddAll(in)
	return list, nil
}

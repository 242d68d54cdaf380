package load

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
	"sync"

	"strata/internal/reuse"
)

// sources reads Go source trees: the disk, with an overlay laid over GOROOT/src and files held in memory.
//
// A directory of the overlay that holds a file named REPLACE stands instead of GOROOT's directory (its
// subdirectories keep their own). In other directories the overlay's files are added to GOROOT's or replace
// those of the same name; an empty file takes GOROOT's away. Overlaid files are named as if they lay in
// GOROOT/src.
type sources struct {
	root      string // GOROOT/src
	overlay   fs.FS
	generated map[string][]byte // more overlay files, absolute
	replace   map[string]string // Config.Replace

	mu     sync.Mutex
	memory map[string][]byte

	// What patterns of embed led to, for Config.Inputs.
	embedDirs map[string]bool
	embedded  map[string]reuse.Sum
}

// rel gives the overlay's name of an absolute path, and whether there is one.
func (s *sources) rel(name string) (string, bool) {
	if s.overlay == nil {
		return "", false
	}
	rest, ok := strings.CutPrefix(name, s.root)
	if !ok || rest == "" || rest[0] != filepath.Separator {
		return "", false
	}
	return filepath.ToSlash(rest[1:]), true
}

func (s *sources) replaced(dir string) bool {
	rel, ok := s.rel(dir)
	if !ok {
		return false
	}
	_, err := fs.Stat(s.overlay, path.Join(rel, "REPLACE"))
	return err == nil
}

// onDisk says whether all files are read from the disk.
func (s *sources) onDisk(names []string) bool {
	for _, name := range names {
		if _, ok := s.replace[name]; ok || s.generated[name] != nil {
			return false
		}
		if _, ok := s.inMemory(name); ok {
			return false
		}
		if rel, ok := s.rel(name); ok {
			if _, err := fs.Stat(s.overlay, rel); err == nil {
				return false
			}
		}
	}
	return true
}

// addMemory adds a file that exists in memory only.
func (s *sources) addMemory(name string, data []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.memory[name] = data
}

func (s *sources) inMemory(name string) ([]byte, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	data, ok := s.memory[name]
	return data, ok
}

// ReadFile reads a file by its absolute name.
func (s *sources) ReadFile(name string) ([]byte, error) {
	if to, ok := s.replace[name]; ok {
		if to == "" {
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
		}
		return os.ReadFile(to)
	}
	if data, ok := s.generated[name]; ok {
		return data, nil
	}
	if data, ok := s.inMemory(name); ok {
		return data, nil
	}
	if rel, ok := s.rel(name); ok {
		if data, err := fs.ReadFile(s.overlay, rel); err == nil {
			if len(data) == 0 && strings.HasSuffix(name, ".go") {
				return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
			}
			return data, nil
		}
		if s.replaced(filepath.Dir(name)) {
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
		}
	}
	return os.ReadFile(name)
}

// list gives the names of the regular files in a directory, sorted.
func (s *sources) list(dir string) ([]string, error) {
	names := map[string]bool{}
	found := false
	for name := range s.generated {
		if filepath.Dir(name) == dir {
			names[filepath.Base(name)] = true
			found = true
		}
	}
	rel, over := s.rel(dir)
	if !over || !s.replaced(dir) {
		entries, err := os.ReadDir(dir)
		if err != nil && !over && !found {
			return nil, err
		}
		found = found || err == nil
		for _, e := range entries {
			if isFile(dir, e) {
				names[e.Name()] = true
			}
		}
	}
	if over {
		entries, err := fs.ReadDir(s.overlay, rel)
		if err != nil && !found {
			return nil, err
		}
		for _, e := range entries {
			if e.IsDir() {
				continue
			}
			names[e.Name()] = true
			if info, err := e.Info(); err == nil && info.Size() == 0 {
				delete(names, e.Name())
			}
		}
	}
	for name, to := range s.replace {
		switch {
		case filepath.Dir(name) != dir:
		case to == "":
			delete(names, filepath.Base(name))
		default:
			names[filepath.Base(name)] = true
		}
	}
	out := make([]string, 0, len(names))
	for name := range names {
		out = append(out, name)
	}
	sort.Strings(out)
	return out, nil
}

func isFile(dir string, e fs.DirEntry) bool {
	if e.Type().IsRegular() {
		return true
	}
	if e.Type()&fs.ModeSymlink == 0 {
		return false
	}
	st, err := os.Stat(filepath.Join(dir, e.Name()))
	return err == nil && st.Mode().IsRegular()
}

// hasPackage says whether a directory of GOROOT/src or the overlay holds Go files.
func (s *sources) hasPackage(dir string) bool {
	names, err := s.list(dir)
	if err != nil {
		return false
	}
	for _, name := range names {
		if strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			return true
		}
	}
	return false
}

// open is ReadFile for go/build.
func (s *sources) open(name string) (io.ReadCloser, error) {
	data, err := s.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return io.NopCloser(bytes.NewReader(data)), nil
}

// Package reuse keeps results of the toolchain on disk by key, from one run to the next: what earlier builds came to,
// and what they were made from.
//
// It takes keys and bytes, or files, and gives them back as they were written or not at all: everything has a checksum that is
// compared when it is read. A result appears whole, by renaming, so that concurrent builds and killed ones
// do no harm. Losing any of it is no error, it only costs time. Folders that others can write to are not used.
package reuse

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// Store is a folder of results, named by checksums of their keys. A nil Store keeps nothing.
type Store struct {
	cache string
	dir   string
	limit int64
	grown atomic.Int64 // bytes written
}

// Limits of a store: results that nobody has used for maxAge go, and the longest unused ones when all are larger than the limit.
const (
	Limit     = 2 << 30
	maxAge    = 5 * 24 * time.Hour
	touchEach = time.Hour // how exactly the time of use is kept
)

const (
	folder     = "results"
	unfinished = "new-"
	magic      = "strata result 1\n"
)

// ErrShared says that a folder is not to be trusted.
var ErrShared = errors.New("others can write to it")

// Open opens the store in the cache's directory, which it makes if need be.
func Open(cache string) (*Store, error) {
	s := &Store{cache: cache, dir: filepath.Join(cache, folder), limit: Limit}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return nil, err
	}
	for _, dir := range []string{cache, s.dir} {
		if err := Trusted(dir); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Dir is the cache's directory.
func (s *Store) Dir() string { return s.cache }

// Trusted tells whether only the user, or root, can have written what lies in a folder.
func Trusted(dir string) error {
	st, err := os.Stat(dir)
	if err != nil {
		return err
	}
	sys, ok := st.Sys().(*syscall.Stat_t)
	if ok && sys.Uid != 0 && int(sys.Uid) != os.Geteuid() || st.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("cache %s is not used: %w", dir, ErrShared)
	}
	return nil
}

// Key names a result by all that decides it.
type Key [sha256.Size]byte

// KeyOf makes a key of some texts.
func KeyOf(parts ...string) Key {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d\n%s\n", len(p), p)
	}
	return Key(h.Sum(nil))
}

func (k Key) String() string { return hex.EncodeToString(k[:]) }

func (s *Store) path(k Key) string {
	name := k.String()
	return filepath.Join(s.dir, name[:2], name)
}

// Get reads a result, nil if there is none.
func (s *Store) Get(k Key) []byte {
	if s == nil {
		return nil
	}
	path := s.path(k)
	f, err := openRegular(path)
	if err != nil {
		return nil
	}
	data, err := io.ReadAll(f)
	f.Close()
	if err != nil {
		return nil
	}
	rest, ok := bytes.CutPrefix(data, []byte(magic))
	if !ok || len(rest) < sha256.Size || sha256.Sum256(rest[sha256.Size:]) != [sha256.Size]byte(rest) {
		os.Remove(path)
		return nil
	}
	touch(path)
	return rest[sha256.Size:]
}

// openRegular opens a file, unless it is a pipe or the like: nobody may be at the other end.
func openRegular(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	if st, err := f.Stat(); err != nil || !st.Mode().IsRegular() {
		f.Close()
		return nil, os.ErrInvalid
	}
	return f, nil
}

// Put keeps a result.
func (s *Store) Put(k Key, data []byte) error {
	if s == nil {
		return nil
	}
	sum := sha256.Sum256(data)
	return s.write(k, func(w *os.File) error {
		_, err := w.Write(append(append([]byte(magic), sum[:]...), data...))
		return err
	})
}

// PutFile keeps a copy of a file. The copy carries no head, so that file systems may share its blocks.
func (s *Store) PutFile(k Key, name string) error {
	if s == nil {
		return nil
	}
	return s.write(k, func(w *os.File) error {
		r, err := os.Open(name)
		if err != nil {
			return err
		}
		defer r.Close()
		_, err = io.Copy(w, r)
		return err
	})
}

// GetFile copies a kept file to one that is open for writing, and tells whether that has the checksum then.
func (s *Store) GetFile(k Key, sum Sum, to *os.File) bool {
	if s == nil {
		return false
	}
	path := s.path(k)
	r, err := openRegular(path)
	if err != nil {
		return false
	}
	defer r.Close()
	if _, err := io.Copy(to, r); err != nil {
		return false
	}
	got, err := SumFile(to.Name())
	if err != nil {
		return false
	}
	if got != sum {
		os.Remove(path)
		return false
	}
	touch(path)
	return true
}

// SumFile is the checksum of a file's content.
func SumFile(name string) (sum Sum, err error) {
	f, err := os.Open(name)
	if err != nil {
		return sum, err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.CopyBuffer(struct{ io.Writer }{h}, struct{ io.Reader }{f}, make([]byte, 1<<18)); err != nil {
		return sum, err
	}
	return Sum(h.Sum(nil)), nil
}

// write makes a result's file.
func (s *Store) write(k Key, fill func(*os.File) error) error {
	path := s.path(k)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), unfinished+"*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // fails, as it should, once the file has its name
	err = fill(tmp)
	if e := tmp.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	if st, err := os.Stat(tmp.Name()); err == nil {
		s.grown.Add(st.Size())
	}
	return os.Rename(tmp.Name(), path)
}

// Grown tells whether so much has been written since the store was opened that it should be trimmed.
func (s *Store) Grown() bool { return s.grown.Load() > s.limit/32 }

// touch notes that a file is in use.
func touch(path string) {
	now := time.Now()
	if st, err := os.Stat(path); err == nil && now.Sub(st.ModTime()) > touchEach {
		os.Chtimes(path, now, now)
	}
}

// Trim removes what has not been used for long, and more of it while the rest is larger than the limit.
func (s *Store) Trim() {
	if s == nil {
		return
	}
	type file struct {
		path string
		used time.Time
		size int64
	}
	var list []file
	total := int64(0)
	now := time.Now()
	names, _ := filepath.Glob(filepath.Join(s.dir, "*", "*"))
	for _, path := range names {
		info, err := os.Stat(path)
		if err != nil {
			continue
		}
		if strings.HasPrefix(filepath.Base(path), unfinished) && now.Sub(info.ModTime()) < time.Hour {
			continue // somebody is writing it
		}
		list = append(list, file{path, info.ModTime(), info.Size()})
		total += info.Size()
	}
	sort.Slice(list, func(i, j int) bool { return list[i].used.Before(list[j].used) })
	for _, f := range list {
		if now.Sub(f.used) <= maxAge && total <= s.limit {
			break
		}
		os.Remove(f.path)
		total -= f.size
	}
}

// Clean removes the results in a cache's directory.
func Clean(cache string) error { return os.RemoveAll(filepath.Join(cache, folder)) }

// Place is the file of a result that checks itself; it need not exist.
func (s *Store) Place(k Key) string {
	if s == nil {
		return ""
	}
	path := s.path(k)
	touch(path)
	return path
}

// PutPlain keeps a result that checks itself.
func (s *Store) PutPlain(k Key, data []byte) error {
	if s == nil {
		return nil
	}
	return s.write(k, func(w *os.File) error {
		_, err := w.Write(data)
		return err
	})
}

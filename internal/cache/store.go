package cache

import (
	"bufio"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// maxSegments is how many segments a folder may have before they are made one.
const maxSegments = 6

// Names of segments end in suffix; those that are being written begin with unfinished.
const (
	suffix     = ".seg"
	unfinished = "new-"
)

// Store is the folder of one key as one build sees it. It is safe for concurrent use.
type Store struct {
	dir     string
	inputs  map[string]Sum
	segs    []*segment
	damaged atomic.Bool // a record was not as it was written
}

// Open opens the segments of a key that are valid: those made from inputs with the same sums. An input that
// this build does not have does not matter: nothing that it asks for can depend on it.
func Open(dir, key string, inputs map[string]Sum) *Store {
	s := &Store{dir: filepath.Join(dir, folderName(key)), inputs: inputs}
	for _, path := range s.files() {
		seg, err := openSegment(path)
		if err != nil {
			if err == errSegment {
				os.Remove(path)
			}
			continue
		}
		if s.valid(seg) {
			s.segs = append(s.segs, seg)
		}
	}
	if len(s.segs) > 0 {
		touch(s.dir)
	}
	return s
}

func (s *Store) files() []string {
	return s.list(func(name string) bool { return strings.HasSuffix(name, suffix) })
}

// list gives the paths of the folder's entries with names of a kind, in order. The folder's own name may have any characters.
func (s *Store) list(is func(name string) bool) []string {
	entries, _ := os.ReadDir(s.dir)
	var paths []string
	for _, e := range entries {
		if is(e.Name()) {
			paths = append(paths, filepath.Join(s.dir, e.Name()))
		}
	}
	return paths
}

func (s *Store) valid(seg *segment) bool {
	for name, sum := range seg.inputs {
		if now, ok := s.inputs[name]; ok && now != sum {
			return false
		}
	}
	return true
}

// Empty says whether the store has no records.
func (s *Store) Empty() bool { return len(s.segs) == 0 }

// Lookup finds a record, nil if there is none. The data must not be changed.
func (s *Store) Lookup(name string) []byte {
	h := hash(name)
	for _, seg := range s.segs {
		data, err := seg.lookup(name, h)
		if err != nil {
			s.damaged.Store(true)
			continue
		}
		if data != nil {
			return data
		}
	}
	return nil
}

// Damaged says whether a record that was looked up was not as it was written.
func (s *Store) Damaged() bool { return s.damaged.Load() }

// Discard removes all segments that were opened.
func (s *Store) Discard() {
	for _, seg := range s.segs {
		os.Remove(seg.path)
	}
	s.segs = nil
	s.damaged.Store(false)
}

// Add writes records, which the store sees from the next Open on. When there are many segments already it makes all one.
func (s *Store) Add(list []Record) error {
	if len(list) == 0 {
		return nil
	}
	inputs := s.inputs
	var old []string
	if len(s.segs) >= maxSegments {
		list, inputs, old = s.merge(list)
	}
	if err := os.MkdirAll(s.dir, 0o777); err != nil {
		return err
	}
	s.sweep()
	tmp, err := os.CreateTemp(s.dir, unfinished+"*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // fails, as it should, once the file has its name
	order := make([]string, 0, len(inputs))
	for name := range inputs {
		order = append(order, name)
	}
	slices.Sort(order)
	w := bufio.NewWriterSize(tmp, 1<<16)
	err = writeSegment(w, inputs, order, list)
	if err == nil {
		err = w.Flush()
	}
	if e := tmp.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	name := strings.TrimPrefix(filepath.Base(tmp.Name()), unfinished) + suffix
	if err := os.Rename(tmp.Name(), filepath.Join(s.dir, name)); err != nil {
		return err
	}
	for _, path := range old {
		os.Remove(path)
	}
	return nil
}

// sweep removes what builds left that were killed while they wrote.
func (s *Store) sweep() {
	for _, name := range s.list(func(name string) bool { return strings.HasPrefix(name, unfinished) }) {
		if st, err := os.Stat(name); err == nil && time.Since(st.ModTime()) > time.Hour {
			os.Remove(name)
		}
	}
}

// merge puts the records of all segments behind new ones. Segments that contradict the inputs collected so far stay as they are.
func (s *Store) merge(list []Record) ([]Record, map[string]Sum, []string) {
	inputs := map[string]Sum{}
	for name, sum := range s.inputs {
		inputs[name] = sum
	}
	seen := map[string]bool{}
	for _, r := range list {
		seen[r.Name] = true
	}
	var old []string
	for _, seg := range s.segs {
		if !agree(inputs, seg.inputs) {
			continue
		}
		for name, sum := range seg.inputs {
			inputs[name] = sum
		}
		for i := range uint32(len(seg.records) / recordSize) {
			r := seg.record(i)
			name := seg.name(r)
			if data, err := seg.content(r); err == nil && !seen[name] {
				seen[name] = true
				list = append(list, Record{Name: name, Data: data})
			}
		}
		old = append(old, seg.path)
	}
	return list, inputs, old
}

func agree(a, b map[string]Sum) bool {
	for name, sum := range b {
		if now, ok := a[name]; ok && now != sum {
			return false
		}
	}
	return true
}

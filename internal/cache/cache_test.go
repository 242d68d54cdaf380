package cache

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

func records(from, to int) []Record {
	var list []Record
	for i := from; i < to; i++ {
		list = append(list, Record{Name: fmt.Sprint("name", i), Data: fmt.Append(nil, "data of ", i)})
	}
	return list
}

func check(t *testing.T, s *Store, from, to int) {
	t.Helper()
	for i := from; i < to; i++ {
		if got, want := string(s.Lookup(fmt.Sprint("name", i))), fmt.Sprint("data of ", i); got != want {
			t.Fatalf("record %d is %q", i, got)
		}
	}
}

func TestStore(t *testing.T) {
	dir := t.TempDir()
	inputs := map[string]Sum{"a": {1}, "b": {2}}
	for i := range maxSegments + 3 { // more than are kept apart
		s := Open(dir, "key", inputs)
		check(t, s, 0, 100*i)
		if s.Lookup(fmt.Sprint("name", 100*i)) != nil {
			t.Fatalf("record %d is there before it was added", 100*i)
		}
		if err := s.Add(records(100*i, 100*i+100)); err != nil {
			t.Fatal(err)
		}
	}
	s := Open(dir, "key", inputs)
	check(t, s, 0, 100*(maxSegments+3))
	if n := len(s.segs); n > maxSegments {
		t.Errorf("%d segments", n)
	}
	if s := Open(dir, "key", map[string]Sum{"a": {1}, "c": {3}}); s.Empty() {
		t.Error("inputs that a build does not have make segments invalid")
	}
	if s := Open(dir, "key", map[string]Sum{"a": {1}, "b": {3}}); !s.Empty() {
		t.Error("segments of other inputs are valid")
	}
	if s := Open(dir, "other key", inputs); !s.Empty() {
		t.Error("segments of another key are found")
	}
}

// TestConcurrent lets many add and read at once.
func TestConcurrent(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			for range 5 {
				s := Open(dir, "key", map[string]Sum{"a": {1}})
				if err := s.Add(records(10*i, 10*i+10)); err != nil {
					t.Error(err)
				}
				for j := range 200 {
					if got := s.Lookup(fmt.Sprint("name", j)); got != nil && string(got) != fmt.Sprint("data of ", j) {
						t.Errorf("record %d is %q", j, got)
					}
				}
			}
		})
	}
	wg.Wait()
}

// TestDamage changes every byte of a segment in turn: what is read is right or missing.
func TestDamage(t *testing.T) {
	dir := t.TempDir()
	s := Open(dir, "key", map[string]Sum{"a": {1}})
	if err := s.Add(records(0, 5)); err != nil {
		t.Fatal(err)
	}
	path := s.files()[0]
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range good {
		bad := append([]byte(nil), good...)
		bad[i] ^= 1 << (i % 8)
		os.Remove(path)
		if err := os.WriteFile(path, bad, 0o666); err != nil {
			t.Fatal(err)
		}
		s := Open(dir, "key", map[string]Sum{"a": {1}})
		missing := 0
		for j := range 5 {
			switch got := s.Lookup(fmt.Sprint("name", j)); {
			case got == nil:
				missing++
			case string(got) != fmt.Sprint("data of ", j):
				t.Fatalf("byte %d: record %d is %q", i, j, got)
			}
		}
		if missing == 0 || !s.Empty() && !s.Damaged() {
			t.Fatalf("byte %d: change not noticed", i)
		}
	}
}

func TestTrim(t *testing.T) {
	dir := t.TempDir()
	now := time.Now()
	folder := func(key string, age time.Duration, size int) string {
		path := filepath.Join(dir, folderName(key))
		if err := os.MkdirAll(path, 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(path, "x"+suffix), make([]byte, size), 0o666); err != nil {
			t.Fatal(err)
		}
		os.Chtimes(path, now.Add(-age), now.Add(-age))
		return path
	}
	old := folder("old", maxAge+time.Hour, 10)
	large := folder("large", 2*time.Hour, 600)
	small := folder("small", time.Hour, 300)
	newest := folder("new", 0, 300)
	trim(dir, now, 700)
	for path, want := range map[string]bool{old: false, large: false, small: true, newest: true} {
		if _, err := os.Stat(path); (err == nil) != want {
			t.Errorf("%s: %v", path, err)
		}
	}
}

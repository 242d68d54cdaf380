package build

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"strata/internal/cache"
	"strata/internal/design"
	"strata/internal/load"
	"strata/rt"
)

// compileWith builds a file as a process of its own would, with the cache in dir or, if that is empty, without.
// It tells how many symbols came from the cache.
func compileWith(t *testing.T, dir, file string) (exe []byte, hits int) {
	t.Helper()
	set := design.Default()
	prog, err := load.Load(load.Config{Overlay: rt.FS,
		Generated: set.Sources()}, file)
	if err != nil {
		t.Fatal(err)
	}
	if err := prog.Err(); err != nil {
		t.Fatal(err)
	}
	base, err := NewBase(prog.Standard(), set, BaseOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if dir != "" {
		if err := base.UseStore(dir, "test", prog); err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(t.TempDir(), "a.out")
	if err := Build(Options{Program: prog.For(prog.Mains()[0]), Base: base, Out: out}); err != nil {
		t.Fatal(err)
	}
	if err := base.Flush(); err != nil {
		t.Fatal(err)
	}
	if exe, err = os.ReadFile(out); err != nil {
		t.Fatal(err)
	}
	base.old.Range(func(_, f any) bool {
		if f.(*finished) != nil {
			hits++
		}
		return true
	})
	return exe, hits
}

// TestStore builds programs one after the other over one cache: each must come out as without. Then it damages
// the cache in several ways.
func TestStore(t *testing.T) {
	dir := t.TempDir()
	files := []string{"testdata/plain.go", "testdata/plain2.go"}
	want := map[string][]byte{}
	for _, file := range files {
		want[file], _ = compileWith(t, "", file)
		if got, _ := compileWith(t, dir, file); !bytes.Equal(got, want[file]) {
			t.Errorf("%s: differs with a cache", file)
		}
	}
	file := files[0]
	got, hits := compileWith(t, dir, file)
	if !bytes.Equal(got, want[file]) || hits < 1000 {
		t.Fatalf("%s: not the same with a filled cache, or not from it: %d hits", file, hits)
	}
	for _, damage := range []struct {
		name string
		do   func(data []byte) []byte
	}{
		{"truncated", func(data []byte) []byte { return data[:len(data)/2] }},
		{"empty", func([]byte) []byte { return nil }},
		{"head changed", func(data []byte) []byte { data[100] ^= 1; return data }},
		{"records changed", func(data []byte) []byte {
			for i := len(data) / 2; i < len(data); i += 1000 {
				data[i] ^= 0x10
			}
			return data
		}},
	} {
		segments, _ := filepath.Glob(filepath.Join(dir, "*", "*.seg"))
		if len(segments) == 0 {
			t.Fatalf("%s: no segments", damage.name)
		}
		for _, name := range segments {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			// As a new file: others may have the old one mapped.
			if err := os.WriteFile(name+".new", damage.do(data), 0o666); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(name+".new", name); err != nil {
				t.Fatal(err)
			}
		}
		if got, _ := compileWith(t, dir, file); !bytes.Equal(got, want[file]) {
			t.Errorf("%s: differs with a damaged cache", damage.name)
		}
		if got, hits := compileWith(t, dir, file); !bytes.Equal(got, want[file]) || hits < 1000 {
			t.Errorf("%s: the cache has not healed: %d hits", damage.name, hits)
		}
	}
	if err := cache.Clean(dir); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("clean leaves %v", left)
	}
}

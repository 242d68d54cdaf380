package reuse

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"strata/internal/wire"
)

func open(t *testing.T) *Store {
	t.Helper()
	s, err := Open(filepath.Join(t.TempDir(), "cache"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestDamage changes every byte of a result in turn and cuts it at every length: it is right or not there.
func TestDamage(t *testing.T) {
	s := open(t)
	k := KeyOf("a", "b")
	if k == KeyOf("ab", "") || k == KeyOf("a\n1\nb") {
		t.Error("keys of different parts are equal")
	}
	if err := s.Put(k, []byte("some data")); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(s.path(k))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2 * len(good) {
		bad := append([]byte(nil), good...)
		if i < len(good) {
			bad[i] ^= 1 << (i % 8)
		} else {
			bad = bad[:i-len(good)]
		}
		if err := os.WriteFile(s.path(k), bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if got := s.Get(k); got != nil {
			t.Fatalf("change %d: %q", i, got)
		}
	}
	file := filepath.Join(t.TempDir(), "file")
	os.WriteFile(file, []byte("content"), 0o600)
	sum, err := SumFile(file)
	if err != nil || s.PutFile(k, file) != nil {
		t.Fatal(err)
	}
	get := func() bool {
		to, err := os.CreateTemp(t.TempDir(), "")
		if err != nil {
			t.Fatal(err)
		}
		defer to.Close()
		return s.GetFile(k, sum, to)
	}
	if !get() {
		t.Error("a file is not given back")
	}
	os.WriteFile(s.path(k), []byte("kontent"), 0o600)
	if get() {
		t.Error("a damaged file is given back")
	}
}

func TestConcurrent(t *testing.T) {
	s := open(t)
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			k := KeyOf(fmt.Sprint(i % 3))
			for range 20 {
				if err := s.Put(k, []byte(fmt.Sprint(i%3))); err != nil {
					t.Error(err)
				}
				if got := s.Get(k); string(got) != fmt.Sprint(i%3) {
					t.Errorf("%q", got)
				}
			}
		})
	}
	wg.Wait()
}

func TestTrim(t *testing.T) {
	s := open(t)
	s.limit = 1000
	ages := []time.Duration{maxAge + time.Hour, 3 * time.Hour, 2 * time.Hour, time.Minute}
	for i, age := range ages {
		k := KeyOf(fmt.Sprint(i))
		s.Put(k, make([]byte, 400))
		used := time.Now().Add(-age)
		os.Chtimes(s.path(k), used, used)
	}
	half := filepath.Join(s.dir, "00", unfinished+"x")
	os.MkdirAll(filepath.Dir(half), 0o700)
	os.WriteFile(half, make([]byte, 10), 0o600)
	s.Trim()
	for i, want := range []bool{false, false, true, true} {
		if got := s.Get(KeyOf(fmt.Sprint(i))) != nil; got != want {
			t.Errorf("result %d is there: %v", i, got)
		}
	}
	if _, err := os.Stat(half); err != nil {
		t.Error("what somebody is writing was removed")
	}
}

func TestTrusted(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); !errors.Is(err, ErrShared) {
		t.Errorf("a folder that all can write to: %v", err)
	}
}

// TestInputs changes what a result was made from in all ways that matter, and in some that do not.
func TestInputs(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	write := func(name, text string) {
		os.MkdirAll(filepath.Dir(at(name)), 0o777)
		if err := os.WriteFile(at(name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	reset := func() {
		os.RemoveAll(dir)
		write("a.go", "package a\n\nimport \"fmt\"\n\nvar A = fmt.Sprint()\n")
		write("d/b.go", "package d\n")
		write("d/sub/c.go", "package sub\n")
	}
	for _, c := range []struct {
		name string
		kind Kind
		file string
		do   func()
		same bool
	}{
		{"nothing", Content, "a.go", func() {}, true},
		{"touch", Content, "a.go", func() { now := time.Now(); os.Chtimes(at("a.go"), now, now) }, true},
		{"rewritten", Content, "a.go", func() { write("a.go", "package a\n\nimport \"fmt\"\n\nvar A = fmt.Sprint()\n") }, true},
		{"content", Content, "a.go", func() { write("a.go", "package a\n\nimport \"fmt\"\n\nvar B = fmt.Sprint()\n") }, false},
		{"removed", Content, "a.go", func() { os.Remove(at("a.go")) }, false},
		{"appears", Content, "none.go", func() { write("none.go", "") }, false},
		{"stays away", Content, "none.go", func() { write("other.go", "") }, true},
		{"body", Header, "a.go", func() { write("a.go", "package a\n\nimport \"fmt\"\n\nvar B = fmt.Sprint(1)\n") }, true},
		{"import", Header, "a.go", func() { write("a.go", "package a\n\nimport f \"fmt\"\n\nvar A = f.Sprint()\n") }, false},
		{"constraint", Header, "a.go", func() { write("a.go", "//go:build x\n\npackage a\n\nimport \"fmt\"\n\nvar A = fmt.Sprint()\n") }, false},
		{"not Go any more", Header, "a.go", func() { write("a.go", "packag") }, false},
		{"new file", Names, "d", func() { write("d/c.go", "") }, false},
		{"new text", Names, "d", func() { write("d/c.txt", "") }, true},
		{"hidden file", Names, "d", func() { write("d/_c.go", "") }, true},
		{"new directory", Names, "d", func() { write("d/e/c.go", "") }, true},
		{"new directory in a tree", Tree, "d", func() { write("d/e/c.go", "") }, false},
		{"renamed", Names, "d", func() { os.Rename(at("d/b.go"), at("d/c.go")) }, false},
		{"file for a directory", Names, "d", func() { os.Remove(at("d/b.go")); os.Mkdir(at("d/b.go"), 0o777) }, false},
		{"any name", Any, "d", func() { write("d/.x", "") }, false},
		{"directory removed", Names, "d", func() { os.RemoveAll(at("d")) }, false},
		{"exists", Exists, "d/sub", func() { write("d/sub/x", "") }, true},
		{"is gone", Exists, "d/sub", func() { os.RemoveAll(at("d/sub")) }, false},
		{"is a file", Exists, "d/sub", func() { os.RemoveAll(at("d/sub")); write("d/sub", "") }, false},
	} {
		reset()
		time.Sleep(2 * tick)
		in := NewInputs(time.Now())
		in.Add(c.kind, at(c.file))
		var e wire.Encoder
		if err := in.Encode(&e); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		record := e.Record()
		c.do()
		var d wire.Decoder
		d.Reset(record)
		if got := DecodeInputs(&d).Same(); got != c.same || d.Err() != nil {
			t.Errorf("%s: same is %v, %v", c.name, got, d.Err())
		}
	}
	in := NewInputs(time.Now())
	time.Sleep(2 * tick)
	write("late.go", "")
	in.Add(Content, at("late.go"))
	if err := in.Encode(new(wire.Encoder)); !errors.Is(err, ErrChanged) {
		t.Errorf("a file that changed meanwhile: %v", err)
	}
	time.Sleep(2 * tick)
	in = NewInputs(time.Now())
	time.Sleep(2 * tick)
	write("d/output", "")
	in.Add(Names, at("d"))
	var e wire.Encoder
	if err := in.Encode(&e); err != nil {
		t.Errorf("an output beside the inputs: %v", err)
	}
	var d wire.Decoder
	d.Reset(e.Record())
	if again := DecodeInputs(&d); !again.Same() || !again.Stale() {
		t.Error("an output beside the inputs changes them")
	}
	write("d/new.go", "")
	if err := in.Encode(new(wire.Encoder)); !errors.Is(err, ErrChanged) {
		t.Errorf("an input beside the inputs: %v", err)
	}
	in = NewInputs(time.Now())
	in.AddSum(at("never.go"), Sum{7})
	if err := in.Encode(new(wire.Encoder)); !errors.Is(err, ErrChanged) {
		t.Errorf("a file that was removed meanwhile: %v", err)
	}
	in = NewInputs(time.Now())
	in.Forget()
	if err := in.Encode(new(wire.Encoder)); err == nil {
		t.Error("what is to be forgotten is recorded")
	}
}

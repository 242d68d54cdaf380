package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestPlace builds to all kinds of places, as go does.
func TestPlace(t *testing.T) {
	make := func() string {
		dir := t.TempDir()
		for name, text := range map[string]string{
			"go.mod": "module o\n\ngo 1.26\n", "main.go": "package main\n\nfunc main() {}\n", "notes.txt": "hi\n", "o": "hi\n", "empty": "",
			"object": "\x7fELF and more", "script": "#!/bin/sh\n", "readonly": "\x7fELF",
		} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		os.Chmod(filepath.Join(dir, "readonly"), 0o444)
		os.Mkdir(filepath.Join(dir, "folder"), 0o777)
		os.Symlink("notes.txt", filepath.Join(dir, "link"))
		os.Symlink("object", filepath.Join(dir, "linkobject"))
		os.Symlink("nowhere", filepath.Join(dir, "dangling"))
		return dir
	}
	files := func(dir string) string {
		var list []string
		filepath.WalkDir(dir, func(name string, d os.DirEntry, _ error) error {
			rel, _ := filepath.Rel(dir, name)
			kind := d.Type().String()
			if d.Type().IsRegular() {
				head := headOf(name)
				kind += " " + head
			}
			list = append(list, rel+" "+kind)
			return nil
		})
		return strings.Join(list, "\n")
	}
	for _, out := range []string{"", "notes.txt", "main.go", "script", "empty", "object", "readonly", "folder", "new/folder/", "new/x", "link", "linkobject", "dangling", os.DevNull} {
		args := []string{"build", "-o", out, "."}
		if out == "" {
			args = []string{"build"}
		}
		ours, theirs := make(), make()
		got := invoke(t, ours, append([]string{os.Args[0]}, args...)...)
		want := invoke(t, theirs, append([]string{"go"}, args...)...)
		gotErr := strings.ReplaceAll(got.stderr, "strata build", "go build")
		if got.code != want.code || gotErr != want.stderr || files(ours) != files(theirs) {
			t.Errorf("-o %q: exit status %d, go %d\n%s\ngo: %s\nfiles:\n%s\ngo:\n%s", out, got.code, want.code, gotErr, want.stderr, files(ours), files(theirs))
		}
	}
}

// headOf is how a file begins.
func headOf(name string) string {
	data, _ := os.ReadFile(name)
	return string(data[:min(4, len(data))])
}

// TestEndedBySignals ends builds by signals while they write, and looks for what they leave.
func TestEndedBySignals(t *testing.T) {
	dir := t.TempDir()
	tmp := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte("package main\n\nimport _ \"net/http\"\n\nfunc main() {}\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	// end starts a build and sends it the signal while it writes.
	end := func(s syscall.Signal) (opened bool, err error) {
		cmd := exec.Command(os.Args[0], "build", "-o", "out", "main.go")
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), withCompiler+"=1", "GOFLAGS=", "STRATACACHE=off", "TMPDIR="+tmp, "PWD="+dir)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for deadline := time.Now().Add(time.Minute); !opened && time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
			opened = writes(cmd.Process.Pid, dir)
		}
		cmd.Process.Signal(s)
		return opened, cmd.Wait()
	}
	signals := []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL, syscall.SIGINT, syscall.SIGHUP}
	if testing.Short() {
		signals = signals[:2]
	}
	for _, s := range signals {
		opened, err := end(s)
		for tries := 1; err == nil && tries < 5; tries++ { // it had written all before the signal came
			os.Remove(filepath.Join(dir, "out"))
			opened, err = end(s)
		}
		if !opened || err == nil || err.Error() != "signal: "+s.String() {
			t.Errorf("%v: writing: %v; %v", s, opened, err)
		}
		for _, d := range []string{dir, tmp} {
			entries, _ := os.ReadDir(d)
			for _, e := range entries {
				if e.Name() != "main.go" && (d == dir || s != syscall.SIGKILL) {
					t.Errorf("%v: %s is left", s, filepath.Join(d, e.Name()))
				}
			}
		}
	}
}

// writes tells whether a process has a file in dir open that it can write to.
func writes(pid int, dir string) bool {
	fds, _ := filepath.Glob(filepath.Join("/proc", strconv.Itoa(pid), "fd", "*"))
	for _, fd := range fds {
		if to, err := os.Readlink(fd); err == nil && strings.HasPrefix(to, dir+"/") && !strings.HasSuffix(to, ".go") {
			return true
		}
	}
	return false
}

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"strata/internal/load"
)

// TestOverlay replaces a file, adds one and takes one away, as the go command does.
func TestOverlay(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for name, text := range map[string]string{
		"go.mod":        "module example.com/m\n\ngo 1.26\n",
		"main.go":       "package main\n\nfunc main() { print(a, b) }\n",
		"a.go":          "package main\n\nvar a = missing\n",
		"gone.go":       "package main\n\nvar a, b int\n",
		"elsewhere/a":   "package main\n\nvar a = 1\n",
		"elsewhere/new": "package main\n\nvar b = 2\n",
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	data, err := json.Marshal(map[string]any{"Replace": map[string]string{
		"a.go": "elsewhere/a", filepath.Join(dir, "new.go"): "elsewhere/new", "gone.go": "",
	}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("overlay.json", data, 0o666); err != nil {
		t.Fatal(err)
	}
	var b buildFlags
	fs := newFlags(cmdCheck)
	b.register(fs)
	if err := fs.Parse([]string{"-overlay=overlay.json"}); err != nil {
		t.Fatal(err)
	}
	prog, err := load.Load(b.config(), ".")
	if err == nil {
		err = prog.Err()
	}
	if err != nil {
		t.Fatal(err)
	}
	if n := len(prog.Roots[0].Files); n != 3 {
		t.Errorf("%d files", n)
	}
}

// TestRefused: a flag that cannot do what it says is refused.
func TestRefused(t *testing.T) {
	for flag, ok := range map[string]bool{
		"-n": false, "-n=false": true, "-asmflags=-S": false, "-asmflags=": true,
		"-buildvcs": true, "-buildvcs=auto": true, "-buildvcs=false": true, "-buildvcs=maybe": false,
	} {
		var b buildFlags
		fs := newFlags(cmdBuild)
		b.register(fs)
		if err := fs.Parse([]string{flag}); (err == nil) != ok {
			t.Errorf("%s: %v", flag, err)
		}
	}
}

// TestGOFLAGS: what GOFLAGS names is set before the command line, which has the last word; flags of other commands are passed over.
func TestGOFLAGS(t *testing.T) {
	t.Setenv("GOFLAGS", "-tags=a,b '-gcflags=-m -l' --trimpath -count=1")
	var b buildFlags
	fs := newFlags(cmdBuild)
	b.register(fs)
	if err := parseFlags(cmdBuild, fs, []string{"-tags=c", "x"}); err != nil {
		t.Fatal(err)
	}
	if b.tags != "c" || b.gcflags.text != "-m -l" || !b.trimpath || fs.NArg() != 1 {
		t.Errorf("tags %q, gcflags %q, trimpath %v, arguments %q", b.tags, b.gcflags.text, b.trimpath, fs.Args())
	}
	for _, bad := range []string{"tags", "-p", "-p=x", "'-v", "-msan"} {
		t.Setenv("GOFLAGS", bad)
		if err := presetFlags(fs); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}

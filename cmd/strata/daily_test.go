package main

import (
	"archive/zip"
	"debug/buildinfo"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestNear(t *testing.T) {
	names := commandWords()
	for word, want := range map[string]string{
		"biuld": "build", "buld": "build", "tset": "test", "rnu": "run", "installl": "install", "verison": "version", "gett": "get", "vte": "vet",
		"frobnicate": "", "xyz": "", "": "", "ls": "",
	} {
		if got := near(word, names); got != want {
			t.Errorf("%s: %q, want %q", word, got, want)
		}
	}
	out := invoke(t, t.TempDir(), os.Args[0], "biuld")
	if out.code != 2 || !strings.Contains(out.stderr, "Did you mean 'TOOL build'?") {
		t.Errorf("%+v", out)
	}
}

// TestCompletion: the shells that are here take the scripts, and bash completes by its one.
func TestCompletion(t *testing.T) {
	for shell := range shells {
		out := invoke(t, t.TempDir(), os.Args[0], "completion", shell)
		if out.code != 0 || !strings.Contains(out.stdout, "-gcflags") && !strings.Contains(out.stdout, "-o gcflags") {
			t.Errorf("%s: exit status %d\n%s%s", shell, out.code, out.stdout, out.stderr)
		}
		if _, err := exec.LookPath(shell); err != nil {
			continue
		}
		cmd := exec.Command(shell, "-n")
		cmd.Stdin = strings.NewReader(out.stdout)
		if text, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", shell, err, text)
		}
	}
	script := invoke(t, t.TempDir(), os.Args[0], "completion", "bash").stdout
	for line, want := range map[string]string{"strata bui": "build", "strata build -gcf": "-gcflags", "strata run -era=1.1": "1.1", "strata help desi": "designs"} {
		words := strings.Fields(line)
		ask := script + "\nCOMP_WORDS=(" + line + ") COMP_CWORD=" + string(rune('0'+len(words)-1)) + " COMP_LINE='" + line + "' COMP_POINT=${#COMP_LINE}\n_strata\necho \"${COMPREPLY[@]}\"\n"
		text, err := exec.Command("bash", "-c", ask).CombinedOutput()
		if list := strings.Fields(string(text)); err != nil || len(list) == 0 || list[0] != want {
			t.Errorf("%s: %v\n%s", line, err, text)
		}
	}
	if out := invoke(t, t.TempDir(), os.Args[0], "completion", "csh"); out.code != 2 {
		t.Errorf("csh: %+v", out)
	}
}

// moduleProxy makes a folder that serves one module by Go's proxy protocol.
func moduleProxy(t *testing.T, path, version string, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	dir := filepath.Join(root, path, "@v")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	put := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	put("list", version+"\n")
	put(version+".info", `{"Version":"`+version+`"}`)
	put(version+".mod", files["go.mod"])
	archive, err := os.Create(filepath.Join(dir, version+".zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	z := zip.NewWriter(archive)
	for name, text := range files {
		w, err := z.Create(path + "@" + version + "/" + name)
		if err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(text))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return "file://" + root
}

// TestInstall installs from the working directory's module, and a command of another module at a version, which run runs too.
func TestInstall(t *testing.T) {
	const path, version = "example.org/tools", "v1.2.3"
	program := "package main\n\nimport \"example.org/tools/lib\"\n\nfunc main() { println(lib.Text) }\n"
	proxy := moduleProxy(t, path, version, map[string]string{
		"go.mod": "module " + path + "\n\ngo 1.21\n", "cmd/tool/main.go": program, "lib/lib.go": "package lib\n\nconst Text = \"tool\"\n",
	})
	bin, cache := t.TempDir(), t.TempDir()
	t.Setenv("GOBIN", bin)
	t.Setenv("GOPROXY", proxy)
	t.Setenv("GONOSUMDB", "*")
	t.Setenv("GOMODCACHE", cache)
	t.Cleanup(func() { exec.Command("chmod", "-R", "u+w", cache).Run() })
	dir := moduleWith(t, map[string]string{"main.go": "package main\n\nfunc main() { println(\"own\") }\n", "lib/l.go": "package lib\n"})
	os.Remove(filepath.Join(dir, "empty.s"))
	if out, code := compiled(t, dir, "install", "./..."); code != 0 {
		t.Fatalf("exit status %d\n%s", code, out)
	}
	if out, err := exec.Command(filepath.Join(bin, "pull")).CombinedOutput(); err != nil || string(out) != "own\n" {
		t.Errorf("%v\n%s", err, out)
	}
	if out, code := compiled(t, dir, "install", path+"/cmd/tool@latest"); code != 0 {
		t.Fatalf("exit status %d\n%s", code, out)
	}
	if out, err := exec.Command(filepath.Join(bin, "tool")).CombinedOutput(); err != nil || string(out) != "tool\n" {
		t.Errorf("%v\n%s", err, out)
	}
	info, err := buildinfo.ReadFile(filepath.Join(bin, "tool"))
	if err != nil || info.Main.Path != path || info.Main.Version != version || info.Main.Sum == "" || info.Path != path+"/cmd/tool" || len(info.Deps) > 0 {
		t.Errorf("%v\n%v", err, info)
	}
	if out, code := compiled(t, t.TempDir(), "run", path+"/cmd/tool@"+version); code != 0 || !strings.HasSuffix(out, "tool\n") {
		t.Errorf("exit status %d\n%s", code, out)
	}
	for arg, want := range map[string]string{
		path + "/cmd/tool@v9.9.9": "v9.9.9", path + "/lib@latest": "is not a main package", path + "/cmd/nosuch@latest": "nosuch", "x.go@latest": "files cannot have a version",
		path + "/...@latest": "patterns with ...", "@latest": "package@version",
	} {
		if out, code := compiled(t, dir, "install", arg); code != 1 || !strings.Contains(out, want) {
			t.Errorf("%s: exit status %d, without %q\n%s", arg, code, want, out)
		}
	}
	if out, code := compiled(t, dir, "install", path+"/cmd/tool@latest", "./..."); code != 1 || !strings.Contains(out, "the same version") {
		t.Errorf("exit status %d\n%s", code, out)
	}
}

// TestHandedOver: a go that hands commands back to strata is found out.
func TestHandedOver(t *testing.T) {
	wrapper := t.TempDir()
	script := "#!/bin/sh\n" + asCommand + "=1 exec " + os.Args[0] + " \"$@\"\n"
	if err := os.WriteFile(filepath.Join(wrapper, "go"), []byte(script), 0o777); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "list", "std")
	cmd.Env = append(os.Environ(), asCommand+"=1", "PATH="+wrapper)
	if out, err := cmd.CombinedOutput(); exitCode(err) != 1 || !strings.Contains(string(out), "again and again") {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestTimelineOfNothing: what no column can build is one error.
func TestTimelineOfNothing(t *testing.T) {
	out, code := compiled(t, t.TempDir(), "timeline", "-designs=now,gc=stw", "nosuch")
	if code != 1 || strings.Count(out, "nosuch") > 2 || strings.Count(out, "cannot be built") != 1 {
		t.Errorf("exit status %d\n%s", code, out)
	}
}

// TestUnknownProfile: a profile of another program is said to be one.
func TestUnknownProfile(t *testing.T) {
	dir := moduleWith(t, map[string]string{"main.go": "package main\n\nfunc main() { work() }\n\nfunc work() { func() { println(1) }() }\n"})
	os.Remove(filepath.Join(dir, "empty.s"))
	for name, stack := range map[string][]stackFrame{
		"other": {{"example.com/other.F", 3, 4}, {"main.main", 3, 3}, {"runtime.main", 100, 120}},
		"own":   {{"main.work.func1", 5, 5}, {"main.work", 5, 5}, {"main.main", 3, 3}},
	} {
		writeProfile(t, filepath.Join(dir, name), stack...)
		out, code := compiled(t, dir, "build", "-o", os.DevNull, "-pgo="+name)
		if said := strings.Contains(out, "warning: -pgo="+name); code != 0 || said != (name == "other") {
			t.Errorf("%s: exit status %d\n%s", name, code, out)
		}
	}
}

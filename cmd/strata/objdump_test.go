package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestObjdumpNM compares objdump and nm with the installed Go's, on an executable of gc.
func TestObjdumpNM(t *testing.T) {
	dir := t.TempDir()
	src := filepath.Join(dir, "hello.go")
	if err := os.WriteFile(src, []byte("package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"hello\") }\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("go", "build", "-o", filepath.Join(dir, "hello"), src).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"nm", "hello"},
		{"nm", "-n", "hello"},
		{"nm", "-size", "-sort", "size", "-type", "hello"},
		{"nm", "-sort", "none", "hello", "hello"},
		{"nm", "missing"},
		{"objdump", "-s", `^(main|fmt)\.`, "hello"},
		{"objdump", "-S", "-gnu", "-s", `^main\.main$`, "hello"},
		{"objdump", "-s", `^memeqbody|^_rt0`, "hello"},
		{"objdump", "hello", "401000", "0x401100"},
		{"objdump", "-s", "(", "hello"},
	} {
		want := invoke(t, dir, append([]string{"go", "tool"}, args...)...)
		got := invoke(t, dir, append([]string{self, "tool"}, args...)...)
		if got.stdout != want.stdout {
			at := 0
			for at < min(len(got.stdout), len(want.stdout)) && got.stdout[at] == want.stdout[at] {
				at++
			}
			t.Errorf("%v: output differs at byte %d of %d", args, at, len(want.stdout))
		}
		if (got.code == 0) != (want.code == 0) {
			t.Errorf("%v: exit status %d, want %d; %s", args, got.code, want.code, got.stderr)
		}
	}
}

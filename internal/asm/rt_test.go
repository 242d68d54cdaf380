package asm

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestRuntime assembles this project's own runtime.
func TestRuntime(t *testing.T) {
	root := "../../rt/src"
	include := []string{filepath.Join(goroot(), "pkg/include"), filepath.Join(goroot(), "src/runtime")}
	n := 0
	filepath.Walk(root, func(path string, _ os.FileInfo, err error) error {
		if err != nil || !strings.HasSuffix(path, ".s") {
			return nil
		}
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		pkg, _ := filepath.Rel(root, filepath.Dir(path))
		dirs := append([]string{filepath.Dir(path)}, include...)
		arch := strings.TrimSuffix(path[strings.LastIndexByte(path, '_')+1:], ".s")
		defines := map[string]string{"GOOS_linux": "1", "GOARCH_" + arch: "1", "GOEXPERIMENT_regabiargs": "1"}
		if _, err := Assemble(Config{Arch: arch, PkgPath: pkg, File: path, Defines: defines, Include: includeFrom(dirs)}, src); err != nil {
			t.Error(err)
		}
		n++
		return nil
	})
	t.Logf("%d files", n)
}

// TestMemmoveRegisters holds memmove to the registers that gc's version uses: machine code that modules generate calls it
// and keeps values in the others.
func TestMemmoveRegisters(t *testing.T) {
	src, err := os.ReadFile("../../rt/src/runtime/internal/task/mem_amd64.s")
	if err != nil {
		t.Fatal(err)
	}
	_, body, found := strings.Cut(string(src), "TEXT runtime·memmove<ABIInternal>")
	if !found {
		t.Fatal("memmove is gone")
	}
	body, _, _ = strings.Cut(body, "\nTEXT ")
	body = regexp.MustCompile("//.*").ReplaceAllString(body, "")
	if got := regexp.MustCompile(`\b(DX|BP|R9|R1[2-5])\b`).FindString(body); got != "" {
		t.Errorf("memmove uses %s", got)
	}
}

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// A program whose file somebody still has open for writing runs once that ends.
func TestStartBusy(t *testing.T) {
	truth, err := exec.LookPath("true")
	if err != nil {
		t.Skip(err)
	}
	text, err := os.ReadFile(truth)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(name, text, 0o777); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := exec.Command(name).Run(); err == nil {
		t.Skip("this system runs programs that are open for writing")
	}
	time.AfterFunc(50*time.Millisecond, func() { f.Close() })
	var out bytes.Buffer
	cmd := exec.Command(name)
	cmd.Stdout = &out
	if err := start(cmd); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

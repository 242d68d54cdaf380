package asm

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"strata/internal/amd64/x86/oracle"
	"strata/internal/object"
)

// unknownARM64 are files of the library with instructions or operands that the assembler of arm64 does not know yet. The list only shrinks.
var unknownARM64 = map[string]bool{}

// TestStdARM64 assembles the library's files for arm64 and compares with go tool asm: code, tables of lines, symbols of relocations.
func TestStdARM64(t *testing.T) {
	if testing.Short() {
		t.Skip("runs go tool asm for 50 files")
	}
	t.Setenv("GOARCH", "arm64")
	t.Setenv("GOOS", "linux")
	out, err := exec.Command("go", "list", "-json=Dir,ImportPath,SFiles,GoFiles", "std").Output()
	if err != nil {
		t.Fatal(err)
	}
	files, good := 0, 0
	for dec := json.NewDecoder(bytes.NewReader(out)); dec.More(); {
		p := new(stdPackage)
		if err := dec.Decode(p); err != nil {
			t.Fatal(err)
		}
		if only := os.Getenv("PKG"); only != "" && only != p.ImportPath || p.ImportPath == "runtime" || strings.HasPrefix(p.ImportPath, "runtime/") {
			continue // those of the runtime are Strata's own
		}
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "go_asm.h"), headerARM64(p), 0o666); err != nil {
			t.Fatal(err)
		}
		include := []string{dir, filepath.Join(goroot(), "pkg/include"), p.Dir, filepath.Join(goroot(), "src/runtime")}
		for _, f := range p.SFiles {
			files++
			name := p.ImportPath + "/" + f
			err := sameARM64(p, filepath.Join(p.Dir, f), include)
			switch {
			case err == nil && unknownARM64[name]:
				t.Errorf("%s is assembled as by Go: take it off the list", name)
			case err == nil:
				good++
			case !unknownARM64[name]:
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	t.Logf("%d of %d files are the same", good, files)
}

// headerARM64 has what the library's files want of go_asm.h.
func headerARM64(p *stdPackage) []byte {
	return []byte(map[string]string{
		"internal/bytealg":        "#define const_MaxBruteForce 16\n",
		"internal/runtime/atomic": "#define const_offsetARM64HasATOMICS 70\n",
	}[p.ImportPath])
}

func sameARM64(p *stdPackage, file string, include []string) error {
	defines := map[string]string{"GOOS_linux": "1", "GOARCH_arm64": "1"}
	if abiPackages[p.ImportPath] {
		defines["GOEXPERIMENT_regabiwrappers"], defines["GOEXPERIMENT_regabiargs"] = "1", "1"
	}
	args := []string{"-p", p.ImportPath}
	for _, d := range include {
		args = append(args, "-I", d)
	}
	for k, v := range defines {
		args = append(args, "-D", k+"="+v)
	}
	want, errs, err := oracle.Assemble(file, args...)
	if err != nil || errs != nil {
		return fmt.Errorf("oracle: %v %v", err, errs)
	}
	src, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	got, err := Assemble(Config{Arch: "arm64", PkgPath: p.ImportPath, File: file, Defines: defines, Include: includeFrom(include)}, src)
	if err != nil {
		return err
	}
	var texts []*oracle.Sym
	for _, s := range want {
		if strings.HasPrefix(s.Attrs, "STEXT") {
			texts = append(texts, s)
		}
	}
	n := 0
	for _, s := range got {
		if s.Kind != object.Text {
			continue
		}
		if n == len(texts) {
			return fmt.Errorf("more functions than the oracle has")
		}
		if err := sameCodeARM64(s, texts[n]); err != nil {
			return err
		}
		n++
	}
	if n != len(texts) {
		return fmt.Errorf("%d functions, the oracle has %d", n, len(texts))
	}
	return nil
}

func sameCodeARM64(s *object.Symbol, w *oracle.Sym) error {
	a, b := s.Data, w.Data
	for len(b) > len(a) && len(b)-len(a) < 16 && bytes.Equal(b[len(a):], make([]byte, len(b)-len(a))) {
		b = b[:len(a)] // padding behind the function
	}
	if !bytes.Equal(a, b) {
		i := 0
		for i < len(a) && i < len(b) && a[i] == b[i] {
			i++
		}
		i &^= 3
		if os.Getenv("DUMP") != "" {
			os.WriteFile(os.Getenv("DUMP")+".got", a, 0o666)
			os.WriteFile(os.Getenv("DUMP")+".want", b, 0o666)
		}
		at := ""
		for _, l := range w.Lines {
			if l.PC <= i {
				at = fmt.Sprintf("line %d: %s", l.Line, l.Text)
			}
		}
		return fmt.Errorf("%s: %d bytes, want %d; differ at %#x: % x, want % x (%s)", s.Name, len(a), len(b), i, a[i:min(i+12, len(a))], b[i:min(i+12, len(b))], at)
	}
	seen := map[string]bool{}
	for _, r := range s.Relocs {
		name, _, _ := strings.Cut(r.Target, "<")
		seen[name[strings.LastIndexByte(name, '.')+1:]] = true
	}
	for _, r := range w.Relocs {
		name, _, _ := strings.Cut(r.Sym, "<")
		if r.Size > 0 && !seen[name[strings.LastIndexByte(name, '.')+1:]] {
			return fmt.Errorf("%s: no relocation to %s", s.Name, r.Sym)
		}
	}
	return nil
}

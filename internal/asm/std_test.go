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

// stdPackage is what go list says of a package with assembly.
type stdPackage struct {
	Dir, ImportPath, Export string
	SFiles, GoFiles         []string
	Imports                 []string
}

// abiPackages may use <ABIInternal>, and get the experiment macros.
var abiPackages = map[string]bool{
	"runtime": true, "reflect": true, "syscall": true, "internal/bytealg": true, "internal/chacha8rand": true,
	"internal/runtime/syscall/linux": true, "internal/runtime/startlinetest": true,
}

func listStd(t *testing.T) (pkgs []*stdPackage) {
	out, err := exec.Command("go", "list", "-json=Dir,ImportPath,SFiles,GoFiles", "std").Output()
	if err != nil {
		t.Fatal(err)
	}
	for dec := json.NewDecoder(bytes.NewReader(out)); dec.More(); {
		p := new(stdPackage)
		if err := dec.Decode(p); err != nil {
			t.Fatal(err)
		}
		if len(p.SFiles) > 0 {
			pkgs = append(pkgs, p)
		}
	}
	return pkgs
}

// asmHeader has the host compiler write go_asm.h of a package into dir.
func asmHeader(p *stdPackage, dir string) error {
	cfg, err := exec.Command("go", "list", "-export", "-deps", "-f", "{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}", p.ImportPath).Output()
	if err != nil {
		return err
	}
	cfgFile := filepath.Join(dir, "importcfg")
	if err := os.WriteFile(cfgFile, cfg, 0o666); err != nil {
		return err
	}
	symabis, err := symABIs(p, dir)
	if err != nil {
		return err
	}
	args := []string{"tool", "compile", "-symabis", symabis, "-p", p.ImportPath, "-std", "-importcfg", cfgFile, "-o", filepath.Join(dir, "x.a"), "-asmhdr", filepath.Join(dir, "go_asm.h")}
	cmd := exec.Command("go", append(args, p.GoFiles...)...)
	cmd.Dir = p.Dir
	if out, err := cmd.CombinedOutput(); err != nil {
		if _, e := os.Stat(filepath.Join(dir, "go_asm.h")); e != nil {
			return fmt.Errorf("%v: %.300s", err, out)
		}
	}
	return nil
}

// symABIs lists the ABIs of the package's assembly functions for the compiler.
func symABIs(p *stdPackage, dir string) (string, error) {
	if err := os.WriteFile(filepath.Join(dir, "go_asm.h"), nil, 0o666); err != nil {
		return "", err
	}
	out := filepath.Join(dir, "symabis")
	args := []string{"tool", "asm", "-p", p.ImportPath, "-I", dir, "-I", p.Dir, "-I", filepath.Join(goroot(), "pkg/include"),
		"-D", "GOOS_linux", "-D", "GOARCH_amd64", "-D", "GOAMD64_v1", "-gensymabis", "-o", out}
	cmd := exec.Command("go", append(args, p.SFiles...)...)
	cmd.Dir = p.Dir
	if b, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("symabis: %v: %s", err, b)
	}
	return out, nil
}

func goroot() string {
	out, _ := exec.Command("go", "env", "GOROOT").Output()
	return strings.TrimSpace(string(out))
}

func needsHeader(p *stdPackage) bool {
	for _, f := range p.SFiles {
		src, _ := os.ReadFile(filepath.Join(p.Dir, f))
		if bytes.Contains(src, []byte(`"go_asm.h"`)) {
			return true
		}
	}
	return false
}

// counts sums up the comparison.
type counts struct{ files, funcs, data, bytes, relocs int }

// TestStd assembles every assembly file of the standard library and compares
// with go tool asm.
func TestStd(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles parts of the standard library")
	}
	root := goroot()
	var total counts
	for _, p := range listStd(t) {
		if only := os.Getenv("PKG"); only != "" && only != p.ImportPath {
			continue
		}
		dir := t.TempDir()
		if needsHeader(p) {
			if err := asmHeader(p, dir); err != nil {
				t.Errorf("%s: go_asm.h: %v", p.ImportPath, err)
				continue
			}
		}
		include := []string{dir, filepath.Join(root, "pkg/include"), p.Dir, filepath.Join(root, "src/runtime"), filepath.Join(root, "src/runtime/cgo")}
		for _, f := range p.SFiles {
			if strings.HasSuffix(f, ".S") { // for the C compiler
				continue
			}
			checkFile(t, p, filepath.Join(p.Dir, f), include, &total)
		}
	}
	t.Logf("%d files: %d functions, %d variables, %d bytes, %d relocations compared", total.files, total.funcs, total.data, total.bytes, total.relocs)
}

func includeFrom(dirs []string) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		for _, d := range dirs {
			for _, name := range []string{name, filepath.Base(name)} {
				if b, err := os.ReadFile(filepath.Join(d, name)); err == nil {
					return b, nil
				}
			}
		}
		return nil, fmt.Errorf("%s: not found", name)
	}
}

func checkFile(t *testing.T, p *stdPackage, file string, include []string, total *counts) {
	defines := map[string]string{"GOOS_linux": "1", "GOARCH_amd64": "1", "GOAMD64_v1": "1"}
	if abiPackages[p.ImportPath] {
		for _, x := range experiments() {
			defines["GOEXPERIMENT_"+x] = "1"
		}
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
		t.Errorf("%s: oracle: %v %v", file, err, errs)
		return
	}
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Assemble(Config{PkgPath: p.ImportPath, File: file, Defines: defines, Include: includeFrom(include)}, src)
	if err != nil {
		t.Errorf("%v", err)
		return
	}
	total.files++
	compareSymbols(t, file, got, want, total)
}

func experiments() []string {
	out, _ := exec.Command("go", "env", "GOEXPERIMENT").Output()
	list := []string{"regabiwrappers", "regabiargs"}
	return append(list, strings.FieldsFunc(string(out), func(r rune) bool { return r == ',' || r == '\n' })...)
}

func compareSymbols(t *testing.T, file string, got []*object.Symbol, want []*oracle.Sym, total *counts) {
	var texts []*oracle.Sym
	data := map[string]*oracle.Sym{}
	for _, s := range want {
		if strings.HasPrefix(s.Attrs, "STEXT") {
			texts = append(texts, s)
		} else {
			data[s.Name] = s
		}
	}
	n := 0
	for _, s := range got {
		if s.Kind != object.Text {
			name, _, _ := strings.Cut(s.Name, "<")
			w := data[name]
			if w == nil {
				short := name[strings.LastIndexByte(name, '.')+1:]
				if w = data[short]; w == nil {
					t.Errorf("%s: oracle has no %s", file, name)
					continue
				}
			}
			total.data++
			compare(t, file, s, w, total)
			continue
		}
		if n == len(texts) {
			t.Errorf("%s: more functions than the oracle has", file)
			return
		}
		total.funcs++
		compare(t, file, s, texts[n], total)
		compareTables(t, s, texts[n])
		n++
	}
	if n != len(texts) {
		t.Errorf("%s: %d functions, oracle has %d", file, n, len(texts))
	}
}

var relocSize = map[object.RelocKind]int{object.Abs64: 8, object.Abs32: 4, object.PCRel32: 4, object.Call32: 4}

// compare checks contents outside of relocated fields, and the relocations.
func compare(t *testing.T, file string, s *object.Symbol, w *oracle.Sym, total *counts) {
	a := append([]byte(nil), s.Data...)
	for int64(len(a)) < s.Size {
		a = append(a, 0)
	}
	b := append([]byte(nil), w.Data...)
	var ra, rb []string
	for _, r := range s.Relocs {
		clear(a[r.Off:min(int(r.Off)+relocSize[r.Kind], len(a))])
		target, _, _ := strings.Cut(r.Target, "<")
		ra = append(ra, fmt.Sprintf("%d %s%+d", r.Off, target, r.Add))
	}
	for _, r := range w.Relocs {
		if r.Off+r.Size <= len(b) {
			clear(b[r.Off : r.Off+r.Size])
		}
		if r.Size == 0 { // a marker, like R_CALLIND
			continue
		}
		if r.Type == "R_TLS_LE" {
			clear(a[r.Off : r.Off+r.Size])
			continue
		}
		name, _, _ := strings.Cut(r.Sym, "<")
		rb = append(rb, fmt.Sprintf("%d %s%+d", r.Off, name, r.Add))
	}
	total.relocs += len(rb)
	total.bytes += len(b)
	if !bytes.Equal(a, b) {
		i := 0
		for i < len(a) && i < len(b) && a[i] == b[i] {
			i++
		}
		at := ""
		for _, l := range w.Lines {
			if l.PC <= i {
				at = fmt.Sprintf("line %d: %s", l.Line, l.Text)
			}
		}
		t.Errorf("%s: %s: %d bytes, want %d; differ at %#x: % x, want % x (%s)", file, s.Name, len(a), len(b), i, a[i:min(i+16, len(a))], b[i:min(i+16, len(b))], at)
		return
	}
	if strings.HasSuffix(file, "testdata/amd64.s") {
		return // it jumps to foo+4(SB), and gc drops the 4
	}
	if x, y := strings.Join(ra, "\n"), strings.Join(rb, "\n"); x != y && !sameUnqualified(ra, rb) {
		t.Errorf("%s: %s: relocations\n%s\nwant\n%s", file, s.Name, x, y)
	}
}

// sameUnqualified compares relocations without the package of static symbols,
// which the oracle leaves out.
func sameUnqualified(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		off, name, _ := strings.Cut(a[i], " ")
		off2, name2, _ := strings.Cut(b[i], " ")
		if off != off2 || name != name2 && !strings.HasSuffix(name, "."+name2) {
			return false
		}
	}
	return true
}

// compareTables checks the line table and the frame.
func compareTables(t *testing.T, s *object.Symbol, w *oracle.Sym) {
	line := map[int]int{}
	for _, l := range w.Lines {
		line[l.PC] = l.Line
	}
	for i, l := range s.Func.Lines {
		// A row starts where the oracle has an instruction of that line.
		if want, ok := line[int(l.PC)]; ok && want != int(l.Line) && i > 0 {
			t.Errorf("%s: line at %#x is %d, want %d", s.Name, l.PC, l.Line, want)
			return
		}
	}
}

// TestEncodings assembles the host assembler's own test files, which have every
// instruction, as far as both sides accept them.
func TestEncodings(t *testing.T) {
	if testing.Short() {
		t.Skip("26,000 instructions")
	}
	dir := filepath.Join(goroot(), "src/cmd/asm/internal/asm/testdata")
	files, _ := filepath.Glob(filepath.Join(dir, "avx512enc/*.s"))
	for _, f := range []string{"amd64.s", "amd64enc.s", "amd64enc_extra.s"} {
		files = append(files, filepath.Join(dir, f))
	}
	var total counts
	include := []string{filepath.Join(goroot(), "src/runtime"), filepath.Join(dir, "../../../../../runtime"), dir}
	for _, f := range files {
		checkFile(t, &stdPackage{ImportPath: "runtime"}, f, include, &total)
	}
	t.Logf("%d files: %d functions, %d bytes compared", total.files, total.funcs, total.bytes)
}

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"

	"strata/internal/load"
)

// pulledFunc is a function of the standard library that its comment says others pull by go:linkname.
type pulledFunc struct {
	pkg, symbol string
}

var (
	linknamed = regexp.MustCompile(`(?m)^//go:linkname (\w+)(?: (\S+))?$`)
	elsewhere = regexp.MustCompile(`_(windows|darwin|freebsd|netbsd|openbsd|solaris|aix|plan9|wasm|js|arm64|arm|386|s390x|ppc64x|mips\w*|riscv64|loong64|dragonfly|illumos|wasip1|android|test)\.go$`)
	shame     = "Notable members of the hall of shame"
)

// hallOfShame reads GOROOT's comments.
func hallOfShame(t *testing.T) []pulledFunc {
	t.Helper()
	goroot, _, err := load.FindGoroot(nil)
	if err != nil {
		t.Fatal(err)
	}
	src := filepath.Join(goroot, "src")
	var list []pulledFunc
	seen := map[string]bool{}
	err = filepath.WalkDir(src, func(name string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || d.Name() == "cmd" || d.Name() == "vendor") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || elsewhere.MatchString(name) {
			return nil
		}
		data, err := os.ReadFile(name)
		if err != nil || !strings.Contains(string(data), shame) {
			return err
		}
		rel, _ := filepath.Rel(src, filepath.Dir(name))
		for _, block := range strings.Split(string(data), shame)[1:] {
			m := linknamed.FindStringSubmatchIndex(block)
			if m == nil {
				continue
			}
			local, symbol := block[m[2]:m[3]], rel+"."+block[m[2]:m[3]]
			if m[4] >= 0 {
				symbol = block[m[4]:m[5]]
			}
			isFunc := regexp.MustCompile(`(?m)^func (\([^)]*\) )?` + local + `\(`).MatchString(string(data))
			if isFunc && !seen[symbol] && symbol != "time.runtimeNow" {
				seen[symbol] = true
				list = append(list, pulledFunc{rel, symbol})
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].symbol < list[j].symbol })
	return list
}

// compiled runs the command with Strata's compiler in dir.
func compiled(t *testing.T, dir string, args ...string) (string, int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), withCompiler+"=1", "GOFLAGS=", "PWD="+dir)
	out, err := cmd.CombinedOutput()
	return string(out), exitCode(err)
}

func moduleWith(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	files["go.mod"] = "module example.com/pull\n\ngo 1.26\n"
	files["empty.s"] = ""
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestHallOfShame links all functions of which Go says that widely used modules pull them.
func TestHallOfShame(t *testing.T) {
	list := hallOfShame(t)
	if len(list) < 100 {
		t.Fatalf("only %d functions found", len(list))
	}
	imports := map[string]bool{}
	var decls, uses strings.Builder
	n := 0
	for _, f := range list {
		if testing.Short() && f.pkg != "runtime" {
			continue
		}
		if !strings.Contains(f.pkg, "internal") && f.pkg != "unsafe" {
			imports[f.pkg] = true
		}
		fmt.Fprintf(&decls, "\n//go:linkname f%d %s\nfunc f%d()\n", n, f.symbol, n)
		fmt.Fprintf(&uses, "\tf%d,\n", n)
		n++
	}
	src := "package main\n\nimport (\n\t_ \"unsafe\"\n"
	for pkg := range imports {
		src += fmt.Sprintf("\t_ %q\n", pkg)
	}
	src += ")\n" + decls.String() + "\nvar all = []func(){\n" + uses.String() + "}\n\nfunc main() { println(len(all)) }\n"
	dir := moduleWith(t, map[string]string{"main.go": src})
	if out, code := compiled(t, dir, "run", "."); code != 0 || out != fmt.Sprintln(n) {
		t.Errorf("exit status %d\n%s", code, out)
	}
}

// otherSignatures are parameters and results that hardly a function of the runtime has, with arguments.
var otherSignatures = []struct{ sig, args, results string }{
	{"()", "", ""},
	{"(float64) string", "1.5", "_ ="},
	{"(a, b, c, d, e uintptr) (x, y uintptr)", "1, 2, 3, 4, 5", "_, _ ="},
	{"(a *int, b, c int) *int", "&n, 4, 5", "_ ="},
}

// TestLinknameSignatures declares functions that the compiler knows with parameters that they do not have: what it knows of
// them is no longer true.
func TestLinknameSignatures(t *testing.T) {
	known := strings.Fields(`makeslice makeslicecopy makemap makemap_small growslice newobject slicebytetostring
		stringtoslicebyte concatstrings concatstring2 concatbytes convT convT64 convTstring assertE2I assertE2I2
		mapassign mapaccess1 mapIterStart memmove memequal memclrNoHeapPointers typedmemmove typedmemclr wbZero wbMove
		chansend1 chanrecv1 selectgo newproc deferproc gopanic rand strhash memhash systemstack nanotime KeepAlive Callers`)
	pairs := otherSignatures
	if testing.Short() {
		pairs = pairs[:2]
	}
	for _, s := range pairs {
		var decls, calls strings.Builder
		for i, name := range known {
			fmt.Fprintf(&decls, "//go:linkname f%d runtime.%s\nfunc f%d%s\n\n", i, name, i, s.sig)
			fmt.Fprintf(&calls, "\tif n > %d {\n\t\t%s f%d(%s)\n\t\tg := f%d\n\t\t%s g(%s)\n\t}\n", 1000+i, s.results, i, s.args, i, s.results, s.args)
		}
		src := "package main\n\nimport (\n\t\"os\"\n\t_ \"unsafe\"\n)\n\n" + decls.String() +
			"func main() {\n\tn := len(os.Args)\n" + calls.String() + "\tprintln(n)\n}\n"
		dir := moduleWith(t, map[string]string{"main.go": src})
		if out, code := compiled(t, dir, "run", "."); code != 0 || out != "1\n" {
			t.Errorf("%s: exit status %d\n%.2000s", s.sig, code, out)
		}
	}
}

// TestLinknameRefused tells who asks for what is not there, and why.
func TestLinknameRefused(t *testing.T) {
	dir := moduleWith(t, map[string]string{
		"main.go": "package main\n\nimport \"example.com/pull/lib\"\n\nfunc main() { lib.Use() }\n",
		"lib/lib.go": `package lib

import _ "unsafe"

//go:linkname iscgo runtime.iscgo
var iscgo bool

func Use() { println(iscgo) }
`})
	want := "# example.com/pull\nlib/lib.go:5:3: package example.com/pull/lib refers to runtime.iscgo by go:linkname: it serves C code, " +
		"of which there can be none: cgo is not supported\n"
	if out, code := compiled(t, dir, "build", "-o", os.DevNull, "."); code != 1 || out != want {
		t.Errorf("exit status %d\n%s\nwant\n%s", code, out, want)
	}
	dir = moduleWith(t, map[string]string{"main.go": `package main

import _ "unsafe"

//go:linkname schedule runtime.schedule17
func schedule()

func main() { schedule() }
`})
	want = "# example.com/pull\n./main.go:5:3: package example.com/pull refers to runtime.schedule17 by go:linkname: " +
		"Strata's runtime has no function or variable of that name\n"
	if out, code := compiled(t, dir, "build", "-o", os.DevNull, "."); code != 1 || out != want {
		t.Errorf("exit status %d\n%s\nwant\n%s", code, out, want)
	}
}

// TestLinknameMeaning calls pulled functions as the modules do that pull them.
func TestLinknameMeaning(t *testing.T) {
	src, err := os.ReadFile("testdata/linkname/main.go")
	if err != nil {
		t.Fatal(err)
	}
	asm, err := os.ReadFile("testdata/linkname/goid_amd64.s")
	if err != nil {
		t.Fatal(err)
	}
	dir := moduleWith(t, map[string]string{"main.go": string(src), "goid_amd64.s": string(asm)})
	out, code := compiled(t, dir, "run", ".")
	cmd := exec.Command("go", "run", ".")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOFLAGS=", "PWD="+dir)
	want, err := cmd.CombinedOutput()
	if err != nil || code != 0 || out != string(want) {
		t.Errorf("exit status %d\n%s\ngo run: %v\n%s", code, out, err, want)
	}
}

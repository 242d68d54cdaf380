package diff

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"strata/test/internal/harness"
)

// sources are programs of one file, beside a file a.txt, whose errors are to be those of gc to the byte, or none.
var sources = map[string][]string{
	"embed": {
		"import _ \"embed\"\n\n//go:embed\nvar x string\n\nfunc main() { println(x) }\n",
		"import _ \"embed\"\n\n//go:embed \nvar x string\n\nfunc main() { println(x) }\n",
		"import _ \"embed\"\n\n//go:embed a.txt\n//go:embed\nvar x string\n\nfunc main() { println(x) }\n",
		"import _ `embed`\n\n//go:embed a.txt\nvar x string\n\nfunc main() { println(x) }\n",
		"import _ \"\\x65mbed\"\n\n//go:embed a.txt\nvar x string\n\nfunc main() { println(x) }\n",
		"import _ \"\\x65mbed\"\n\n//go:embed\ta.txt\nvar x string\n\nfunc main() { println(x) }\n",
		"import . `embed`\n\n//go:embed a.txt\r\nvar x FS\r\n\r\nfunc main() { println(len(x.ReadDir)) }\n",
		"import _ \"embed\"\n\n//go:embed \"a.txt\nvar x string\n\nfunc main() { println(x) }\n",
		"import _ \"embed\"\n\n//go:embedx a.txt\nvar x string\n\nfunc main() { println(x) }\n",
		"import \"embed\"\n\n/* c */ //go:embed a.txt\nvar x embed.FS\n\nfunc main() { b, _ := x.ReadFile(\"a.txt\"); print(string(b)) }\n",
		"import \"embed\"\n\n var( //go:embed a.txt\n x embed.FS\n)\n\nfunc main() { b, _ := x.ReadFile(\"a.txt\"); print(string(b)) }\n",
	},
	"directives": {
		"//go:nowritebarrier\nfunc main() { }\n\n//go:systemstack\nfunc f() {}\n\n//go:notinheap\ntype T int\n//go:cgo_ldflag\n\n//go:cgo_import_dynamic x y\n//go:linkname\n//go:linkname a b c\n//go:linkname f\n//go:nosuch\n//go:uintptrkeepalive\nfunc g(uintptr)\n",
		"import `unsafe`\n\n//go:linkname nanotime runtime.nanotime\nfunc nanotime() int64\n\nfunc main() { println(unsafe.Sizeof(nanotime())) }\n",
		"import . \"\\u0075nsafe\"\n\nvar _ = Sizeof(0)\n\n//go:linkname x main.y\nvar x int\n\nfunc main() {}\n",
		"//go:linkname x main.y\nvar x int\n\nfunc main() {}\n",
		"func main() { //go:noinline\n}\n\nvar x int //go:noinline\n",
		"func main() {\n\t//go:noinline\n\tx := 1\n\t_ = x\n}\n",
		"func main() {}\n\n//go:nosplit\ntype T int\n",
	},
	"limits": {
		"var c chan [0x2FFFF]byte\nvar d, e = make(chan [0x2FFFF]byte), 1\n\nfunc main() {}\n",
		"type V [1 << 50]byte\n\nvar X [1 << 50]byte\nvar Y [1 << 49][2]byte\n\nfunc main() {}\n",
		"func main() {\n\tch := make(chan struct{ v [65536]byte })\n\tclose(ch)\n}\n",
		"func f(c <-chan [1 << 20]int) {}\n\nfunc g() (c *chan [1 << 20]int) { return }\n\nfunc main() {\n\tx, y := 1, new([1 << 50]int)\n\t_, _ = x, y\n}\n",
		"func f() (arr [1e10]bool) {\n\tprintln(len(arr))\n\treturn\n}\n\nfunc main() { f() }\n",
		"type large struct{ b [1500000000]byte }\n\nfunc (x large) f1() int { return 5 }\n\nfunc f2(x large) int { return 5 }\n\nfunc f3() (x large, i int) { return }\n\nfunc main() {}\n",
	},
	"print": {
		"type S struct{ a, b int }\n\nfunc f() (int, S) { return 1, S{} }\n\nfunc main() {\n\tvar a [3]int\n\tprintln(1, S{1, 2})\n\tprint(a)\n\tprintln(f())\n\tdefer println(a)\n\tprintln(struct{}{})\n\tvar s S\n\tprintln(\n\t\ts)\n\tprintln(struct{ x, y struct{} }{}, [2]struct{}{})\n}\n",
	},
}

// TestErrors compares what the compilers say of sources, each of which is a package of one module.
func TestErrors(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module m\n\ngo 1.26\n")
	all := map[string]string{} // sources by package
	for kind, list := range sources {
		for i, src := range list {
			name := fmt.Sprint(kind, i)
			all["m/"+name] = src
			write(name+"/main.go", "package main\n\n"+src)
			write(name+"/a.txt", "a\n")
		}
	}
	cmd := exec.Command("go", "build", "-o", os.DevNull, "./...")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	out, _ := cmd.CombinedOutput()
	want := byPackage(string(out))
	if len(want) < len(all)/2 {
		t.Fatalf("gc found errors in %d packages only:\n%s", len(want), out)
	}

	tool, err := harness.NewToolchainIn(dir)
	if err != nil {
		t.Fatal(err)
	}
	prog, err := tool.Session.Load("./...")
	if err == nil {
		err = prog.Err()
	}
	got := byPackage(fmt.Sprintln(err))
	for pkg, src := range all {
		if want[pkg] != got[pkg] {
			t.Errorf("--- gc\n%s--- strata\n%s--- of\n%s", want[pkg], got[pkg], src)
		}
	}
}

// byPackage takes the go command's report of errors apart.
func byPackage(text string) map[string]string {
	m := map[string]string{}
	pkg := ""
	for line := range strings.Lines(text) {
		if name, ok := strings.CutPrefix(line, "# "); ok {
			pkg = strings.TrimSpace(name)
			continue
		}
		m[pkg] += line
	}
	return m
}

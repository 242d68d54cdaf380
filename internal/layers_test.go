package internal

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// compiler has the packages of this tree in layers, the lowest first. A package imports only packages of lower layers; those of one
// layer know nothing of each other. The standard library is free to all.
var compiler = [][]string{
	{"internal/bootstrap", "internal/c2go", "internal/engine", "internal/cache", "internal/cover", "internal/design", "internal/goroot", "internal/inlcost", "internal/pgo", "internal/regalloc", "internal/vcs", "internal/wasm/module", "internal/wire"},
	{"internal/abi", "internal/goroot/contract", "internal/object", "internal/reuse", "internal/timeline"},
	{"internal/load", "internal/ssa", "internal/symname", "internal/rtcall"},
	{"internal/ssa/eval"},
	{"internal/typedesc", "internal/ssahtml", "internal/ssa/interp", "internal/opt", "internal/link"},
	{"internal/analyze", "internal/lower"},
	{"internal/lower/interp", "internal/explain"},
	{"internal/codegen"},
	machines,
	{"internal/amd64", "internal/arm64", "internal/wasm"},
	{"internal/asm"},
	{"internal/target"},
	{"internal/build"},
	{"cmd/strata"},
}

// machines are what only a machine's own code and what asks it for code know of: the passes above them run for any machine.
var machines = []string{"internal/amd64/x86", "internal/arm64/a64"}

// apart are packages that are commands, or that only tests and generators use.
var apart = []string{"internal/opt/gen", "internal/amd64/x86/gen", "internal/amd64/x86/oracle", "internal/arm64/a64/gen", "internal/wire/wiretest", "internal/timeline/programs", "internal/goroot/diff", "internal/c2go/libc"}

// runtimeOrder are the runtime's packages, each of which imports only those before it. ARCHITECTURE.md gives the same order.
var runtimeOrder = []string{"design", "pace", "kernel", "task", "page", "race", "heap", "stack", "trace", "sched", "gc", "gc/concurrent", "gc/none", "gc/parallel", "gc/stw", "lang", "chosen"}

// leaves are the packages of the standard library that the runtime may import: those that need no runtime.
var leaves = []string{
	"internal/abi", "internal/bytealg", "internal/chacha8rand", "internal/coverage/rtcov", "internal/cpu", "internal/goarch", "internal/godebugs", "internal/goexperiment",
	"internal/goos", "internal/profilerecord", "internal/runtime/atomic", "internal/runtime/cgroup", "internal/runtime/exithook",
	"internal/runtime/maps", "internal/runtime/math", "internal/runtime/sys", "internal/runtime/syscall/linux", "internal/strconv",
	"internal/runtime/pprof/label", "internal/stringslite", "internal/trace/tracev2", "math/bits", "unicode/utf8", "unsafe",
}

func TestCompilerLayers(t *testing.T) {
	layer := map[string]int{}
	for i, list := range compiler {
		for _, p := range list {
			layer[p] = i
		}
	}
	root := ".."
	seen := map[string]bool{}
	eachFile(t, root, []string{"internal", "cmd"}, func(pkg, file string, imports []string) {
		if slices.Contains(apart, pkg) {
			return
		}
		mine, ok := layer[pkg]
		if !ok {
			if !seen[pkg] {
				t.Errorf("%s stands in no layer of the table", pkg)
			}
			seen[pkg] = true
			return
		}
		seen[pkg] = true
		for _, i := range imports {
			p, own := strings.CutPrefix(i, "strata/")
			if !own || p == "rt" {
				continue
			}
			if theirs, ok := layer[p]; !ok || theirs >= mine {
				t.Errorf("%s: %s may not import %s: that is no lower layer", file, pkg, p)
			}
		}
	})
	for p := range layer {
		if !seen[p] {
			t.Errorf("the table names %s, which is not there", p)
		}
	}
}

func TestRuntimeLayers(t *testing.T) {
	for _, dir := range []string{"src", "go126", "go127"} {
		t.Run(dir, func(t *testing.T) { runtimeLayers(t, filepath.Join("..", "rt", dir)) })
	}
}

func runtimeLayers(t *testing.T, root string) {
	const prefix = "runtime/internal/"
	eachFile(t, root, []string{"runtime"}, func(pkg, file string, imports []string) {
		mine := len(runtimeOrder)
		if name, inside := strings.CutPrefix(pkg, prefix); inside {
			if mine = slices.Index(runtimeOrder, name); mine < 0 {
				t.Errorf("%s stands in no layer of the table", pkg)
			}
		} else if pkg != "runtime" {
			return
		}
		for _, i := range imports {
			if err := mayImport(i, prefix, mine); err != nil {
				t.Errorf("%s: %v", file, err)
			}
		}
	})
}

// mayImport tells what is wrong with the import of p by the runtime's package number mine.
func mayImport(p, prefix string, mine int) error {
	name, inside := strings.CutPrefix(p, prefix)
	switch i := slices.Index(runtimeOrder, name); {
	case !inside && !slices.Contains(leaves, p):
		return fmt.Errorf("%s is no package that does without the runtime", p)
	case inside && (i < 0 || i >= mine):
		return fmt.Errorf("%s is no lower layer", p)
	}
	return nil
}

// eachFile calls f for every Go file, without tests, below dirs of root.
func eachFile(t *testing.T, root string, dirs []string, f func(pkg, file string, imports []string)) {
	t.Helper()
	files := token.NewFileSet()
	for _, dir := range dirs {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && d.Name() == "testdata":
				return filepath.SkipDir
			case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
				return nil
			}
			src, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			file, err := parser.ParseFile(files, path, src, parser.ImportsOnly)
			if err != nil {
				return err
			}
			var imports []string
			for _, i := range file.Imports {
				name, err := strconv.Unquote(i.Path.Value)
				if err != nil {
					return err
				}
				imports = append(imports, name)
			}
			pkg, err := filepath.Rel(root, filepath.Dir(path))
			f(filepath.ToSlash(pkg), path, imports)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

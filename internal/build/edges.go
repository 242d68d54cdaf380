package build

import "strata/internal/load"

// uncounted are packages that package testing and the fuzzing engine use beside the fuzzed function: what happens
// there says nothing about an input.
var uncounted = map[string]bool{
	"context": true, "internal/fuzz": true, "internal/godebug": true, "internal/sync": true, "reflect": true, "sync": true,
	"sync/atomic": true, "syscall": true, "testing": true, "time": true,
}

// countsEdges says which packages of a program count the ways that control takes: those wanted, but not the runtime and
// what it is made of. It is nil if there are none.
func countsEdges(prog *load.Program, wanted []string) func(*load.Package) bool {
	if len(wanted) == 0 {
		return nil
	}
	counts := map[string]bool{}
	for _, path := range wanted {
		counts[path] = !uncounted[path]
	}
	runtime := map[*load.Package]bool{}
	var visit func(p *load.Package)
	visit = func(p *load.Package) {
		if !runtime[p] {
			runtime[p] = true
			for _, d := range p.Imports {
				visit(d)
			}
		}
	}
	if p := prog.ByPath["runtime"]; p != nil {
		visit(p)
	}
	return func(p *load.Package) bool { return counts[p.Path] && !runtime[p] }
}

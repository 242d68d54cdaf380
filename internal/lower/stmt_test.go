package lower

import (
	"fmt"
	"path/filepath"
	"runtime/debug"
	"sort"
	"strings"
	"testing"
	"testing/fstest"

	"strata/internal/abi"
	"strata/internal/load"
	"strata/internal/ssa"
)

// stubRuntime adds to GOROOT's runtime what compiled code needs of Strata's.
var stubRuntime = fstest.MapFS{"runtime/internal/task/defer.go": {Data: []byte(`package task

type Defer struct {
	Heap, RangeFunc bool
	SP, PC          uintptr
	Fn              func()
	Link, Head      *Defer
}
`)},
	"runtime/stratainited.go": {Data: []byte("package runtime\n\nfunc inited(path string) {}\n")},
}

// loadTest loads a golden program.
func loadTest(t *testing.T, name string) *Program {
	t.Helper()
	dir, err := filepath.Abs("../../test/golden/testdata")
	if err != nil {
		t.Fatal(err)
	}
	lp, err := load.Load(load.Config{Dir: dir, Overlay: stubRuntime, Implicit: []string{"runtime", "runtime/internal/task"}}, name+".go")
	if err != nil {
		t.Fatal(err)
	}
	if err := lp.Err(); err != nil {
		t.Fatal(err)
	}
	return NewProgram(lp.For(lp.Mains()[0]), abi.Register)
}

// TestStatements lowers all of a program that holds every form of statement, and all that it mentions.
func TestStatements(t *testing.T) {
	p := loadTest(t, "statements")
	seen := map[string]bool{}
	var failed []string
	work := []string{"main.main", symMainInits, symRuntimeInits}
	for len(work) > 0 {
		sym := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[sym] {
			continue
		}
		seen[sym] = true
		refs, err := lowerOne(p, sym)
		if err != nil {
			failed = append(failed, err.Error())
		}
		work = append(work, refs...)
	}
	sort.Strings(failed)
	t.Logf("%d symbols", len(seen))
	if len(failed) > 0 {
		t.Errorf("%d failures:\n%s", len(failed), strings.Join(failed, "\n"))
	}
}

func lowerOne(p *Program, sym string) (refs []string, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%s: panic: %v\n%s", sym, r, debug.Stack())
		}
	}()
	switch d := p.Def(sym).(type) {
	case *FuncDef:
		f, err := d.Lower()
		if err != nil {
			return nil, err
		}
		for _, b := range f.Blocks {
			for _, v := range b.Values {
				if s, ok := v.Aux.(string); ok && v.Op != ssa.OpCheck {
					refs = append(refs, s)
				}
				if c, ok := v.Aux.(*ssa.Call); ok && c.Sym != "" {
					refs = append(refs, c.Sym)
				}
			}
		}
		return refs, ssa.Verify(f)
	case *DataDef:
		syms, err := d.Build()
		for _, s := range syms {
			for _, r := range s.Relocs {
				refs = append(refs, r.Target)
			}
		}
		return refs, err
	}
	return nil, nil
}

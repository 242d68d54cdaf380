package amd64_test

import (
	"fmt"
	"go/token"
	"os"
	"strings"
	"testing"

	"strata/internal/abi"
	"strata/internal/amd64"
	"strata/internal/codegen"
	"strata/internal/design"
	"strata/internal/load"
	"strata/internal/lower"
	"strata/internal/object"
	"strata/internal/opt"
	"strata/internal/regalloc"
	"strata/internal/ssa"
)

const corpusProgram = `package main

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"text/template"
)

func main() {
	fmt.Println(strconv.Itoa(1), strings.Repeat("a", 3), sha256.Sum256(nil))
	sort.Ints(nil)
	json.Marshal(1)
	regexp.MustCompile("a+b")
	template.New("x").Parse("y")
	var w bytes.Buffer
	flate.NewWriter(&w, 9)
	new(big.Int).Exp(big.NewInt(3), big.NewInt(4), nil)
}
`

// TestCorpus compiles what a program with a good part of the standard library
// reaches, with every allocator, and checks the allocations. It does not run it.
func TestCorpus(t *testing.T) {
	if testing.Short() {
		t.Skip("long")
	}
	s, err := load.NewSession(load.Config{Overlay: os.DirFS("../../rt/src"), Generated: design.Default().Sources()})
	if err != nil {
		t.Skip(err)
	}
	prog, err := s.LoadSources(load.Source{Files: []string{"main.go"}, Contents: map[string][]byte{"main.go": []byte(corpusProgram)}, Complete: true})
	if err == nil {
		err = prog.Err()
	}
	if err != nil {
		t.Skip(err)
	}
	low := lower.NewProgram(prog.For(prog.Mains()[0]), abi.Register)
	facts := design.Default().Facts()
	cfg := &opt.Config{Facts: facts, RT: func(name string) *ssa.Call { c, _ := low.RTCall(name); return c }}
	position := func(p token.Pos) (string, int32) {
		q := prog.Fset.Position(p)
		return q.Filename, int32(q.Line)
	}
	work, seen := []string{"main.main"}, map[string]bool{"main.main": true}
	funcs, failures, size := 0, 0, int64(0)
	note := func(syms ...*object.Symbol) {
		for _, s := range syms {
			for _, r := range s.Relocs {
				if !seen[r.Target] {
					seen[r.Target] = true
					work = append(work, r.Target)
				}
			}
		}
	}
	for len(work) > 0 {
		sym := work[len(work)-1]
		work = work[:len(work)-1]
		switch d := low.Def(sym).(type) {
		case *lower.DataDef:
			if syms, err := d.Build(); err == nil {
				note(syms...)
			}
		case *lower.FuncDef:
			for name, alloc := range map[string]regalloc.Allocator{"simple": regalloc.Simple, "split": regalloc.Split} {
				f, err := lowered(d, cfg)
				if err != nil {
					t.Logf("%s: %v", sym, err)
					break
				}
				obj, err := compile(f, codegen.Options{Position: position, Alloc: alloc, Check: true})
				if err != nil {
					t.Errorf("%s: %v", name, err)
					if failures++; failures > 10 {
						t.FailNow()
					}
					break
				}
				funcs++
				if name == "split" {
					size += obj.Size
				}
				note(obj)
			}
		}
	}
	t.Logf("%d functions, %d bytes", funcs/2, size)
}

func lowered(d *lower.FuncDef, cfg *opt.Config) (f *ssa.Func, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	if f, err = d.Lower(); err != nil {
		return nil, err
	}
	if err = opt.Run(f, opt.Early, cfg); err == nil {
		err = opt.Run(f, opt.Passes, cfg)
	}
	return f, err
}

func compile(f *ssa.Func, o codegen.Options) (s *object.Symbol, err error) {
	text := f.String()
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%s: panic: %v", f.Name, r)
			if !strings.Contains(text, "\x00") {
				os.WriteFile("/tmp/strata_corpus.txt", []byte(text), 0o666)
			}
		}
	}()
	return codegen.Compile(&amd64.Target, f, o)
}

package lower

import (
	"fmt"
	"os"
	"sort"
	"strings"
	"testing"

	"strata/internal/abi"
	"strata/internal/load"
	"strata/internal/object"
	"strata/internal/ssa"
)

// corpus lowers all functions of packages and all that they mention.
type corpus struct {
	t     *testing.T
	p     *Program
	seen  map[string]bool
	work  []string
	funcs int
	data  int
	errs  map[string]int
	undef map[string]bool
	// defined are symbols that came along with others.
	defined map[string]bool
	fails   int
}

func (c *corpus) add(sym string) {
	if sym != "" && !c.seen[sym] {
		c.seen[sym] = true
		c.work = append(c.work, sym)
	}
}

func (c *corpus) run() {
	for len(c.work) > 0 {
		sym := c.work[len(c.work)-1]
		c.work = c.work[:len(c.work)-1]
		c.one(sym)
	}
}

func (c *corpus) one(sym string) {
	defer func() {
		if r := recover(); r != nil {
			c.fail(sym, fmt.Sprintf("panic: %v", r))
			if c.fails < 4 {
				panic(r)
			}
		}
	}()
	switch d := c.p.Def(sym).(type) {
	case nil:
		c.undef[sym] = true
	case *FuncDef:
		c.function(sym, d)
	case *DataDef:
		c.data++
		syms, err := d.Build()
		if err != nil {
			c.fail(sym, err.Error())
		}
		for _, s := range syms {
			c.defined[s.Name] = true
			for _, r := range s.Relocs {
				if r.Kind != object.UseIfaceMethod && r.Kind != object.UseNamedMethod {
					c.add(r.Target)
				}
			}
		}
	}
}

func (c *corpus) fail(sym, msg string) {
	c.fails++
	if i := strings.Index(msg, "\n"); i > 0 {
		msg = msg[:i]
	}
	if len(msg) > 400 {
		msg = msg[:400]
	}
	c.errs[msg]++
	if c.fails <= 60 {
		c.t.Errorf("%s: %s", sym, msg)
	}
}

func (c *corpus) function(sym string, d *FuncDef) {
	c.funcs++
	f, err := d.Lower()
	if err != nil {
		c.fail(sym, err.Error())
		return
	}
	if err := ssa.Verify(f); err != nil {
		c.fail(sym, err.Error())
		return
	}
	if f.Name == os.Getenv("LOWER_PRINT") {
		c.t.Log(f.String())
	}
	for _, b := range f.Blocks {
		for _, v := range b.Values {
			switch a := v.Aux.(type) {
			case string:
				if v.Op != ssa.OpGetCPUFlag {
					c.add(a)
				}
			case *ssa.Call:
				c.add(a.Sym)
			case *ssa.AllocInfo:
				c.add(a.TypeSym)
			}
		}
		if a, ok := b.Aux.(*ssa.Call); ok {
			c.add(a.Sym)
		}
	}
}

// TestCorpus lowers the standard library.
func TestCorpus(t *testing.T) {
	pkgs := []string{"errors", "strconv", "strings", "sort", "fmt", "reflect", "encoding/json", "slices", "maps", "iter", "sync", "os", "time",
		"net/http", "go/types", "text/template", "regexp", "math/big", "crypto/tls", "compress/flate", "testing", "database/sql", "image/png", "encoding/gob"}
	if s := os.Getenv("LOWER_PKGS"); s != "" {
		pkgs = strings.Fields(s)
	} else if testing.Short() {
		pkgs = pkgs[:6]
	}
	lp, err := load.Load(load.Config{
		Implicit: []string{"runtime", "runtime/internal/task"},
		Overlay:  taskOverlay,
	}, append(pkgs, "runtime/internal/task")...)
	if err != nil {
		t.Fatal(err)
	}
	if err := lp.Err(); err != nil {
		t.Fatal(err)
	}
	p := NewProgram(lp, abi.Register)
	c := &corpus{t: t, p: p, seen: map[string]bool{}, errs: map[string]int{}, undef: map[string]bool{}, defined: map[string]bool{}}
	var syms []string
	for sym, f := range p.index.funcs {
		if f.decl.Body != nil && (f.pkg.Path != "runtime" || os.Getenv("LOWER_RUNTIME") != "") {
			syms = append(syms, sym)
		}
	}
	sort.Strings(syms)
	for _, s := range syms {
		c.add(s)
	}
	c.run()
	var undef []string
	for s := range c.undef {
		if !c.defined[s] {
			undef = append(undef, s)
		}
	}
	sort.Strings(undef)
	t.Logf("%d functions, %d data symbols, %d failures, %d undefined", c.funcs, c.data, c.fails, len(undef))
	if len(undef) > 150 {
		undef = undef[:150]
	}
	t.Logf("undefined: %s", strings.Join(undef, "\n"))
}

// TestParallel lowers the same functions on several goroutines; it is meant for the race detector.
func TestParallel(t *testing.T) {
	lp, err := load.Load(load.Config{Overlay: taskOverlay}, "encoding/json", "maps", "sync", "runtime/internal/task")
	if err != nil {
		t.Fatal(err)
	}
	p := NewProgram(lp, abi.Register)
	var syms []string
	for sym, f := range p.index.funcs {
		if f.decl.Body != nil && strings.ContainsAny(f.pkg.Path, "jy") {
			syms = append(syms, sym)
		}
	}
	sort.Strings(syms)
	done := make(chan bool)
	for range 4 {
		go func() {
			for _, s := range syms {
				if d, ok := p.Def(s).(*FuncDef); ok {
					if _, err := d.Lower(); err != nil {
						t.Error(err)
					}
				}
			}
			done <- true
		}()
	}
	for range 4 {
		<-done
	}
}

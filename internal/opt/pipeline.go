// Package opt holds the machine-independent passes over ssa.Func. A pass is a
// function in a file of its own; the pipeline is the table Passes. Run takes a
// lowered (and inlined) function and leaves it ready for instruction selection:
// no Alloc and no Copy remains, critical edges are split, barriers are in place.
package opt

import (
	"fmt"

	"strata/internal/design"
	"strata/internal/ssa"
)

// Config is what passes may know beside the function.
type Config struct {
	Facts design.Facts
	// RT describes a call of runtime function NAME ("newobject").
	RT func(name string) *ssa.Call
	// Verify checks the function after every pass.
	Verify bool
	// Dump, if set, is called before the first pass, which it sees as Start, and after every pass.
	Dump func(pass string, f *ssa.Func)
	// Disable names passes to leave out (only those not Required).
	Disable map[string]bool
	// Race: accesses that are marked for the race detector are told to it.
	Race bool
}

// Pass is one step of the pipeline.
type Pass struct {
	Name     string
	Run      func(*ssa.Func, *Config)
	Required bool // runs also when optimisation is off
}

// Early is what a function goes through before it is inlined anywhere.
var Early = []Pass{
	{"early-cfg", cleanCFG, false},
	{"early-promote", promote, false},
	{"early-copyelim", copyElim, true},
	{"early-simplify", simplify, false},
	{"early-cfg2", cleanCFG, false},
	{"early-dce", deadCode, false},
}

// Passes is the pipeline after inlining and escape analysis.
var Passes = []Pass{
	{"compact", func(f *ssa.Func, _ *Config) { f.Compact() }, true},
	{"unreachable", dropUnreachable, true},
	{"promote", promote, false},
	{"copyelim", copyElim, true},
	{"cfg", cleanCFG, false},
	{"simplify", simplify, false},
	{"thread", thread, false},
	{"gvn", gvn, false},
	{"loads", loadElim, false},
	{"prove", prove, false},
	{"simplify2", simplify, false},
	{"thread2", thread, false},
	{"strength", strength, false},
	{"gvn2", gvn, false},
	{"cfg1", cleanCFG, false},
	{"dce", deadCode, false},
	{"rotate", rotate, false},
	{"licm", licm, false},
	{"predict", predict, false},
	{"ifconvert", ifConvert, false},
	{"simplify3", simplify, false},
	{"gvn3", gvn, false},
	{"boxes", smallBoxes, false},
	{"allocs", lowerAllocs, true},
	{"race", raceCalls, true},
	{"inplace", buildInPlace, false},
	{"loads2", loadElim, false},
	{"deadstore", deadStores, false},
	{"areas", inPlace, false},
	{"combine", combine, false},
	{"dce2", deadCode, false},
	{"barriers", insertBarriers, true},
	{"runs", allocFromRuns, false},
	{"asserts", assertFast, false},
	{"cfg2", cleanCFG, false},
	{"copyelim2", copyElim, true},
	{"dce3", deadCode, true},
	{"predict2", predictRest, false},
	{"critical", splitCritical, true},
}

// Start is what stands for a pass before the first.
const Start = "start"

// Run takes f through the passes of table.
func Run(f *ssa.Func, table []Pass, cfg *Config) (err error) {
	pass := Start
	defer func() {
		if r := recover(); r != nil {
			if d, ok := r.(*Diagnostic); ok {
				err = d
				return
			}
			if e, ok := r.(error); ok {
				err = fmt.Errorf("internal compiler error: pass %s of %s: %w", pass, f.Name, e)
				if _, isRT := r.(interface{ RuntimeError() }); !isRT {
					return
				}
			}
			panic(fmt.Sprintf("internal compiler error: pass %s of %s: %v", pass, f.Name, r))
		}
	}()
	if cfg.Dump != nil {
		cfg.Dump(pass, f)
	}
	for i := range table {
		p := &table[i]
		if !p.Required && (!cfg.Facts.Optimises || f.Debug || cfg.Disable[p.Name]) {
			continue
		}
		pass = p.Name
		p.Run(f, cfg)
		if cfg.Dump != nil {
			cfg.Dump(pass, f)
		}
		if cfg.Verify {
			if err := ssa.Verify(f); err != nil {
				return fmt.Errorf("internal compiler error: after pass %s: %w", pass, err)
			}
		}
	}
	return nil
}

// Optional tells whether there is a pass of that name that Config.Disable may leave out.
func Optional(name string) bool {
	for _, table := range [][]Pass{Early, Passes} {
		for i := range table {
			if table[i].Name == name {
				return !table[i].Required
			}
		}
	}
	return false
}

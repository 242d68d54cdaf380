package amd64

import (
	"math/rand/v2"
	"testing"

	"strata/internal/regalloc"
)

// TestCheckFindsMistakes breaks correct allocations in ways that change what a
// use reads and expects the checker to object.
func TestCheckFindsMistakes(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	tried, dropped, missed := 0, 0, 0
	for seed := uint64(1); seed < 40; seed++ {
		for _, f := range program(seed) {
			m, err := selectFunc(&Target, f)
			if err != nil {
				t.Fatal(err)
			}
			rf := m.RegallocFunc()
			res, err := regalloc.Split(rf)
			if err != nil {
				t.Fatal(err)
			}
			if err := regalloc.Check(rf, res); err != nil {
				t.Fatal(err)
			}
			for range 20 {
				i := r.IntN(len(rf.Insts))
				ops := rf.Insts[i].Operands
				if len(ops) == 0 {
					continue
				}
				j := r.IntN(len(ops))
				if ops[j].Kind != regalloc.Use {
					continue
				}
				old := res.Allocs[i][j]
				res.Allocs[i][j] = regalloc.RegLoc(rf.Regs[rf.VRegs[ops[j].VReg].Class][r.IntN(12)])
				if res.Allocs[i][j] != old {
					tried++
					if regalloc.Check(rf, res) == nil {
						missed++
					}
				}
				res.Allocs[i][j] = old
			}
			for range 10 {
				if len(res.Edits) == 0 {
					break
				}
				k := r.IntN(len(res.Edits))
				broken := *res
				broken.Edits = append(append([]regalloc.Edit(nil), res.Edits[:k]...), res.Edits[k+1:]...)
				if regalloc.Check(rf, &broken) != nil {
					dropped++
				}
			}
		}
	}
	// A value may by chance be in the other register too.
	if missed*20 > tried {
		t.Errorf("%d of %d wrong registers went unnoticed", missed, tried)
	}
	if dropped < 500 {
		t.Errorf("only %d dropped moves were noticed", dropped)
	}
	t.Logf("%d wrong registers tried, %d missed; %d dropped moves noticed", tried, missed, dropped)
}

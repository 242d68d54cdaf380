package amd64

import "strata/internal/amd64/x86"

// flagUse is what an instruction does with the arithmetic flags.
type flagUse uint8

const (
	flagsRead flagUse = iota // or not known here
	flagsKept
	flagsLost // written as a whole, or nobody behind it asks for them
)

// flagUses names the instructions that matter between a constant and the next one that sets flags. No flags
// live from one block to another, so a jump or a call loses them.
var flagUses = [x86.NumOps]flagUse{
	x86.MOVB: flagsKept, x86.MOVW: flagsKept, x86.MOVL: flagsKept, x86.MOVQ: flagsKept,
	x86.MOVBLZX: flagsKept, x86.MOVWLZX: flagsKept, x86.MOVBLSX: flagsKept, x86.MOVWLSX: flagsKept,
	x86.MOVBQSX: flagsKept, x86.MOVWQSX: flagsKept, x86.MOVLQSX: flagsKept,
	x86.LEAL: flagsKept, x86.LEAQ: flagsKept, x86.PUSHQ: flagsKept, x86.POPQ: flagsKept,
	x86.MOVSS: flagsKept, x86.MOVSD: flagsKept, x86.MOVUPS: flagsKept, x86.MOVUPD: flagsKept, x86.XORPS: flagsKept,

	// The carry, which these keep, is dead where they come from additions.
	x86.INCL: flagsKept, x86.INCQ: flagsKept, x86.DECL: flagsKept, x86.DECQ: flagsKept,

	x86.ADDB: flagsLost, x86.ADDW: flagsLost, x86.ADDL: flagsLost, x86.ADDQ: flagsLost,
	x86.SUBB: flagsLost, x86.SUBW: flagsLost, x86.SUBL: flagsLost, x86.SUBQ: flagsLost,
	x86.ANDB: flagsLost, x86.ANDW: flagsLost, x86.ANDL: flagsLost, x86.ANDQ: flagsLost,
	x86.ORB: flagsLost, x86.ORW: flagsLost, x86.ORL: flagsLost, x86.ORQ: flagsLost,
	x86.XORB: flagsLost, x86.XORW: flagsLost, x86.XORL: flagsLost, x86.XORQ: flagsLost,
	x86.CMPB: flagsLost, x86.CMPW: flagsLost, x86.CMPL: flagsLost, x86.CMPQ: flagsLost,
	x86.TESTB: flagsLost, x86.TESTW: flagsLost, x86.TESTL: flagsLost, x86.TESTQ: flagsLost,
	x86.NEGL: flagsLost, x86.NEGQ: flagsLost,
	x86.PCALIGN: flagsLost, x86.CALL: flagsLost, x86.RET: flagsLost, x86.JMP: flagsLost, x86.UD2: flagsLost,
}

// shorten replaces instructions by shorter ones that set flags differently, or by nothing, where nobody reads the flags.
func shorten(prog []x86.Inst) {
	dead := true // behind instruction i
	for i := len(prog) - 1; i >= 0; i-- {
		in := &prog[i]
		if dead {
			shortenInst(in)
		}
		switch flagUses[in.Op] {
		case flagsLost:
			dead = true
		case flagsRead:
			dead = false
		}
	}
}

func shortenInst(in *x86.Inst) {
	if isCompare(in) {
		*in = x86.New(x86.NOP)
		return
	}
	if in.NArgs != 2 || in.Args[0].Kind != x86.Immediate {
		return
	}
	c, to := in.Args[0].Imm, in.Args[1]
	switch in.Op {
	case x86.MOVL, x86.MOVQ:
		if c == 0 && to.Kind == x86.Register {
			*in = x86.New(x86.XORL, to, to)
		}
	case x86.ADDL, x86.ADDQ:
		if one, ok := steps[step{in.Op, c}]; ok && to.Kind == x86.Register {
			*in = x86.New(one, to)
		}
	}
}

// step is an addition of a constant.
type step struct {
	op x86.Op
	c  int64
}

var steps = map[step]x86.Op{
	{x86.ADDL, 1}: x86.INCL, {x86.ADDQ, 1}: x86.INCQ,
	{x86.ADDL, -1}: x86.DECL, {x86.ADDQ, -1}: x86.DECQ,
}

// isCompare tells whether all that in does is to set flags.
func isCompare(in *x86.Inst) bool {
	switch in.Op {
	case x86.CMPB, x86.CMPW, x86.CMPL, x86.CMPQ, x86.TESTB, x86.TESTW, x86.TESTL, x86.TESTQ:
		return in.Args[0].Kind != x86.Memory && in.Args[1].Kind != x86.Memory
	}
	return false
}

// dropCompares leaves out what compares once more what the branch just taken has compared: a bound behind a loop's
// condition, a case behind a split of the cases. It comes last: flags are alive between blocks then.
func (e *emitter) dropCompares() {
	ways := e.ways()
	for i := range e.prog {
		if !isCompare(&e.prog[i]) {
			continue
		}
		same := e.prog[i]
		drop := func(i int32) bool {
			ok := ways[i] == 1 && e.prog[i] == same
			if ok {
				e.prog[i] = x86.New(x86.NOP)
			}
			return ok
		}
		for at := int32(i) + 1; isConditional(&e.prog[at]); at += 2 {
			// A function is entered at its first instruction by calls, too.
			if t := e.prog[at].Args[0].Target; t > 0 && e.ends(t-1) {
				drop(t)
			}
			if !drop(at + 1) {
				break
			}
		}
	}
}

// ways counts how control comes to each instruction: from the one before it, and by jumps.
func (e *emitter) ways() []uint8 {
	ways := make([]uint8, len(e.prog)+1)
	add := func(t int32) { ways[t] = min(ways[t]+1, 2) }
	for i := range e.prog {
		in := &e.prog[i]
		if !e.ends(int32(i)) {
			add(int32(i) + 1)
		}
		if a := &in.Args[0]; in.NArgs == 1 && a.Kind == x86.Branch && a.Mem.Sym == "" {
			add(a.Target)
		}
	}
	for _, t := range e.M.Tables {
		for _, b := range t.Targets {
			ways[e.Starts[e.Resolve(b)]] = 2
		}
	}
	return ways
}

// ends tells whether control never goes on behind instruction i.
func (e *emitter) ends(i int32) bool {
	op := e.prog[i].Op
	return op == x86.JMP || op == x86.RET || op == x86.UD2
}

func isConditional(in *x86.Inst) bool {
	return in.NArgs == 1 && in.Args[0].Kind == x86.Branch && in.Args[0].Mem.Sym == "" && in.Op != x86.JMP && in.Op != x86.CALL
}

package x86

import "sync"

//go:generate go run ./gen

// Op is an instruction, named as in Plan 9 syntax.
type Op uint16

// opIndex is built on first use: most users only encode.
var opIndex = sync.OnceValue(func() map[string]Op {
	m := make(map[string]Op, len(opNames)+len(aliases))
	for i := 1; i < len(opNames); i++ {
		m[opNames[i]] = Op(i)
	}
	for _, a := range aliases {
		m[a.name] = a.op
	}
	return m
})

// OpByName returns the instruction with the given mnemonic or alternative spelling.
func OpByName(name string) (Op, bool) {
	op, ok := opIndex()[name]
	return op, ok
}

func (op Op) String() string {
	if op < numOps {
		return opNames[op]
	}
	return "?"
}

// NumOps is one more than the largest Op.
const NumOps = int(numOps)

// IsBranch reports whether op takes a relative branch target: jumps, calls,
// LOOP and XBEGIN.
func (op Op) IsBranch() bool {
	return op < numOps && forms[opForms[op]].enc == encBranch
}

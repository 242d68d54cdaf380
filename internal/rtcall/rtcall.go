// Package rtcall is what the compiler, the assembler and the linker know of single functions of the runtime: a row for each that compiled
// code calls, that a pass treats in a way of its own, or that unwinding stops at.
//
// Nothing else in these programs names a symbol of the runtime: lowering and passes ask for a row by its short name ("makeslice" is
// runtime.makeslice), and there is no call without a row; everybody else asks what a symbol's row says. Tests hold the rows against the
// runtime (each is defined, with that signature) and the sources against the rows (internal/build/rtcall_test.go).
//
// It imports package object alone, whose function kinds it uses, and keeps no state.
package rtcall

// Func is a row.
type Func struct {
	// Sym is the linker symbol.
	Sym string
	// Sig has a letter for each scalar of the parameters, and behind a colon of the results: p pointer, w word, d 4 bytes, h 2 bytes, b
	// byte, f and s floats of 8 and 4 bytes, m value in memory. Empty for assembly with a convention of its own, and for what compiled code never calls.
	Sig string
	// Keeps says by scalar argument what becomes of the pointers that it leads to; arguments beyond the end are not kept. Nil is no
	// knowledge: the function is analysed like any other. It stands for functions that work on memory by unsafe means.
	Keeps []Keep
	// Flags are what passes ask.
	Flags Flags
	// Buffer is the size in bytes of the temporary buffer that the first argument may be: the result is in there if it fits.
	Buffer int64
	// Kind is the object.FuncID by which unwinding knows it.
	Kind uint8
}

// Keep says what a function does with an argument.
type Keep uint8

const (
	Nothing  Keep = iota
	Itself        // it is stored where the caller does not see it
	Pointees      // the pointers in the memory behind it are
	Values        // those behind these are: of channels and addresses, what is sent
	Hidden        // it becomes an integer: nobody knows where it is afterwards
)

// Flags are properties of a function.
type Flags uint32

const (
	// NoReturn: control does not come back.
	NoReturn Flags = 1 << iota
	// Quiet: it changes no memory that programs see.
	Quiet
	// Reads: it writes nothing through its arguments.
	Reads
	// Fresh: its result is an object that nobody else knows.
	Fresh
	// NonNil: its result is never nil.
	NonNil
	// Slow: it stands for the rare case; the block that calls it is cold.
	Slow
	// InFrame: its meaning depends on the caller's own frame; the caller is not inlined.
	InFrame
	// LayoutOnly: of a type descriptor it reads the layout alone, so methods stay unreachable.
	LayoutOnly
	// LooksUpMethods: behind it any method may be called.
	LooksUpMethods
	// Asserts: it finds the itab of a type.
	Asserts
	// Makes: it is behind make or append, for the messages about decisions.
	Makes
	// HoldsElement: afterwards the program has an address in the map, the second argument: as the result, or an iterator, the third argument, has it.
	HoldsElement
	// Barrier: it moves or clears memory with a write barrier.
	Barrier
	// Inserted: passes or emission insert calls, so the driver must know it before anything mentions it.
	Inserted
	// Racy: only compiled code that tells the race detector of its accesses calls it.
	Racy
	// Bare: a function in assembly that calls nothing else is a leaf still: gc's assembler, too, takes these for jumps away.
	Bare
	// Transparent: it stands between a deferred call and the function that asked for it; recover and tracebacks look through it.
	Transparent
	// SwitchesStack: it leaves the stack at once, so its callers need no room for it.
	SwitchesStack
	// ABI0: compiled code calls it by its entry point of the stack convention.
	ABI0
)

// Sym is the symbol of the function with a short name.
func Sym(name string) string { return "runtime." + name }

// bySym has the rows by symbol.
var bySym = func() map[string]*Func {
	m := make(map[string]*Func, len(Table))
	for i := range Table {
		f := &Table[i]
		if m[f.Sym] != nil {
			panic("rtcall: two rows for " + f.Sym)
		}
		m[f.Sym] = f
	}
	return m
}()

// Lookup finds the row of a symbol, nil if there is none.
func Lookup(sym string) *Func { return bySym[sym] }

// Has tells whether a symbol has a row with one of the flags.
func Has(sym string, flags Flags) bool {
	f := bySym[sym]
	return f != nil && f.Flags&flags != 0
}

// Kind is the object.FuncID of a symbol: 0, a normal function, for those without a row.
func Kind(sym string) uint8 {
	if f := bySym[sym]; f != nil {
		return f.Kind
	}
	return 0
}

// Buffer is the size of the buffer that a function takes as its first argument, 0 if it takes none.
func Buffer(sym string) int64 {
	if f := bySym[sym]; f != nil {
		return f.Buffer
	}
	return 0
}

//go:build strata

package lang

import (
	"internal/runtime/atomic"
	"internal/runtime/sys"
	"runtime/internal/sched"
	"runtime/internal/stack"
	"runtime/internal/task"
	"unsafe"
)

// Defer, panic, recover, Goexit.
//
// Functions whose defer statements run at most once keep what is deferred in
// their frames and call it themselves. Those of others are a list of the
// goroutine, innermost first; each record knows the SP of the frame that deferred
// it. Such a function calls deferreturn before it returns, which runs the
// records of its frame.
//
// gopanic walks the frames outwards and makes the deferred calls of each. If one of them
// recovers, the frame that deferred it is resumed at its recovery point, which
// runs the remaining records and returns. Everything below that frame is gone:
// panics that were raised there are aborted with it. If a Goexit was under
// way there, it goes on instead: as if the frame had called Goexit itself.

//go:linkname deferproc runtime.deferproc
func deferproc(fn func()) {
	d := newDefer()
	d.Fn = fn
	d.PC = sys.GetCallerPC()
	// An SP in a variable would go stale if a call moved the stack.
	d.SP = sys.GetCallerSP()
}

// newDefer puts a record on the list. Its caller sets PC and SP at once.
func newDefer() *task.Defer {
	gp := getg()
	d := gp.FreeDefers
	if d != nil {
		gp.FreeDefers = d.Link
		gp.NumFreeDefers--
	} else {
		d = new(task.Defer)
		d.Heap = true
	}
	d.Link = gp.Defer
	gp.Defer = d
	return d
}

// maxFreeDefers is how many used records a goroutine keeps.
const maxFreeDefers = 16

// release keeps a record that is off the list. Only records that never collect for a loop over a function are kept: others may know those.
func release(gp *task.G, d *task.Defer) {
	if d.Heap && !d.RangeFunc && gp.NumFreeDefers < maxFreeDefers {
		d.Link = gp.FreeDefers
		gp.FreeDefers = d
		gp.NumFreeDefers++
	}
}

// deferprocStack enters a record that lies in the caller's frame.
//
//go:linkname deferprocStack runtime.deferprocStack
func deferprocStack(d *task.Defer) {
	gp := getg()
	d.Heap = false
	d.RangeFunc = false
	d.PC = sys.GetCallerPC()
	d.SP = sys.GetCallerSP()
	d.Head = nil
	d.Link = gp.Defer
	gp.Defer = d
}

// deferrangefunc prepares for defer statements in the body of a
// range-over-func loop, which belong to the caller's frame: its record collects
// them, deferprocat adds one.
//
//go:linkname deferrangefunc runtime.deferrangefunc
func deferrangefunc() any {
	if d := getg().Defer; d != nil && d.SP == sys.GetCallerSP() && d.RangeFunc {
		return d // of an earlier loop of the same frame
	}
	d := newDefer()
	d.RangeFunc = true
	d.PC = sys.GetCallerPC()
	d.SP = sys.GetCallerSP()
	return d
}

// closedList marks the list of a record whose frame has begun to run its
// deferred calls.
var closedList task.Defer

//go:linkname deferprocat runtime.deferprocat
func deferprocat(fn func(), frame any) {
	list := frame.(*task.Defer)
	d := new(task.Defer)
	d.Heap = true
	d.Fn = fn
	for {
		// The loop body may run on another goroutine.
		head := (*task.Defer)(atomic.Loadp(unsafe.Pointer(&list.Head)))
		if head == &closedList {
			throw("defer after range func returned")
		}
		d.Link = head
		if casDefer(&list.Head, head, d) {
			return
		}
	}
}

func casDefer(p **task.Defer, old, new *task.Defer) bool {
	return casPointer((*unsafe.Pointer)(unsafe.Pointer(p)), unsafe.Pointer(old), unsafe.Pointer(new))
}

// collected replaces the first record of gp's list, one for range functions, by what
// it has collected. That is for its own frame alone to ask for, when it makes its deferred
// calls: the loops of a frame further out may still collect.
func collected(gp *task.G) {
	d := gp.Defer
	list := d.Head
	for !casDefer(&d.Head, list, &closedList) {
		list = d.Head
	}
	rest := d.Link
	gp.Defer = rest
	var last *task.Defer
	for e := list; e != nil; e = e.Link {
		e.SP = d.SP
		e.PC = d.PC
		last = e
	}
	if last != nil {
		last.Link = rest
		gp.Defer = list
	}
}

//go:linkname deferreturn runtime.deferreturn
func deferreturn() {
	// A call may move the stack: take the SP anew each time.
	for {
		gp := getg()
		d := gp.Defer
		if d == nil || d.SP != sys.GetCallerSP() {
			return
		}
		if d.RangeFunc {
			collected(gp)
			continue
		}
		fn := d.Fn
		d.Fn = nil
		gp.Defer = d.Link
		release(gp, d)
		fn()
	}
}

//go:linkname gopanic runtime.gopanic
func gopanic(e any) {
	if e == nil {
		e = NilPanic()
	}
	gp := getg()
	checkPanicAllowed(gp, e)
	p := new(task.Panic)
	p.Arg = e
	p.StartSP = sys.GetCallerSP()
	p.StartPC = sys.GetCallerPC()
	p.Link = gp.Panic
	gp.Panic = p
	p.NextSP, p.NextPC = p.StartSP, p.StartPC
	for {
		fn, ok := nextDeferred(gp, p)
		if !ok {
			break
		}
		fn() // recover looks for a frame of gopanic above its caller's
		if p.Recovered {
			task.Mcall(resumeRecovered)
		}
	}
	printable(p)
	FatalPanic(p)
}

// nextDeferred takes the next deferred call of the frames from where p stands
// outwards. The call itself may be nil.
func nextDeferred(gp *task.G, p *task.Panic) (fn func(), ok bool) {
	for {
		if o := (*stack.OpenDefers)(p.Open); o != nil {
			if o.Due(p.SP) {
				return o.Take(p.SP), true
			}
			p.Open = nil
		}
		if d := gp.Defer; d != nil && d.SP == p.SP {
			if d.RangeFunc {
				collected(gp)
				continue
			}
			fn := d.Fn
			d.Fn = nil
			gp.Defer = d.Link
			return fn, true
		}
		mp := task.Acquirem()
		task.Systemstack(nextDeferrer)
		ok := mp.Ret[0] != 0
		task.Releasem(mp)
		if !ok {
			if gp.Defer != nil {
				throw("deferred call of no frame")
			}
			return nil, false
		}
	}
}

// nextDeferrer moves the goroutine's panic on to the next frame with deferred
// calls. It runs on g0, so that the stack stands still.
func nextDeferrer() {
	mp := task.Getg().M
	gp := mp.CurG
	p := gp.Panic
	mp.Ret[0] = 0
	if p.NextPC == 0 {
		return
	}
	var u stack.Unwinder
	for u.InitAt(gp, p.NextPC, p.NextSP); u.Valid(); u.Next() {
		o := u.Fn.OpenDefers()
		if o != nil && !o.Due(u.SP) {
			o = nil
		}
		if o == nil && (gp.Defer == nil || gp.Defer.SP != u.SP) {
			continue
		}
		p.SP, p.PC, p.Open = u.SP, u.LookupPC()+1, unsafe.Pointer(o)
		p.NextPC = 0
		if u.Next(); u.Valid() {
			p.NextSP, p.NextPC = u.SP, u.LookupPC()+1
		}
		mp.Ret[0] = 1
		return
	}
}

func sameValue(x, y any) bool {
	a, b := (*Eface)(unsafe.Pointer(&x)), (*Eface)(unsafe.Pointer(&y))
	return a.Type == b.Type && a.Data == b.Data
}

// checkPanicAllowed dies where a panic could not run deferred calls.
func checkPanicAllowed(gp *task.G, e any) {
	mp := gp.M
	why := ""
	switch {
	case mp.CurG != gp:
		why = "panic on system stack"
	case mp.Mallocing != 0:
		why = "panic during malloc"
	case mp.PreemptOff != "":
		why = "panic during preemptoff"
	case mp.Locks != 0:
		why = "panic holding locks"
	}
	if why != "" {
		PrintLock()
		printstring("panic: ")
		PrintPanicValue(e)
		printnl()
		PrintUnlock()
		throw(why)
	}
}

// resumeRecovered continues the frame whose deferred call recovered the top
// panic. It runs on g0, so that the stack stands still.
func resumeRecovered(gp *task.G) {
	p := gp.Panic
	sp, pc := p.SP, p.PC
	gp.Panic = p.Link
	gp.Sig = 0
	for q := gp.Panic; q != nil && stack.Inside(gp, q.StartSP, sp); q = q.Link {
		if q.Goexit {
			// The frame becomes the caller of Goexit.
			q.StartSP = sp
			q.NextSP, q.NextPC, q.Open = sp, pc, nil
			resume(gp, goexitEntry(), pushReturn(gp, pc, sp), 0)
		}
		q.Aborted = true
		gp.Panic = q.Link
	}
	f := stack.Find(pc - 1)
	if !f.Valid() || f.RecoverPC() == 0 {
		throw("no recovery point")
	}
	resume(gp, f.Entry()+f.RecoverPC(), sp, stack.BodyBP(f, pc, sp))
}

func resume(gp *task.G, pc, sp, bp uintptr) {
	stack.Unwind(gp, sp)
	gp.Sched.PC = pc
	gp.Sched.SP = sp
	gp.Sched.BP = bp
	gp.Sched.Ctxt = nil
	task.Recover(gp)
}

var continueGoexitVar = continueGoexit

func goexitEntry() uintptr { return **(**uintptr)(unsafe.Pointer(&continueGoexitVar)) }

func continueGoexit() {
	runGoexit(getg(), getg().Panic)
}

// Goexit runs all deferred calls and ends the goroutine. To recover it looks
// like no panic.
//
//go:linkname Goexit runtime.Goexit
func Goexit() {
	gp := getg()
	p := new(task.Panic)
	p.Goexit = true
	p.StartSP = sys.GetCallerSP()
	p.StartPC = sys.GetCallerPC()
	p.Link = gp.Panic
	gp.Panic = p
	p.NextSP, p.NextPC = p.StartSP, p.StartPC
	runGoexit(gp, p)
}

func runGoexit(gp *task.G, p *task.Panic) {
	for {
		fn, ok := nextDeferred(gp, p)
		if !ok {
			break
		}
		fn()
	}
	sched.Exit()
}

// gorecover returns the value of the current panic if its caller is a deferred
// function that gopanic called: exactly one frame, not counting the compiler's
// wrappers, lies between them.
//
//go:linkname gorecover runtime.gorecover
func gorecover() any {
	gp := getg()
	p := gp.Panic
	if p == nil || p.Goexit || p.Recovered {
		return nil
	}
	mp := task.Acquirem()
	task.Systemstack(calledByPanic)
	ok := mp.Ret[0] != 0
	task.Releasem(mp)
	if !ok {
		return nil
	}
	p.Recovered = true
	return p.Arg
}

// calledByPanic walks up from gorecover, which called Systemstack.
func calledByPanic() {
	mp := task.Getg().M
	gp := mp.CurG
	pc, sp := gp.Sched.PC, gp.Sched.SP
	mp.Ret[0] = 0
	frames := -1 // gorecover itself does not count
	for {
		f := stack.Find(pc - 1)
		if !f.Valid() {
			return
		}
		if f.ID() == stack.IDPanic {
			if frames == 1 {
				mp.Ret[0] = 1
			}
			return
		}
		// A method inlined into its wrapper is a frame of its own.
		for l := stack.LogicalAt(f, pc-1); ; l = l.Caller() {
			// deferreturn counts as a wrapper: defer recover() in a deferred function recovers.
			if id := l.ID(); id != stack.IDWrapper && id != stack.IDReflectStub {
				frames++
				if frames > 1 {
					return
				}
			}
			if !l.Inlined() {
				break
			}
		}
		pc, sp = stack.CallerOf(gp, f, pc, sp)
	}
}

type stringer interface{ String() string }

// printable replaces the values of p and the panics before it by what will be
// printed, calling methods of the user while that is still possible.
func printable(p *task.Panic) {
	defer badPanicValue()
	MarkRepanicked(p)
	for ; p != nil; p = p.Link {
		if q := p.Link; q != nil && q.Repanicked {
			continue // the same value
		}
		switch v := p.Arg.(type) {
		case error:
			p.Arg = v.Error()
		case stringer:
			p.Arg = v.String()
		}
	}
}

// MarkRepanicked marks panics whose value was raised again by the panic that followed: they are printed once.
func MarkRepanicked(p *task.Panic) {
	for ; p != nil; p = p.Link {
		if q := p.Link; q != nil && sameValue(q.Arg, p.Arg) {
			q.Repanicked = true
		}
	}
}

func badPanicValue() {
	const text = "panic while printing panic value"
	switch r := recover().(type) {
	case nil:
	case string:
		throw(text + ": " + r)
	default:
		throw(text + ": type " + TypeString((*Eface)(unsafe.Pointer(&r)).Type))
	}
}

// PrintPanics prints p and the panics before it, oldest first.
func PrintPanics(p *task.Panic) {
	if p.Link != nil {
		PrintPanics(p.Link)
		if p.Link.Repanicked {
			return
		}
		if !p.Link.Goexit {
			printstring("\t")
		}
	}
	if p.Goexit {
		return
	}
	printstring("panic: ")
	PrintPanicValue(p.Arg)
	switch {
	case p.Recovered && p.Repanicked:
		printstring(" [recovered, repanicked]")
	case p.Recovered:
		printstring(" [recovered]")
	}
	printnl()
}

// PrintPanicValue prints basic kinds plainly, named basic kinds as conversions,
// others as address.
func PrintPanicValue(v any) {
	switch v := v.(type) {
	case nil:
		printstring("nil")
	case bool:
		printbool(v)
	case int:
		printint(int64(v))
	case int8:
		printint(int64(v))
	case int16:
		printint(int64(v))
	case int32:
		printint(int64(v))
	case int64:
		printint(v)
	case uint:
		printuint(uint64(v))
	case uint8:
		printuint(uint64(v))
	case uint16:
		printuint(uint64(v))
	case uint32:
		printuint(uint64(v))
	case uint64:
		printuint(v)
	case uintptr:
		printuint(uint64(v))
	case float32:
		printfloat32(v)
	case float64:
		printfloat64(v)
	case complex64:
		printcomplex64(v)
	case complex128:
		printcomplex128(v)
	case string:
		PrintIndented(v)
	default:
		printNamedValue((*Eface)(unsafe.Pointer(&v)))
	}
}

// Hooks, set by package runtime.
var (
	// FatalPanic reports a panic that nobody recovered and ends the process.
	FatalPanic func(p *task.Panic)
	// NilPanic is the value of panic(nil).
	NilPanic func() any

	// NewRuntimeError makes a runtime.Error with text "runtime error: " + s,
	// NewPlainError one with text s.
	NewRuntimeError func(s string) any
	NewPlainError   func(s string) any
)

//go:build strata

package runtime

import (
	"internal/trace/tracev2"
	"runtime/internal/task"
	"runtime/internal/trace"
	"unsafe"
)

// The annotations of package runtime/trace as events of the running goroutine.

// annotate writes an event on the system stack: up to two numbers, up to two
// strings, and the stack.
func annotate(ev tracev2.EventType, numbers int, a, b uint64, texts int, s, s2 string) {
	if trace.On == 0 {
		return
	}
	mp := task.Acquirem()
	mp.Arg[0], mp.Arg[1], mp.Arg[2], mp.Arg[3] = uintptr(ev), uintptr(numbers)<<8|uintptr(texts), uintptr(a), uintptr(b)
	mp.Arg[4], mp.Arg[5] = uintptr(len(s)), uintptr(len(s2))
	mp.ArgP[0], mp.ArgP[1] = unsafe.Pointer(unsafe.StringData(s)), unsafe.Pointer(unsafe.StringData(s2))
	task.Systemstack(annotateOnG0)
	mp.ArgP[0], mp.ArgP[1] = nil, nil
	task.Releasem(mp)
}

func annotateOnG0() {
	mp := task.Getg().M
	var args [5]uint64
	n := 0
	for i := uintptr(0); i < mp.Arg[1]>>8; i++ {
		args[n] = uint64(mp.Arg[2+i])
		n++
	}
	for i := uintptr(0); i < mp.Arg[1]&0xff; i++ {
		args[n] = trace.String(unsafe.String((*byte)(mp.ArgP[i]), int(mp.Arg[4+i])))
		n++
	}
	args[n] = trace.Stack(mp.CurG)
	trace.Event(tracev2.EventType(mp.Arg[0]), args[:n+1]...)
}

//go:linkname trace_userTaskCreate runtime/trace.userTaskCreate
func trace_userTaskCreate(id, parentID uint64, taskType string) {
	annotate(tracev2.EvUserTaskBegin, 2, id, parentID, 1, taskType, "")
}

//go:linkname trace_userTaskEnd runtime/trace.userTaskEnd
func trace_userTaskEnd(id uint64) { annotate(tracev2.EvUserTaskEnd, 1, id, 0, 0, "", "") }

//go:linkname trace_userRegion runtime/trace.userRegion
func trace_userRegion(id, mode uint64, name string) {
	ev := tracev2.EvUserRegionBegin
	if mode != 0 {
		ev = tracev2.EvUserRegionEnd
	}
	annotate(ev, 1, id, 0, 1, name, "")
}

//go:linkname trace_userLog runtime/trace.userLog
func trace_userLog(id uint64, category, message string) {
	annotate(tracev2.EvUserLog, 1, id, 0, 2, category, message)
}

//go:build strata && race

package runtime

import (
	"internal/abi"
	"internal/runtime/sys"
	"runtime/internal/race"
	"unsafe"
)

// The detector's interface, public and of internal/race.

// RaceRead, RaceWrite and the like tell of an access by their caller.
//
//go:noinline
func RaceRead(addr unsafe.Pointer) {
	raceSpan(addr, 1, race.Read, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
}

//go:noinline
func RaceWrite(addr unsafe.Pointer) {
	raceSpan(addr, 1, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
}

//go:noinline
func RaceReadRange(addr unsafe.Pointer, n int) {
	raceSpan(addr, n, race.Read, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
}

//go:noinline
func RaceWriteRange(addr unsafe.Pointer, n int) {
	raceSpan(addr, n, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
}

//go:linkname race_Read internal/race.Read
//go:noinline
func race_Read(addr unsafe.Pointer) {
	raceSpan(addr, 1, race.Read, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
}

//go:linkname race_Write internal/race.Write
//go:noinline
func race_Write(addr unsafe.Pointer) {
	raceSpan(addr, 1, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
}

//go:linkname race_ReadRange internal/race.ReadRange
//go:noinline
func race_ReadRange(addr unsafe.Pointer, n int) {
	raceSpan(addr, n, race.Read, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
}

//go:linkname race_WriteRange internal/race.WriteRange
//go:noinline
func race_WriteRange(addr unsafe.Pointer, n int) {
	raceSpan(addr, n, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
}

func raceSpan(addr unsafe.Pointer, n int, kind uint64, pc, fp uintptr) {
	race.Range(getg(), uintptr(addr), uintptr(n), kind, pc, fp)
}

// Accesses that functions of the library tell of for their callers. Where these return to, and where they begin, the stack tells.

//go:linkname race_ReadPC internal/race.ReadPC
//go:noinline
func race_ReadPC(addr unsafe.Pointer, callerpc, pc uintptr) {
	raceSpan(addr, int(1), race.Read, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
}

//go:linkname race_WritePC internal/race.WritePC
//go:noinline
func race_WritePC(addr unsafe.Pointer, callerpc, pc uintptr) {
	raceSpan(addr, int(1), race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
}

//go:linkname race_ReadObjectPC internal/race.ReadObjectPC
//go:noinline
func race_ReadObjectPC(t *abi.Type, addr unsafe.Pointer, callerpc, pc uintptr) {
	raceSpan(addr, int(raceObjectSize(t)), race.Read, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
}

//go:linkname race_WriteObjectPC internal/race.WriteObjectPC
//go:noinline
func race_WriteObjectPC(t *abi.Type, addr unsafe.Pointer, callerpc, pc uintptr) {
	raceSpan(addr, int(raceObjectSize(t)), race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
}

func RaceErrors() int { return raceCount() }

//go:linkname race_Errors internal/race.Errors
func race_Errors() int { return raceCount() }

func RaceAcquire(addr unsafe.Pointer)      { race.Acquire(race.Of(getg()), uintptr(addr)) }
func RaceRelease(addr unsafe.Pointer)      { race.Release(race.Of(getg()), uintptr(addr)) }
func RaceReleaseMerge(addr unsafe.Pointer) { race.ReleaseMerge(race.Of(getg()), uintptr(addr)) }
func RaceDisable()                         { race.Ignore(race.Of(getg()), 1) }
func RaceEnable()                          { race.Ignore(race.Of(getg()), -1) }

//go:linkname race_Acquire internal/race.Acquire
func race_Acquire(addr unsafe.Pointer) { RaceAcquire(addr) }

//go:linkname race_Release internal/race.Release
func race_Release(addr unsafe.Pointer) { RaceRelease(addr) }

//go:linkname race_ReleaseMerge internal/race.ReleaseMerge
func race_ReleaseMerge(addr unsafe.Pointer) { RaceReleaseMerge(addr) }

//go:linkname race_Disable internal/race.Disable
func race_Disable() { RaceDisable() }

//go:linkname race_Enable internal/race.Enable
func race_Enable() { RaceEnable() }

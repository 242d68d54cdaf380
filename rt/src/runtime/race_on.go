//go:build strata && race

package runtime

import (
	"internal/runtime/sys"
	"runtime/internal/race"
	"unsafe"
)

// What compiled code calls in front of each access.

//go:noinline
func raceread1(p unsafe.Pointer) {
	if addr := uintptr(p); addr&7 <= 8-1 {
		race.Access(getg(), addr, 1, race.Read, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	} else {
		race.Range(getg(), addr, 1, race.Read, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	}
}

//go:noinline
func raceread2(p unsafe.Pointer) {
	if addr := uintptr(p); addr&7 <= 8-2 {
		race.Access(getg(), addr, 2, race.Read, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	} else {
		race.Range(getg(), addr, 2, race.Read, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	}
}

//go:noinline
func raceread4(p unsafe.Pointer) {
	if addr := uintptr(p); addr&7 <= 8-4 {
		race.Access(getg(), addr, 4, race.Read, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	} else {
		race.Range(getg(), addr, 4, race.Read, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	}
}

//go:noinline
func raceread8(p unsafe.Pointer) {
	if addr := uintptr(p); addr&7 <= 8-8 {
		race.Access(getg(), addr, 8, race.Read, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	} else {
		race.Range(getg(), addr, 8, race.Read, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	}
}

//go:noinline
func racereadrange(p unsafe.Pointer, n int) {
	race.Range(getg(), uintptr(p), uintptr(n), race.Read, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
}

//go:noinline
func racewrite1(p unsafe.Pointer) {
	if addr := uintptr(p); addr&7 <= 8-1 {
		race.Access(getg(), addr, 1, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	} else {
		race.Range(getg(), addr, 1, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	}
}

//go:noinline
func racewrite2(p unsafe.Pointer) {
	if addr := uintptr(p); addr&7 <= 8-2 {
		race.Access(getg(), addr, 2, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	} else {
		race.Range(getg(), addr, 2, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	}
}

//go:noinline
func racewrite4(p unsafe.Pointer) {
	if addr := uintptr(p); addr&7 <= 8-4 {
		race.Access(getg(), addr, 4, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	} else {
		race.Range(getg(), addr, 4, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	}
}

//go:noinline
func racewrite8(p unsafe.Pointer) {
	if addr := uintptr(p); addr&7 <= 8-8 {
		race.Access(getg(), addr, 8, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	} else {
		race.Range(getg(), addr, 8, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	}
}

//go:noinline
func racewriterange(p unsafe.Pointer, n int) {
	race.Range(getg(), uintptr(p), uintptr(n), race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
}

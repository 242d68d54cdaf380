//go:build strata

package lang

import (
	"internal/abi"
	"internal/runtime/maps"
	"internal/runtime/sys"
	"runtime/internal/race"
	"unsafe"
)

// Maps are internal/runtime/maps's. It defines the accesses and assignments
// under runtime's names; the rest is here.

//go:linkname mapaccess1 runtime.mapaccess1
func mapaccess1(t *abi.MapType, m *maps.Map, key unsafe.Pointer) unsafe.Pointer

//go:linkname mapaccess2 runtime.mapaccess2
func mapaccess2(t *abi.MapType, m *maps.Map, key unsafe.Pointer) (unsafe.Pointer, bool)

//go:linkname mapaccess2_faststr runtime.mapaccess2_faststr
func mapaccess2_faststr(t *abi.MapType, m *maps.Map, key string) (unsafe.Pointer, bool)

//go:linkname mapassign runtime.mapassign
func mapassign(t *abi.MapType, m *maps.Map, key unsafe.Pointer) unsafe.Pointer

//go:linkname mapassign_faststr runtime.mapassign_faststr
func mapassign_faststr(t *abi.MapType, m *maps.Map, key string) unsafe.Pointer

//go:linkname mapdelete_faststr runtime.mapdelete_faststr
func mapdelete_faststr(t *abi.MapType, m *maps.Map, key string)

//go:linkname makemap64 runtime.makemap64
func makemap64(t *abi.MapType, hint int64, m *maps.Map) *maps.Map {
	return makemap(t, int(hint), m)
}

//go:linkname makemap_small runtime.makemap_small
func makemap_small() *maps.Map { return maps.NewEmptyMap() }

// makemap makes a map for hint entries, in *m if that is given.
//
//go:linkname makemap runtime.makemap
func makemap(t *abi.MapType, hint int, m *maps.Map) *maps.Map {
	return maps.NewMap(t, uintptr(max(hint, 0)), m, maxAlloc)
}

// The fat forms serve elements larger than ZeroVal: zero is the caller's own.

//go:linkname mapaccess1_fat runtime.mapaccess1_fat
func mapaccess1_fat(t *abi.MapType, m *maps.Map, key, zero unsafe.Pointer) unsafe.Pointer {
	if e, ok := mapaccess2(t, m, key); ok {
		return e
	}
	return zero
}

//go:linkname mapaccess2_fat runtime.mapaccess2_fat
func mapaccess2_fat(t *abi.MapType, m *maps.Map, key, zero unsafe.Pointer) (unsafe.Pointer, bool) {
	if e, ok := mapaccess2(t, m, key); ok {
		return e, true
	}
	return zero, false
}

//go:linkname mapdelete runtime.mapdelete
func mapdelete(t *abi.MapType, m *maps.Map, key unsafe.Pointer) {
	if race.Enabled {
		raceMap(m, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	}
	if race.Enabled && m != nil {
		raceKey(t, key, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	}
	m.Delete(t, key)
}

//go:linkname mapclear runtime.mapclear
func mapclear(t *abi.MapType, m *maps.Map) {
	if race.Enabled {
		raceMap(m, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	}
	m.Clear(t)
}

//go:linkname mapIterStart runtime.mapIterStart
func mapIterStart(t *abi.MapType, m *maps.Map, it *maps.Iter) {
	if race.Enabled {
		raceMap(m, race.Read, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	}
	it.Init(t, m)
	it.Next()
}

//go:linkname mapIterNext runtime.mapIterNext
func mapIterNext(it *maps.Iter) {
	if race.Enabled {
		raceMap(it.Map(), race.Read, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	}
	it.Next()
}

//go:linkname mapclone maps.clone
func mapclone(m any) any {
	e := (*Eface)(unsafe.Pointer(&m))
	if race.Enabled {
		raceMap((*maps.Map)(e.Data), race.Read, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	}
	e.Data = unsafe.Pointer((*maps.Map)(e.Data).Clone((*abi.MapType)(unsafe.Pointer(e.Type))))
	return m
}

//go:linkname reflect_makemap reflect.makemap
func reflect_makemap(t *abi.MapType, n int) *maps.Map {
	if t.Key.Equal == nil {
		throw("runtime.reflect_makemap: unsupported map key type")
	}
	return makemap(t, n, nil)
}

// reflect wants nil for a missing element.

//go:linkname reflect_mapaccess reflect.mapaccess
func reflect_mapaccess(t *abi.MapType, m *maps.Map, key unsafe.Pointer) unsafe.Pointer {
	e, ok := mapaccess2(t, m, key)
	if !ok {
		return nil
	}
	return e
}

//go:linkname reflect_mapaccess_faststr reflect.mapaccess_faststr
func reflect_mapaccess_faststr(t *abi.MapType, m *maps.Map, key string) unsafe.Pointer {
	e, ok := mapaccess2_faststr(t, m, key)
	if !ok {
		return nil
	}
	return e
}

//go:linkname reflect_mapassign0 reflect.mapassign0
func reflect_mapassign0(t *abi.MapType, m *maps.Map, key, elem unsafe.Pointer) {
	TypedMove(t.Elem, mapassign(t, m, key), elem)
}

//go:linkname reflect_mapassign_faststr0 reflect.mapassign_faststr0
func reflect_mapassign_faststr0(t *abi.MapType, m *maps.Map, key string, elem unsafe.Pointer) {
	TypedMove(t.Elem, mapassign_faststr(t, m, key), elem)
}

//go:linkname reflect_mapdelete reflect.mapdelete
func reflect_mapdelete(t *abi.MapType, m *maps.Map, key unsafe.Pointer) { mapdelete(t, m, key) }

//go:linkname reflect_mapdelete_faststr reflect.mapdelete_faststr
func reflect_mapdelete_faststr(t *abi.MapType, m *maps.Map, key string) {
	mapdelete_faststr(t, m, key)
}

//go:linkname reflect_mapclear reflect.mapclear
func reflect_mapclear(t *abi.MapType, m *maps.Map) { mapclear(t, m) }

//go:linkname reflect_maplen reflect.maplen
func reflect_maplen(m *maps.Map) int {
	if m == nil {
		return 0
	}
	if race.Enabled {
		raceMap(m, race.Read, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	}
	return int(m.Used())
}

//go:linkname reflectlite_maplen internal/reflectlite.maplen
func reflectlite_maplen(m *maps.Map) int { return reflect_maplen(m) }

//go:linkname maps_fatal internal/runtime/maps.fatal
func maps_fatal(s string) { fatal(s) }

//go:linkname maps_rand internal/runtime/maps.rand
func maps_rand() uint64 { return rand() }

//go:linkname maps_typeString internal/runtime/maps.typeString
func maps_typeString(t *abi.Type) string { return TypeString(t) }

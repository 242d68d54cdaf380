//go:build strata && !race

package runtime

import "unsafe"

// The functions that compiled code calls in programs for the race detector; in others nothing calls them.

func raceread1(p unsafe.Pointer)             {}
func raceread2(p unsafe.Pointer)             {}
func raceread4(p unsafe.Pointer)             {}
func raceread8(p unsafe.Pointer)             {}
func racereadrange(p unsafe.Pointer, n int)  {}
func racewrite1(p unsafe.Pointer)            {}
func racewrite2(p unsafe.Pointer)            {}
func racewrite4(p unsafe.Pointer)            {}
func racewrite8(p unsafe.Pointer)            {}
func racewriterange(p unsafe.Pointer, n int) {}

// Package goroot holds what Strata knows of the releases of Go whose standard library and language it implements: a row
// for each release. A Strata serves one release, that of the go/types it was built with; the others' rows say what to type
// to get a Strata that serves them.
//
// What can be read from GOROOT at build time is not repeated here. A row has only what no file of GOROOT states in
// a form that a program can read, or what Strata's own runtime has to say differently.
package goroot

import (
	"fmt"
	"slices"
	"strings"
)

// A Release is a minor release of Go.
type Release struct {
	Number int    // of the minor release: 26 for Go 1.26
	Latest string // the patch release that Strata is tested with, "go1.26.8"
	// Experiments are GOEXPERIMENTs that are on by default on linux/amd64.
	Experiments []string
	// MapType names the words of a map type's descriptor (internal/abi.MapType) that say where a group has its entries,
	// in order; the first stands at MapTypeWords.
	MapType []string
	// TestVet are the analyses that go test runs when -vet says nothing.
	TestVet []string
	// Known are all names that GOEXPERIMENT may have, with what each concerns.
	Known map[string]Concern
}

// MapTypeWords is the offset of the first word of Release.MapType, behind the types and the hash function.
const MapTypeWords = 80

// MapWord is the offset of a word of a map type's descriptor by its name in internal/abi; ok is false where the release has none of that name.
func (r *Release) MapWord(name string) (offset int, ok bool) {
	i := slices.Index(r.MapType, name)
	return MapTypeWords + 8*i, i >= 0
}

// MapTypeSize is the size of a map type's descriptor.
func (r *Release) MapTypeSize() int { return MapTypeWords + 8*len(r.MapType) }

// A Concern says what an experiment changes, hence what Strata makes of it.
type Concern int

const (
	// Library experiments choose files of the library by build tags, or a package-level constant.
	Library Concern = iota
	// Language experiments change what the compiler accepts or how it translates.
	Language
	// Internals experiments change only gc's own compiler, linker or runtime.
	Internals
)

// Minor is the release's language version, "go1.26".
func (r *Release) Minor() string { return fmt.Sprintf("go1.%d", r.Number) }

// Has says whether a version ("go1.26.8", "go1.26rc1", "go1.26") is of the release.
func (r *Release) Has(version string) bool {
	rest, ok := strings.CutPrefix(version, r.Minor())
	return ok && (rest == "" || rest[0] < '0' || rest[0] > '9')
}

// Releases are all that Strata's sources support, oldest first.
var Releases = []*Release{&go126, &go127}

// Find gives the release that a version is of, nil for none.
func Find(version string) *Release {
	for _, r := range Releases {
		if r.Has(version) {
			return r
		}
	}
	return nil
}

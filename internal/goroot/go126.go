package goroot

var go126 = Release{
	Number: 26, Latest: "go1.26.8",
	Experiments: []string{"regabiwrappers", "regabiargs", "dwarf5", "greenteagc", "randomizedheapbase64"},
	MapType:     []string{"GroupSize", "SlotSize", "ElemOff", "Flags"},
	TestVet:     []string{"atomic", "bool", "buildtags", "directive", "errorsas", "ifaceassert", "nilfunc", "printf", "slog", "stringintconv", "tests"},
	Known: map[string]Concern{
		"arenas": Library, "jsonv2": Library, "goroutineleakprofile": Library, "simd": Library, "runtimesecret": Library,
		"loopvar":    Language,
		"fieldtrack": Internals, "preemptibleloops": Internals, "staticlockranking": Internals, "boringcrypto": Internals,
		"regabiwrappers": Internals, "regabiargs": Internals, "heapminimum512kib": Internals, "cgocheck2": Internals,
		"newinliner": Internals, "dwarf5": Internals, "greenteagc": Internals, "randomizedheapbase64": Internals,
		"runtimefreegc": Internals, "sizespecializedmalloc": Internals,
	},
}

package goroot

var go127 = Release{
	Number: 27, Latest: "go1.27.4",
	Experiments: []string{"regabiwrappers", "regabiargs", "dwarf5", "greenteagc", "randomizedheapbase64", "jsonv2",
		"sizespecializedmalloc"},
	MapType: []string{"GroupSize", "KeysOff", "KeyStride", "ElemsOff", "ElemStride", "ElemOff", "Flags"},
	TestVet: []string{"atomic", "bools", "buildtag", "directive", "errorsas", "ifaceassert", "nilfunc", "printf", "slog", "stdversion", "stringintconv", "tests"},
	Known: map[string]Concern{
		"arenas": Library, "jsonv2": Library, "simd": Library, "runtimesecret": Library,
		"mapsplitgroup": Language, "loopvar": Language,
		"fieldtrack": Internals, "preemptibleloops": Internals, "staticlockranking": Internals, "boringcrypto": Internals,
		"regabiwrappers": Internals, "regabiargs": Internals, "heapminimum512kib": Internals, "cgocheck2": Internals,
		"newinliner": Internals, "dwarf5": Internals, "greenteagc": Internals, "randomizedheapbase64": Internals,
		"runtimefreegc": Internals, "sizespecializedmalloc": Internals,
	},
}

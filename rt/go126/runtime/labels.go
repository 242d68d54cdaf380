//go:build strata

package runtime

import (
	"internal/runtime/pprof/label"
	"runtime/internal/lang"
)

// endStatus prints a goroutine's profiler labels, and ends what the goroutine's header has in brackets: labels:{"key": "value", "key": "value"}].
func endStatus(list []label.Label) {
	for i := range list {
		if i == 0 {
			print(" labels:{")
		} else {
			print(", ")
		}
		lang.PrintQuoted(list[i].Key)
		print(": ")
		lang.PrintQuoted(list[i].Value)
	}
	if len(list) > 0 {
		print("}")
	}
	print("]")
}

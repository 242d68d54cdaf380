//go:build strata

package runtime

import (
	"internal/runtime/pprof/label"
	"runtime/internal/lang"
)

// endStatus ends what a goroutine's header has in brackets, and prints the goroutine's profiler labels behind it: {key: value, key: value}.
func endStatus(list []label.Label) {
	print("]")
	for i := range list {
		if i == 0 {
			print(" {")
		} else {
			print(", ")
		}
		printLabelPart(list[i].Key)
		print(": ")
		printLabelPart(list[i].Value)
	}
	if len(list) > 0 {
		print("}")
	}
}

// printLabelPart prints a key or value, in quotes if anything but letters, digits, dots, slashes and underscores is in it, so that readers
// of tracebacks can tell parts from what stands between them.
func printLabelPart(s string) {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '.', c == '/', c == '_':
		default:
			lang.PrintQuoted(s)
			return
		}
	}
	print(s)
}

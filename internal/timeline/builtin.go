package timeline

import (
	"embed"
	"os"
	"path/filepath"
)

// Builtin lists the programs that strata timeline brings along. Their sources are in the folder programs, a function each.
var Builtin = []Program{
	builtin("concat", "string concatenation: a byte at a time, each step allocates and copies", `^main\.concat`),
	builtin("pause", "collections beside a live heap of 512 MB: pauses, and the longest time the program stands still", `^main\.(count|churn)$`),
	builtin("stacks", "collections beside 20,000 goroutines with deep stacks: what scanning stacks again costs", `^main\.waitDeep$`),
	builtin("trees", "binary trees: allocation and collection of short-lived objects", `^main\.(plant|count)$`),
	builtin("ptrwrites", "pointer stores while the collector rests and while it marks: the write barrier", `^main\.rotate$`),
	builtin("hotsplit", "a call in a loop at every depth of the stack: the hot split of segmented stacks", `^main\.leaf$`),
	builtin("recursion", "ten thousand frames of 256 bytes: growing a stack", `^main\.deep$`),
	builtin("tightloop", "a goroutine waits beside a loop without calls on one processor: preemption", `^main\.spin$`),
	builtin("pingpong", "two goroutines send a number to and fro", ""),
	builtin("storm", "goroutines by the thousand start, and 64 pairs talk on one, two and eight processors", ""),
	builtin("calls", "function calls: recursion, many arguments, strings, defer", `^main\.(fib|mix|cut|deferred)$`),
	builtin("iface", "calls of interface methods", `^main\.total$`),
	builtin("compute", "arithmetic in loops: planets, sieve, matrices", `^main\.(advance|sieve)$`),
}

func builtin(name, doc, listing string) Program {
	return Program{Name: name, Doc: doc, Args: []string{name}, Listing: listing}
}

//go:embed programs/*.go
var sources embed.FS

// FindProgram finds a built-in program; nil if there is none of that name.
func FindProgram(name string) *Program {
	for i := range Builtin {
		if Builtin[i].Name == name {
			return &Builtin[i]
		}
	}
	return nil
}

// Unpack writes the sources of the built-in programs into dir and returns the files' names.
func Unpack(dir string) ([]string, error) {
	entries, err := sources.ReadDir("programs")
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		text, err := sources.ReadFile("programs/" + e.Name())
		if err != nil {
			return nil, err
		}
		file := filepath.Join(dir, e.Name())
		if err := os.WriteFile(file, text, 0o666); err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	return files, nil
}

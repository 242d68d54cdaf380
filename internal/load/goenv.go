package load

import (
	"os"
	"path/filepath"
	"strings"
)

// Getenv gives the value of a variable of the go command: the environment's, else what `go env -w` has stored.
// No process is started.
func Getenv(name string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	data, err := os.ReadFile(goenvFile()) // "off" is no file either
	if err != nil {
		return ""
	}
	value := ""
	for line := range strings.Lines(string(data)) {
		if v, ok := strings.CutPrefix(strings.TrimSpace(line), name+"="); ok {
			value = v
		}
	}
	return value
}

// goenvFile is where `go env -w` stores, "" if that is not known.
func goenvFile() string {
	if file := os.Getenv("GOENV"); file != "" {
		return file
	}
	dir, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "go", "env")
}

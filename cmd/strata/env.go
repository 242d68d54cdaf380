package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"

	"strata/internal/cache"
	"strata/internal/load"
)

var cmdEnv = &command{
	name:  "env",
	args:  "[-json] [var ...]",
	short: "print the environment of builds",
	long: `Env prints what Strata builds for and with, as shell assignments or as JSON; of named variables only the
values. Variables that Strata does not know are the go command's.`,
	run: runEnv,
}

func runEnv(c *command, args []string) int {
	fs := newFlags(c)
	asJSON := fs.Bool("json", false, "")
	if parseFlags(c, fs, args) != nil {
		return 2
	}
	goroot, goVersion, err := load.FindGoroot(nil)
	if err != nil {
		return report(err)
	}
	cacheDir, err := cache.Dir()
	if err != nil {
		return report(err)
	}
	m, err := machine()
	if err != nil {
		return report(fmt.Errorf("strata: %w", err))
	}
	vars := map[string]string{
		"STRATACACHE":   cacheDir,
		"STRATAVERSION": Version,
		"GOROOT":        goroot,
		"GOVERSION":     goVersion,
		"GOOS":          m.GOOS,
		"GOARCH":        m.GOARCH,
		"CGO_ENABLED":   "0",
	}
	if m.LevelVar != "" {
		vars[m.LevelVar] = m.Level
	}
	for _, name := range []string{"GOPATH", "GOMODCACHE", "GOMOD", "GOWORK", "GOFLAGS", "GOTOOLCHAIN"} {
		vars[name] = goEnv(goroot, name)
	}
	names := fs.Args()
	if len(names) > 0 && !*asJSON {
		for _, name := range names {
			value, ok := vars[name]
			if !ok {
				value = goEnv(goroot, name)
			}
			fmt.Println(value)
		}
		return 0
	}
	if len(names) == 0 {
		for name := range vars {
			names = append(names, name)
		}
		sort.Strings(names)
	}
	if *asJSON {
		out := map[string]string{}
		for _, name := range names {
			out[name] = vars[name]
		}
		data, _ := json.MarshalIndent(out, "", "\t") // strings always encode
		fmt.Printf("%s\n", data)
		return 0
	}
	for _, name := range names {
		fmt.Printf("%s='%s'\n", name, vars[name])
	}
	return 0
}

// goEnv asks the go command; what it cannot say is empty.
func goEnv(goroot, name string) string {
	cmd := exec.Command(filepath.Join(goroot, "bin", "go"), "env", name)
	cmd.Stderr = os.Stderr
	out, _ := cmd.Output()
	for len(out) > 0 && out[len(out)-1] == '\n' {
		out = out[:len(out)-1]
	}
	return string(out)
}

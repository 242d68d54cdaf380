package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"sort"

	"strata/internal/cache"
	"strata/internal/load"
)

var cmdEnv = &command{
	name:  "env",
	args:  "[-json] [-changed] [-u] [-w] [var ...]",
	short: "print the environment of builds",
	long: `Env prints what Strata builds for and with, as shell assignments or as JSON; of named variables only the
values. Variables that Strata has no say in are the go command's, and so are -w and -u, which set and unset defaults in its
file of settings, and -changed.`,
	run: runEnv,
}

func runEnv(c *command, args []string) int {
	fs := newFlags(c)
	asJSON := fs.Bool("json", false, "")
	for _, name := range []string{"w", "u", "changed"} {
		fs.Bool(name, false, "")
	}
	if parseFlags(c, fs, args) != nil {
		return 2
	}
	theirs := false
	fs.Visit(func(f *flag.Flag) { theirs = theirs || f.Name != "json" })
	if theirs {
		return handOver(append([]string{"env"}, args...)...)
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
	vars, err = withGoEnv(vars)
	if err != nil {
		return report(err)
	}
	names := fs.Args()
	if len(names) > 0 && !*asJSON {
		for _, name := range names {
			fmt.Println(vars[name])
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

// withGoEnv adds to ours the variables that the go command has beside.
func withGoEnv(ours map[string]string) (map[string]string, error) {
	goCmd, err := load.GoCommand()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(goCmd, "env", "-json")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	all := map[string]string{}
	if err := json.Unmarshal(out, &all); err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	maps.Copy(all, ours)
	return all, nil
}

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"sort"
	"strconv"
	"time"

	"strata/internal/design"
	"strata/internal/load"
	"strata/internal/vcs"
)

// buildInfo gives the text that runtime/debug.ReadBuildInfo parses, without its first line.
func buildInfo(prog *load.Program, main *load.Package, b *buildFlags) (string, error) {
	info := &debug.BuildInfo{Path: main.ImportPath}
	if main.Module != nil {
		info.Main = *moduleInfo(main.Module)
		if info.Main.Version == "" {
			info.Main.Version = "(devel)"
		}
	}
	seen := map[string]bool{info.Main.Path: true}
	for _, p := range prog.For(main).Packages {
		if m := p.Module; m != nil && !seen[m.Path] {
			seen[m.Path] = true
			info.Deps = append(info.Deps, moduleInfo(m))
		}
	}
	sort.Slice(info.Deps, func(i, j int) bool { return info.Deps[i].Path < info.Deps[j].Path })
	set := func(key, value string) {
		info.Settings = append(info.Settings, debug.BuildSetting{Key: key, Value: value})
	}
	set("-buildmode", "exe")
	set("-compiler", "gc")
	if b.cover.on {
		set("-cover", "true")
	}
	if b.gcflags.text != "" {
		set("-gcflags", b.gcflags.text)
	}
	if b.ldflags.text != "" && !b.trimpath { // they may hold paths
		set("-ldflags", b.ldflags.text)
	}
	if b.race {
		set("-race", "true")
	}
	if b.tags != "" {
		set("-tags", b.tags)
	}
	if b.trimpath {
		set("-trimpath", "true")
	}
	if b.profile != "" {
		name := b.profile
		if b.trimpath {
			name = filepath.Base(name)
		}
		set("-pgo", name)
	}
	if d := prog.For(main).GODEBUG(); d != "" {
		set("DefaultGODEBUG", d)
	}
	if v := load.Getenv("GOEXPERIMENT"); v != "" {
		set("GOEXPERIMENT", v)
	}
	if v := load.Getenv("GOFIPS140"); v != "" && v != "off" {
		set("GOFIPS140", v)
	}
	set("CGO_ENABLED", "0")
	m := theMachine()
	set("GOARCH", m.GOARCH)
	set("GOOS", m.GOOS)
	if m.LevelVar != "" {
		set(m.LevelVar, m.Level)
	}
	for _, d := range design.Dimensions {
		set("-"+d.Name, b.designs[d.Name])
	}
	state, err := b.stateOf(b.place(main))
	b.stamped = stampText(state)
	if err != nil {
		return "", fmt.Errorf("error obtaining VCS status: %w\n\tUse -buildvcs=false to disable VCS stamping.", err)
	}
	if state != nil {
		set("vcs", state.System)
		if state.Revision != "" {
			set("vcs.revision", state.Revision)
			set("vcs.time", state.Time.Format(time.RFC3339Nano))
		}
		set("vcs.modified", strconv.FormatBool(state.Modified))
		if state.Version != "" {
			info.Main.Version = state.Version
		}
	}
	return info.String(), nil
}

// place is where main comes from, if its executable is to be stamped with the state of version control there.
func (b *buildFlags) place(main *load.Package) mainPlace {
	m := main.Module
	if b.vcs == vcsOff || b.vcs == vcsAuto && !b.released || m == nil || !m.Main {
		return mainPlace{}
	}
	return mainPlace{dir: main.Dir, module: m.Dir, path: m.Path}
}

// stateOf is the state of the repository that a command is built from; nil if the executable is not to be stamped with it.
func (b *buildFlags) stateOf(main mainPlace) (*vcs.State, error) {
	if main == (mainPlace{}) {
		return nil, nil
	}
	dir, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	state, err := vcs.Of(vcs.Main{Dir: dir, Package: main.dir, Module: main.module, Path: main.path})
	if b.vcs == vcsAuto && errors.Is(err, vcs.ErrUnusable) {
		return nil, nil
	}
	return state, err
}

func moduleInfo(m *load.Module) *debug.Module {
	out := &debug.Module{Path: m.Path, Version: m.Version, Sum: m.Sum}
	if m.Replace != nil {
		out.Sum = ""
		out.Replace = moduleInfo(m.Replace)
	}
	if out.Version == "" && !m.Main {
		out.Version = "(devel)"
	}
	return out
}

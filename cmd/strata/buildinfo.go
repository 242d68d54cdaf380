package main

import (
	"path/filepath"
	"runtime/debug"
	"sort"

	"strata/internal/design"
	"strata/internal/load"
)

// buildInfo gives the text that runtime/debug.ReadBuildInfo parses, without its first line.
func buildInfo(prog *load.Program, main *load.Package, b *buildFlags) string {
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
	set("CGO_ENABLED", "0")
	set("GOARCH", "amd64")
	set("GOOS", "linux")
	set("GOAMD64", "v1")
	for _, d := range design.Dimensions {
		set("-"+d.Name, b.designs[d.Name])
	}
	return info.String()
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

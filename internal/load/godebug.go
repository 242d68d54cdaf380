package load

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// GODEBUG gives the settings that a program made by For has where $GODEBUG says nothing, "panicnil=1,x=y":
// //go:debug lines over the godebug lines of the main module over what its go version implies.
func (p *Program) GODEBUG() string {
	if p.Main == nil || p.Main.Name != "main" {
		return ""
	}
	version, set := p.session.mainModule()
	if v := Getenv("GOFIPS140"); v != "" && v != "off" && set["fips140"] == "" {
		set["fips140"] = "on"
	}
	for _, q := range append([]*Package{p.Main}, p.Main.Imports...) {
		if q != p.Main && (q.ForTest == "" || q.ForTest != p.Main.ForTest) {
			continue // of a test program, the tested package counts
		}
		for _, d := range q.Debug {
			if key, value, ok := strings.Cut(d.Args, "="); ok {
				set[key] = value
			}
		}
	}
	if v, ok := set["default"]; ok {
		delete(set, "default")
		version = strings.TrimPrefix(v, "go")
	}
	all := p.session.oldSettings(version)
	maps.Copy(all, set)
	var out []string
	for _, key := range slices.Sorted(maps.Keys(all)) {
		out = append(out, key+"="+all[key])
	}
	return strings.Join(out, ",")
}

// mainModule reads the go.mod above the session's directory, or the go.work: its go version, "" for the newest, and
// its godebug lines.
func (s *Session) mainModule() (version string, set map[string]string) {
	set = map[string]string{}
	_, data, err := s.moduleFile()
	if err != nil {
		return "", set
	}
	version = "1.16" // of a go.mod that does not say
	block := ""
	for line := range bytes.Lines(data) {
		text, _, _ := strings.Cut(string(line), "//")
		words := strings.Fields(text)
		switch {
		case len(words) == 0:
			continue
		case words[0] == ")":
			block = ""
			continue
		case len(words) == 2 && words[1] == "(":
			block = words[0]
			continue
		case block != "":
			words = append([]string{block}, words...)
		}
		if len(words) < 2 {
			continue
		}
		switch words[0] {
		case "go":
			version = words[1]
		case "godebug":
			if key, value, ok := strings.Cut(words[1], "="); ok {
				set[key] = value
			}
		}
	}
	return version, set
}

// moduleFile finds the go.work or go.mod that is in force.
func (s *Session) moduleFile() (name string, data []byte, err error) {
	for _, name := range []string{"go.work", "go.mod"} {
		if name == "go.work" && slices.Contains(s.cfg.Env, "GOWORK=off") {
			continue
		}
		for dir := s.cfg.Dir; ; dir = filepath.Dir(dir) {
			file := filepath.Join(dir, name)
			if data, err := os.ReadFile(file); err == nil {
				return file, data, nil
			}
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	return "", nil, os.ErrNotExist
}

// oldSettings gives the settings that differ from today's for a module of that go version.
func (s *Session) oldSettings(version string) map[string]string {
	old := map[string]string{}
	minor, ok := strings.CutPrefix(version, "1.")
	if !ok {
		return old
	}
	if end := strings.IndexFunc(minor, func(r rune) bool { return r < '0' || r > '9' }); end >= 0 {
		minor = minor[:end] // of 1.26.3 or 1.26rc1
	}
	n, err := strconv.Atoi(minor)
	if err != nil {
		return old
	}
	for _, row := range s.settings().rows {
		if n < row.changed {
			old[row.name] = row.old
		}
	}
	return old
}

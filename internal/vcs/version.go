package vcs

import (
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// moduleVersion is the version that the go command would give module path at the commit in s: that of the commit's own tag, else a
// pseudo-version that follows the highest version tagged before. It is empty if the repository's root is no module, by whose path
// the module's place in the repository, and so the prefix of its tags, is known.
func moduleVersion(repo, path string, s *State) string {
	gomod, err := os.ReadFile(filepath.Join(repo, "go.mod"))
	if err != nil {
		return ""
	}
	root, _, ok := module.SplitPathVersion(modfile.ModulePath(gomod))
	prefix, major, ok2 := module.SplitPathVersion(path)
	if !ok || !ok2 {
		return ""
	}
	tagPrefix := ""
	if prefix != root {
		sub, ok := strings.CutPrefix(prefix, root+"/")
		if !ok {
			return ""
		}
		tagPrefix = sub + "/"
	}
	tags, err := git(repo, "for-each-ref", "--merged=HEAD", "--format=%(refname:strip=2) %(objectname) %(*objectname)", "refs/tags")
	if err != nil {
		return ""
	}
	here, before := "", ""
	for line := range strings.Lines(tags) {
		words := strings.Fields(line)
		v, ok := strings.CutPrefix(words[0], tagPrefix)
		if !ok || v != semver.Canonical(v) || module.IsPseudoVersion(v) || module.CheckPathMajor(v, major) != nil {
			continue
		}
		if semver.Compare(v, before) > 0 {
			before = v
		}
		if words[len(words)-1] == s.Revision && semver.Compare(v, here) > 0 { // an annotated tag names its commit last
			here = v
		}
	}
	version := here
	if version == "" {
		version = module.PseudoVersion(module.PathMajorPrefix(major), before, s.Time, s.Revision[:12])
	}
	if s.Modified {
		version += "+dirty"
	}
	return version
}

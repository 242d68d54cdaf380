package load

import (
	"bytes"
	"fmt"
	"go/token"
	"go/version"
	"strings"

	"strata/internal/goroot"
)

// checkRelease refuses a main module, or a workspace, that is for a newer Go than this Strata and its library. The go command would ask
// another release for its packages, or say what it is short of, but not what Strata can do about it.
func (s *Session) checkRelease() error {
	if getenv(s.cfg.Env, "GO111MODULE") == "off" {
		return nil
	}
	file, data, err := s.moduleFile()
	if err != nil {
		return nil // no module: the go command has its own words
	}
	line := 0
	for text := range bytes.Lines(data) {
		line++
		words := strings.Fields(string(text))
		if len(words) < 2 || words[0] != "go" {
			continue
		}
		want := "go" + words[1]
		if !version.IsValid(want) || version.Compare(want, s.version) <= 0 {
			return nil
		}
		at := place(token.Position{Filename: file, Line: line}, s.cfg.Dir)
		return fmt.Errorf("%s: go %s is needed, but this strata compiles the library of %s\n\t(%s)", at, words[1], s.version, remedy(want))
	}
	return nil
}

// remedy says how to get a Strata with the library of a newer release.
func remedy(want string) string {
	cur := goroot.Current
	lang := version.Lang(want)
	switch {
	case lang == cur.Minor():
		return fmt.Sprintf("use the library of that release with: GOTOOLCHAIN=%s strata ...)\n\t(or lower the go line, if the module does not depend on it", want)
	case goroot.Find(lang) != nil:
		r := goroot.Find(lang)
		build := r.Latest
		if version.Compare(want, build) > 0 {
			build = want
		}
		return fmt.Sprintf("build a strata for %s, in its source folder: GOTOOLCHAIN=%s go install ./cmd/strata)\n\t(and use it with: GOTOOLCHAIN=%[2]s strata ...", r.Minor(), build)
	}
	newest := goroot.Releases[len(goroot.Releases)-1]
	return fmt.Sprintf("%s is newer than all releases that Strata's sources support: get a newer Strata, or lower the go line\n\t"+
		"to one of %s .. %s, if the module does not depend on it", lang, goroot.Releases[0].Minor(), newest.Minor())
}

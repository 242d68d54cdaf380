// Package vcs reads the state of version control that executables are stamped with: the commit they were built from, and the
// version of the main module that follows from its tags. It takes directories and gives a State; Git is the only system whose state it reads.
package vcs

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// State is what is known of a working tree.
type State struct {
	System   string    // "git": its command
	Revision string    // of the commit checked out; empty if there is none yet
	Time     time.Time // when it was committed
	Modified bool      // there are changes, or files, that are not committed
	Version  string    // of the main module; empty if tags and go.mod do not tell
}

// Main is where the program to be stamped comes from. Only if the working directory, the package and its module lie in one
// repository does that repository's commit say what was built.
type Main struct {
	Dir     string // working directory
	Package string // directory of the main package
	Module  string // directory of its module
	Path    string // path of its module
}

// ErrUnusable is in the errors of Of that say that a repository has not the program in it, or cannot be read here: who did not
// ask for its state can do without.
var ErrUnusable = errors.New("unusable repository")

// Of gives the state of m's repository: nil if the program is in none.
func Of(m Main) (*State, error) {
	repo, sys, err := find(m.Dir)
	if err != nil || sys == nil || !within(m.Module, repo) && !within(repo, m.Module) {
		return nil, err
	}
	for _, dir := range []struct{ what, path string }{{"package", m.Package}, {"module", m.Module}} {
		other, _, err := find(dir.path)
		if err != nil {
			return nil, err
		}
		if other != repo {
			return nil, fmt.Errorf("%w: main %s is in repository %q but current directory is in repository %q", ErrUnusable, dir.what, other, repo)
		}
	}
	if sys.name != "git" {
		return nil, fmt.Errorf("%w: %q is one of %s, of which nothing can be read", ErrUnusable, repo, sys.name)
	}
	if _, err := exec.LookPath("git"); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnusable, err)
	}
	s, err := gitState(repo)
	if err != nil {
		return nil, err
	}
	if s.Revision != "" {
		s.Version = moduleVersion(repo, m.Path, s)
	}
	return s, nil
}

// system is a version control system, known by what lies at the root of its working trees.
type system struct {
	name, root string
	file       bool // root is a file
}

var systems = []system{
	{"git", ".git", false},
	{"git", ".git", true}, // of a worktree or a submodule
	{"hg", ".hg", false},
	{"svn", ".svn", false},
	{"bzr", ".bzr", false},
	{"fossil", ".fslckout", true},
	{"fossil", "_FOSSIL_", true},
}

// find gives the innermost repository around dir; sys is nil if there is none. Repositories of two systems one in the other are refused, as the go
// command does: whoever can plant the inner one could decide which commands run.
func find(dir string) (root string, sys *system, err error) {
	for dir = filepath.Clean(dir); ; dir = filepath.Dir(dir) {
		for i := range systems {
			s := &systems[i]
			st, err := os.Stat(filepath.Join(dir, s.root))
			if err != nil || st.IsDir() == s.file {
				continue
			}
			if sys == nil {
				root, sys = dir, s
			} else if sys.name != "git" || s.name != "git" {
				return "", nil, fmt.Errorf("multiple VCS detected: %s in %q, and %s in %q", sys.name, root, s.name, dir)
			}
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	return root, sys, nil
}

// within tells whether dir is root or lies below it.
func within(dir, root string) bool {
	rel, err := filepath.Rel(root, dir)
	return err == nil && filepath.IsLocal(rel)
}

func gitState(repo string) (*State, error) {
	changes, err := git(repo, "status", "--porcelain")
	if err != nil {
		return nil, err
	}
	s := &State{System: "git", Modified: changes != ""}
	commit, err := git(repo, "-c", "log.showsignature=false", "log", "-1", "--format=%H:%ct")
	if err != nil {
		if s.Modified { // no commit yet
			return s, nil
		}
		return nil, err
	}
	revision, seconds, _ := strings.Cut(strings.TrimSpace(commit), ":")
	unix, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("git log printed %q", commit)
	}
	s.Revision, s.Time = revision, time.Unix(unix, 0).UTC()
	return s, nil
}

func git(repo string, args ...string) (string, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir = repo
	out, err := cmd.Output()
	return string(out), err
}

package main

import (
	"crypto/sha256"
	"debug/elf"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"strata/internal/build"
	"strata/internal/cache"
	"strata/internal/load"
	"strata/internal/reuse"
)

var cmdClean = &command{
	name:  "clean",
	args:  "[-cache] [-testcache] [-fuzzcache] [-modcache] [-i] [-r] [-n] [-x] [packages]",
	short: "remove cached files",
	long: `Clean -cache removes everything from the build cache, which keeps compiled parts of packages and executables
from build to build, and results of tests; clean -testcache makes those void. Clean -fuzzcache removes the inputs that fuzzing found to be of interest. 'strata env STRATACACHE' says where it is; setting that variable moves it, or turns it off with
the value off. What has not been used for some days goes by itself.

Everything else that go clean removes is removed by it: the module cache, and what builds left in the directories of
packages. The caches of the go command are not touched.`,
	run: runClean,
}

func runClean(c *command, args []string) int {
	fs := newFlags(c)
	all := fs.Bool("cache", false, "")
	tests := fs.Bool("testcache", false, "")
	fuzz := fs.Bool("fuzzcache", false, "")
	for _, name := range []string{"modcache", "i", "r", "n", "x"} {
		fs.Bool(name, false, "")
	}
	if parseFlags(c, fs, args) != nil {
		return 2
	}
	theirs := []string{"clean"}
	fs.Visit(func(f *flag.Flag) {
		if !strings.HasSuffix(f.Name, "cache") || f.Name == "modcache" {
			theirs = append(theirs, "-"+f.Name+"="+f.Value.String())
		}
	})
	if *all || *tests || *fuzz {
		if slices.Contains(theirs, "-n=true") {
			return report(errors.New("strata clean: there are no commands that -n could print for a cache"))
		}
		if status := cleanCaches(*all, *tests, *fuzz); status != 0 {
			return status
		}
		if len(theirs) == 1 && fs.NArg() == 0 {
			return 0
		}
	}
	return handOver(append(theirs, fs.Args()...)...)
}

// cleanCaches empties Strata's own caches.
func cleanCaches(all, tests, fuzz bool) int {
	dir, err := cache.Dir()
	if err != nil || dir == "off" {
		return report(err)
	}
	if all {
		err = errors.Join(cache.Clean(dir), reuse.Clean(dir))
	}
	if tests {
		err = errors.Join(err, expireTests(dir))
	}
	if fuzz {
		err = errors.Join(err, os.RemoveAll(filepath.Join(dir, fuzzFolder)))
	}
	return report(err)
}

// fuzzCache is where fuzzing keeps the inputs that it found, a folder for each package.
func fuzzCache() (string, error) {
	dir, err := cache.Dir()
	if err != nil {
		return "", err
	}
	if dir == "off" {
		return "", errors.New("cannot fuzz without a cache: STRATACACHE is off")
	}
	return filepath.Join(dir, fuzzFolder), nil
}

const fuzzFolder = "fuzz"

// sharedBase is what the programs of one invocation share, and through the cache share with other ones.
type sharedBase struct {
	once  sync.Once
	base  *build.Base
	err   error
	mu    sync.Mutex
	store string // the cache's directory, "" for none

	openOnce sync.Once
	kept     *reuse.Store // nil for none
	id       string       // of this compiler
}

// results opens the store of results and gives the identity of this compiler. The store is nil if there is none.
func (s *sharedBase) results() (*reuse.Store, string) {
	s.openOnce.Do(func() {
		dir, err := cache.Dir()
		if err != nil || dir == "off" {
			return
		}
		if s.id, err = toolchainID(); err != nil {
			return
		}
		s.kept, err = reuse.Open(dir)
		if errors.Is(err, reuse.ErrShared) {
			fmt.Fprintf(os.Stderr, "strata: %v\n", err)
		}
	})
	return s.kept, s.id
}

// get makes the base of a loaded program once; it is nil if there is nothing to share.
func (s *sharedBase) get(prog *load.Program, b *buildFlags) (*build.Base, error) {
	s.once.Do(func() {
		std := prog.Standard()
		if std == nil || b.debugsAny(std, prog) || b.gcflags.disable != nil {
			return
		}
		if s.base, s.err = build.NewBase(std, b.designs, build.BaseOptions{Machine: theMachine(), NoInline: b.gcflags.noInline, NoEscape: b.gcflags.noEscape, TrimPath: b.trimpath, CountEdges: b.edges, Race: b.race}); s.err != nil {
			return
		}
		if !b.cacheable() {
			return
		}
		dir, err := cache.Dir()
		if err != nil {
			s.err = err
			return
		}
		if results, id := s.results(); results != nil {
			s.store = dir
			if !b.cover.on { // instrumented source lies in a new place each time
				s.base.UseGroups(results, id)
			}
			s.err = s.base.UseStore(dir, id, prog)
		}
	})
	return s.base, s.err
}

// debugsAny tells whether some of std's packages are compiled for a debugger.
func (b *buildFlags) debugsAny(std, prog *load.Program) bool {
	debug := debugPackages(prog, b)
	return debug != nil && b.gcflags.pattern != "" && slices.ContainsFunc(std.Packages, debug)
}

// flush writes what was compiled into the cache. That it cannot be written harms nobody.
func (s *sharedBase) flush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.store != "" && s.base != nil && s.err == nil {
		s.base.Flush()
	}
	if s.kept != nil && (cache.Trim(s.kept.Dir()) || s.kept.Grown()) {
		s.kept.Trim()
	}
}

// cacheable says whether code may come from the cache: not when the user wants to see the compiler at work.
func (b *buildFlags) cacheable() bool {
	return !b.all && !b.gcflags.check && !b.gcflags.listing && os.Getenv("GOSSAFUNC") == ""
}

// toolchainID identifies this compiler: the build ID that the linker gave the executable, or its checksum.
func toolchainID() (string, error) {
	exe, err := os.Executable()
	if err != nil {
		return "", err
	}
	id, err := executableID(exe)
	return Version + " " + id, err
}

// executableID tells executables apart by content.
func executableID(exe string) (string, error) {
	if f, err := elf.Open(exe); err == nil {
		defer f.Close()
		if s := f.Section(".note.go.buildid"); s != nil {
			if note, err := s.Data(); err == nil && len(note) > 64 {
				return strconv.Quote(string(note)), nil
			}
		}
	}
	data, err := os.ReadFile(exe)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", sha256.Sum256(data)), nil
}

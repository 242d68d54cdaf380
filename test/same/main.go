// Command same compares two checkouts of Strata over one list of programs: do their compilers make the same bytes? A change that only
// moves code has to.
//
//	go run ./test/same ../other            this checkout against another one
//	go run ./test/same -goroot ../other    also over the single files of GOROOT/test that run
//	go run ./test/same -sums > before      only this checkout's sums
//	go run ./test/same before              against those
//
// The programs are this checkout's in both cases; each compiler brings its own runtime. Executables hold no trace of the compiler that made
// them: the build ID is a sum of the contents. (The command line stamps the state of the repository, but this is the compiler as a library.)
// The same command runs in both checkouts, laid over the other one if that has none.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
)

var (
	onlySums = flag.Bool("sums", false, "print a sum and a name per program, and compare nothing")
	goroot   = flag.Bool("goroot", false, "also the programs of GOROOT/test")
	pattern  = flag.String("run", "", "regular expression for the names of programs")
	from     = flag.String("from", ".", "the checkout whose programs are built")
	jobs     = flag.Int("jobs", 2, "programs built at a time")
	keep     = flag.String("keep", "", "directory for the executables that differ")
)

func main() {
	flag.Parse()
	err := run()
	if err != nil {
		fmt.Fprintln(os.Stderr, "same:", err)
		os.Exit(1)
	}
}

func run() error {
	root, err := filepath.Abs(*from)
	if err != nil {
		return err
	}
	if *onlySums {
		rx, err := regexp.Compile(*pattern)
		if err != nil {
			return err
		}
		return printSums(root, slices.DeleteFunc(programs(root), func(p program) bool { return !rx.MatchString(p.name) }))
	}
	if flag.NArg() != 1 {
		return fmt.Errorf("need the other checkout's directory, or a file of sums")
	}
	return compare(root, flag.Arg(0))
}

// compare builds the programs with both compilers, each in a process of its own. In place of the other one there may be its sums.
func compare(root, other string) error {
	mine, err := sumsOf(root, root)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(other)
	if err != nil {
		text, err = sumsOf(root, other)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", other, err)
	}
	sums := [2]map[string]string{parseSums(mine), parseSums(text)}
	differ, failed := 0, 0
	for _, name := range slices.Sorted(maps.Keys(sums[0])) {
		switch a, b := sums[0][name], sums[1][name]; {
		case a != b:
			differ++
			fmt.Printf("differs: %s\n\t%s\n\t%s\n", name, a, b)
		case strings.HasPrefix(a, failedMark):
			failed++
		}
	}
	fmt.Printf("%d programs: %d differ; %d do not build, with either\n", len(sums[0]), differ, failed)
	if differ > 0 || len(sums[0]) == 0 {
		return fmt.Errorf("not the same")
	}
	return nil
}

func parseSums(text []byte) map[string]string {
	sums := map[string]string{}
	for line := range strings.Lines(string(text)) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		sums[name] = sum
	}
	return sums
}

// sumsOf runs this command with dir's compiler over root's programs.
func sumsOf(root, dir string) ([]byte, error) {
	tmp, err := os.MkdirTemp("", "strata-same")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tmp)
	overlay, exe := filepath.Join(tmp, "overlay.json"), filepath.Join(tmp, "same")
	if err := writeOverlay(overlay, root, dir); err != nil {
		return nil, err
	}
	build := exec.Command("go", "build", "-overlay", overlay, "-o", exe, "./test/same")
	build.Dir, build.Stderr = dir, os.Stderr
	if err := build.Run(); err != nil {
		return nil, err
	}
	cmd := exec.Command(exe, "-sums", "-from", root, "-run", *pattern, fmt.Sprintf("-goroot=%v", *goroot), fmt.Sprintf("-jobs=%d", *jobs))
	if *keep != "" {
		cmd.Args = append(cmd.Args, "-keep", filepath.Join(*keep, filepath.Base(dir)))
	}
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	return cmd.Output()
}

// writeOverlay has the go command see root's version of this command below dir.
func writeOverlay(name, root, dir string) error {
	files, err := filepath.Glob(filepath.Join(root, "test", "same", "*.go"))
	if err != nil {
		return err
	}
	dir, err = filepath.Abs(dir)
	if err != nil {
		return err
	}
	replace := map[string]string{}
	for _, f := range files {
		replace[filepath.Join(dir, "test", "same", filepath.Base(f))] = f
	}
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o666)
}

// failedMark begins what stands in place of a sum for a program that does not build.
const failedMark = "error:"

func printSums(root string, list []program) error {
	b, err := newBuilder(root)
	if err != nil {
		return err
	}
	lines := make([]string, len(list))
	var group sync.WaitGroup
	slots := make(chan bool, *jobs)
	for i, p := range list {
		slots <- true
		group.Go(func() {
			defer func() { <-slots }()
			lines[i] = b.sum(p) + " " + p.name
		})
	}
	group.Wait()
	for _, l := range lines {
		fmt.Println(l)
	}
	return nil
}

// sum builds p and gives the checksum of the executable.
func (b *builder) sum(p program) string {
	dir, err := os.MkdirTemp("", "strata-same")
	if err != nil {
		return failedMark + oneWord(err)
	}
	defer os.RemoveAll(dir)
	exe := filepath.Join(dir, "exe")
	if err := b.build(exe, p); err != nil {
		return failedMark + oneWord(err)
	}
	data, err := os.ReadFile(exe)
	if err != nil {
		return failedMark + oneWord(err)
	}
	if *keep != "" {
		out := filepath.Join(*keep, strings.ReplaceAll(p.name, "/", "_"))
		if err := os.MkdirAll(*keep, 0o777); err != nil {
			return failedMark + oneWord(err)
		}
		if err := os.WriteFile(out, data, 0o777); err != nil {
			return failedMark + oneWord(err)
		}
	}
	return fmt.Sprintf("%x", sha256.Sum256(data))
}

// oneWord is an error as a word without blanks.
func oneWord(err error) string {
	return string(bytes.Join(bytes.Fields([]byte(err.Error())), []byte("_")))
}

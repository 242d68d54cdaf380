package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"strata/internal/cache"
	"strata/internal/load"
)

// testCache is what the cache has on one test program with its arguments: the log of which variables and files the
// last run looked at, and outputs by what stood in them.
type testCache struct {
	store   *cache.Store
	logFile string
	root    string // files elsewhere are taken as they are: the module's directory, or GOROOT
	dir     string // where the test runs
	expired time.Time
}

const (
	logRecord    = "log"
	outputRecord = "output "
	coverRecord  = "profile "

	testLogHead = "# test log\n" // package testing begins a log with it
	expireFile  = "testexpire"
)

// cacheable are flags of test binaries that results are kept with; those that map to false have no influence on them.
var cacheable = map[string]bool{
	"benchtime": true, "cpu": true, "list": true, "parallel": true, "run": true, "short": true, "skip": true, "timeout": true,
	"failfast": true, "v": true, "fullpath": true, "outputdir": false,
}

// newTestCache opens the cache for a test binary; nil if its results are not kept: only where packages are named and all
// arguments are flags that allow it.
func (r *testRun) newTestCache(test *load.Test, exe, dir string) (*testCache, error) {
	t := r.t
	c := &testCache{logFile: filepath.Join(dir, "testlog.txt"), dir: test.Package.Dir}
	switch m := test.Package.Module; {
	case test.Package.Standard:
		c.root = r.prog.Goroot
	case m != nil:
		c.root = m.Dir
	}
	if t.local || c.root == "" || len(t.exec) > 0 || t.bench != "" || t.fuzz != "" {
		return nil, nil
	}
	var args []string
	for _, arg := range t.argv() {
		name, ok := strings.CutPrefix(arg, "-test.")
		name, _, has := strings.Cut(name, "=")
		matters, known := cacheable[name]
		if !ok || !has || !known {
			return nil, nil
		}
		if matters {
			args = append(args, arg)
		}
	}
	base, err := cache.Dir()
	if err != nil || base == "off" {
		return nil, err
	}
	id, err := executableID(exe)
	if err != nil {
		return nil, err
	}
	key := fmt.Sprintf("test\n%s\n%q\n%s\n", id, args, test.Package.ImportPath)
	for _, p := range r.prog.Covered { // the percentage depends on packages that need not be in the executable
		data, _ := os.ReadFile(p.Meta)
		key += fmt.Sprintf("%s %x\n", p.ImportPath, sha256.Sum256(data))
	}
	c.store = cache.Open(base, key, nil)
	if data, err := os.ReadFile(filepath.Join(base, expireFile)); err == nil {
		if ns, err := strconv.ParseInt(strings.TrimSpace(string(data)), 10, 64); err == nil {
			c.expired = time.Unix(0, ns)
		}
	}
	return c, nil
}

// expireTests makes the results kept so far worth nothing.
func expireTests(dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, expireFile), fmt.Appendln(nil, time.Now().UnixNano()), 0o666)
}

// replay gives the output of an earlier run under the same conditions, with "(cached)" for its time, and writes its
// coverage profile to the file that is named, unless that is "".
func (c *testCache) replay(profile string) ([]byte, bool) {
	if c == nil {
		return nil, false
	}
	inputs, err := c.inputs(c.store.Lookup(logRecord))
	if err != nil {
		return nil, false
	}
	stamp, out, ok := bytes.Cut(c.store.Lookup(outputRecord+inputs), []byte("\n"))
	ns, err := strconv.ParseInt(string(stamp), 10, 64)
	if !ok || err != nil || time.Unix(0, ns).Before(c.expired) || len(out) == 0 {
		return nil, false
	}
	line := bytes.LastIndexByte(out[:len(out)-1], '\n') + 1
	words := bytes.SplitN(out[line:], []byte("\t"), 3) // ok, the path, time and remarks
	if len(words) < 3 {
		return nil, false
	}
	if profile != "" {
		data := c.store.Lookup(coverRecord + inputs)
		if data == nil || os.WriteFile(profile, data, 0o666) != nil {
			return nil, false
		}
	}
	rest := bytes.TrimLeft(words[2], "0123456789.s")
	return slices.Concat(out[:line], words[0], []byte("\t"), words[1], []byte("\t(cached)"), rest), true
}

// save keeps the output of a run that passed, and its coverage profile if there is one. What cannot be kept is run again.
func (c *testCache) save(out []byte, profile string) {
	if c == nil {
		return
	}
	log, err := os.ReadFile(c.logFile)
	if err != nil {
		return
	}
	inputs, err := c.inputs(log)
	if err != nil {
		return
	}
	if old := c.store.Lookup(logRecord); old != nil && !bytes.Equal(old, log) {
		c.store.Discard()
	}
	list := []cache.Record{
		{Name: logRecord, Data: log},
		{Name: outputRecord + inputs, Data: slices.Concat(fmt.Appendln(nil, time.Now().UnixNano()), out)},
	}
	if data, err := os.ReadFile(profile); err == nil {
		list = append(list, cache.Record{Name: coverRecord + inputs, Data: data})
	}
	c.store.Add(list)
}

var (
	errNoLog  = errors.New("no list of what the test looked at")
	errTooNew = errors.New("a file is too new to tell whether it changes")
)

// inputs sums up the variables and files that a log names, as they are now.
func (c *testCache) inputs(log []byte) (string, error) {
	body, ok := strings.CutPrefix(string(log), testLogHead)
	if !ok || !strings.HasSuffix(body, "\n") && body != "" {
		return "", errNoLog
	}
	h := sha256.New()
	for _, name := range []string{"GODEBUG", "STRATASTRESS", "GORACE"} { // which the runtime reads without telling
		writeEnv(h, name)
	}
	dir := c.dir
	for line := range strings.Lines(body) {
		op, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if op == "getenv" {
			writeEnv(h, name)
			continue
		}
		if !filepath.IsAbs(name) {
			name = filepath.Join(dir, name)
		}
		inside := name == c.root || strings.HasPrefix(name, c.root+string(filepath.Separator))
		fmt.Fprintf(h, "%s %q ", op, name)
		switch {
		case op == "chdir":
			dir = name
			writeStat(h, name)
		case op == "stat" && inside:
			writeStat(h, name)
		case op == "open" && inside:
			if err := writeFileState(h, name); err != nil {
				return "", err
			}
		case op != "stat" && op != "open":
			return "", errNoLog
		}
	}
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}

func writeEnv(w io.Writer, name string) {
	v, ok := os.LookupEnv(name)
	fmt.Fprintf(w, "env %q %q %v\n", name, v, ok)
}

func writeStat(w io.Writer, name string) {
	for _, stat := range []func(string) (fs.FileInfo, error){os.Stat, os.Lstat} {
		info, err := stat(name)
		writeInfo(w, info, err)
	}
}

func writeInfo(w io.Writer, info fs.FileInfo, err error) {
	if err != nil {
		fmt.Fprintf(w, "error %v\n", err)
		return
	}
	fmt.Fprintf(w, "%d %v %v\n", info.Size(), info.Mode(), info.ModTime().UnixNano())
}

// settled is how old a file must be for its time to tell that it has not changed.
const settled = 2 * time.Second

// writeFileState writes what tells whether a file, or a directory, has changed.
func writeFileState(w io.Writer, name string) error {
	info, err := os.Stat(name)
	writeInfo(w, info, err)
	switch {
	case err != nil:
	case info.IsDir():
		entries, err := os.ReadDir(name)
		if err != nil {
			fmt.Fprintf(w, "error %v\n", err)
		}
		for _, e := range entries {
			fmt.Fprintf(w, "entry %q ", e.Name())
			info, err := e.Info()
			writeInfo(w, info, err)
		}
	case info.Mode().IsRegular() && time.Since(info.ModTime()) < settled:
		return errTooNew
	}
	return nil
}

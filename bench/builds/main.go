// Command builds measures what building real programs costs, from nothing, when nothing has changed, and after an edit of one function's
// body in the main package: CPU seconds, wall seconds and the peak memory of the largest process, Strata's beside those of the go command.
//
//	go run ./bench/builds -strata /path/to/strata [-only hello,esbuild] [-keep dir]
//
// Versions are pinned; sources come from the module proxy, through `go mod download`. Each program has caches of its own, empty at first.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"
)

// program is one of the programs: a command of a module, or the source of one.
type program struct {
	name    string
	module  string // with its version; "" for source
	command string // directory of the command in the module
	source  string
}

var programs = []program{
	{name: "hello", source: "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Println(\"hello\")\n}\n"},
	{name: "http", source: "package main\n\nimport \"net/http\"\n\nfunc main() {\n\thttp.ListenAndServe(\"localhost:0\", nil)\n}\n"},
	{name: "esbuild", module: "github.com/evanw/esbuild@v0.25.5", command: "cmd/esbuild"},
	{name: "yaegi", module: "github.com/traefik/yaegi@v0.16.1", command: "cmd/yaegi"},
	{name: "hugo", module: "github.com/gohugoio/hugo@v0.147.7", command: "."},
	{name: "caddy", module: "github.com/caddyserver/caddy/v2@v2.10.0", command: "cmd/caddy"},
	{name: "kubectl", module: "k8s.io/kubernetes@v1.33.1", command: "cmd/kubectl"},
	{name: "prometheus", module: "github.com/prometheus/prometheus@v0.304.1", command: "cmd/prometheus"},
	{name: "evm", module: "github.com/ethereum/go-ethereum@v1.15.11", command: "cmd/evm"},
	{name: "gopls", module: "golang.org/x/tools/gopls@v0.18.1", command: "."},
}

// cost is what one build took.
type cost struct {
	cpu, wall time.Duration
	peak      int64 // bytes
}

func (c cost) String() string {
	return fmt.Sprintf("%.2f\t%.2f\t%d", c.cpu.Seconds(), c.wall.Seconds(), c.peak>>20)
}

func main() {
	strata := flag.String("strata", "strata", "the strata command")
	only := flag.String("only", "", "names of programs, separated by commas")
	keep := flag.String("keep", "", "directory for sources and caches, which then stays")
	self := flag.String("self", ".", "directory of Strata's own module, which is built as well")
	flag.Parse()
	if err := run(*strata, *only, *keep, *self); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(strata, only, dir, self string) error {
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", "bench-builds"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "program\tbuild\tgc CPU s\twall s\tpeak MB\tstrata CPU s\twall s\tpeak MB\tCPU ratio\t")
	for _, p := range append(programs, program{name: "strata", module: self, command: "cmd/strata"}) {
		if only != "" && !strings.Contains(","+only+",", ","+p.name+",") {
			continue
		}
		if err := p.measure(w, strata, dir); err != nil {
			fmt.Fprintf(w, "%s\t%v\t\n", p.name, err)
		}
		w.Flush()
	}
	return nil
}

// measure builds p in all ways with both toolchains, one after the other.
func (p program) measure(w *tabwriter.Writer, strata, work string) error {
	dir := filepath.Join(work, p.name)
	os.RemoveAll(filepath.Join(work, p.name+".cache"))
	if err := p.fetch(dir); err != nil {
		return err
	}
	tools := []struct {
		argv []string
		env  string
	}{
		{[]string{"go"}, "GOCACHE=" + filepath.Join(work, p.name+".cache", "gc")},
		{[]string{strata}, "STRATACACHE=" + filepath.Join(work, p.name+".cache", "strata")},
	}
	for _, state := range []string{"cold", "unchanged", "after an edit"} {
		if state == "after an edit" {
			if err := edit(filepath.Join(dir, p.command)); err != nil {
				return err
			}
		}
		var costs []cost
		for _, tool := range tools {
			out := filepath.Join(work, p.name+".cache", filepath.Base(tool.argv[0])+".out")
			argv := append(tool.argv, "build", "-buildvcs=false", "-o", out, "./"+p.command)
			c, err := spend(dir, tool.env, argv)
			if err != nil {
				return err
			}
			costs = append(costs, c)
		}
		fmt.Fprintf(w, "%s\t%s\t%v\t%v\t%.2f\t\n", p.name, state, costs[0], costs[1], costs[1].cpu.Seconds()/costs[0].cpu.Seconds())
	}
	return nil
}

// fetch puts p's source into dir, where it can be edited.
func (p program) fetch(dir string) error {
	os.RemoveAll(dir)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	if p.source != "" {
		err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/"+p.name+"\n\ngo 1.26\n"), 0o666)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, "main.go"), []byte(p.source), 0o666)
		}
		return err
	}
	from := p.module
	if strings.Contains(from, "@") {
		out, err := exec.Command("go", "mod", "download", "-json", p.module).Output()
		if err != nil {
			return fmt.Errorf("go mod download %s: %w", p.module, err)
		}
		var m struct{ Dir string }
		if err := json.Unmarshal(out, &m); err != nil {
			return err
		}
		from = m.Dir
	}
	return filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == ".git" {
				return fs.SkipDir
			}
			return os.MkdirAll(filepath.Join(dir, rel), 0o777)
		}
		if !d.Type().IsRegular() {
			return nil
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, rel), data, 0o666)
	})
}

// edit changes the body of function main of the command in dir.
func edit(dir string) error {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return err
	}
	begin := []byte("\nfunc main() {\n")
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if !bytes.Contains(data, begin) {
			continue
		}
		data = bytes.Replace(data, begin, append(begin, "\tif false {\n\t\tprint(\"edited\")\n\t}\n\tprint()\n"...), 1)
		return os.WriteFile(name, data, 0o666)
	}
	return fmt.Errorf("no function main in %s", dir)
}

// spend runs a command and says what it and the processes it started took.
func spend(dir, env string, argv []string) (c cost, err error) {
	time.Sleep(100 * time.Millisecond) // what changes while a build begins is not kept
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env, "CGO_ENABLED=0", "GOWORK=off", "PWD="+dir)
	begun := time.Now()
	text, err := cmd.CombinedOutput()
	c.wall = time.Since(begun)
	if err != nil {
		return c, fmt.Errorf("%s: %w\n%s", strings.Join(argv, " "), err, text)
	}
	c.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		c.peak = usage.Maxrss << 10
	}
	return c, nil
}

package programs

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// sourcePrefix marks files of a script that belong to the generated module, not to the folder of the steps.
const sourcePrefix = "build/"

// cost is what building took.
type cost struct {
	CPU  time.Duration // user, of all processes
	Peak int           // resident MB of the largest process
}

// builder builds the executables of one script in a generated module that requires the program's.
type builder struct {
	script *script
	module string // folder of the generated module
	source string // folder of the program's module in the module cache
	env    []string
}

// newBuilder makes the module and fetches what its packages import.
// Versions follow from the pinned one by minimal version selection, so nothing else has to be recorded.
func newBuilder(s *script, cache string) (*builder, error) {
	b := &builder{script: s, module: filepath.Join(cache, "module", s.name)}
	b.env = []string{"CGO_ENABLED=0", "GOFLAGS=-mod=mod", "GOTOOLCHAIN=local", "GOWORK=off", "GOMODCACHE=" + filepath.Join(cache, "mod")}
	if err := os.RemoveAll(b.module); err != nil {
		return nil, err
	}
	gomod := fmt.Sprintf("module programs.test/%s\n\ngo 1.26.0\n\nrequire (\n\t%s\n)\n", s.name, strings.Join(append(s.also, s.module), "\n\t"))
	if err := writeFile(filepath.Join(b.module, "go.mod"), gomod); err != nil {
		return nil, err
	}
	for _, f := range s.files {
		if name, ok := strings.CutPrefix(f.name, sourcePrefix); ok {
			if err := writeFile(filepath.Join(b.module, name), f.data); err != nil {
				return nil, err
			}
		}
	}
	args := []string{"go", "list", "-deps"}
	for _, e := range s.builds {
		if e.test {
			args = append(args, "-test")
		}
	}
	for _, e := range s.builds {
		args = append(args, e.pkg)
	}
	if _, err := b.command(args, 0); err != nil {
		return nil, err
	}
	path, _, _ := strings.Cut(s.module, " ")
	cmd := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", path)
	cmd.Dir, cmd.Env = b.module, append(os.Environ(), b.env...)
	out, err := cmd.Output()
	b.source = strings.TrimSpace(string(out))
	return b, err
}

// command runs a tool in the module's folder, with at most so many bytes of address space if a limit is given.
func (b *builder) command(args []string, memory uint64, env ...string) (cost, error) {
	if memory > 0 {
		args = append([]string{"sh", "-c", `ulimit -v "$0" && exec "$@"`, fmt.Sprint(memory >> 10)}, args...)
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = b.module
	cmd.Env = append(append(os.Environ(), b.env...), env...)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		return cost{}, err
	}
	c := cost{CPU: cmd.ProcessState.UserTime()}
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		c.Peak = int(u.Maxrss >> 10) // of the largest of all that were waited for
	}
	if err != nil {
		return c, fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, out[:min(len(out), 8000)])
	}
	return c, nil
}

// build makes the script's executables in dir by a tool that has go's command line.
func (b *builder) build(tool, dir string, memory uint64, env ...string) (cost, error) {
	total := cost{}
	for _, e := range b.script.builds {
		args := []string{tool, "build", "-o", filepath.Join(dir, e.name), e.pkg}
		if e.test {
			args = []string{tool, "test", "-c", "-o", filepath.Join(dir, e.name), e.pkg}
		}
		c, err := b.command(args, memory, env...)
		total.CPU += c.CPU
		total.Peak = max(total.Peak, c.Peak)
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

// key names what gc makes of a script: its executables are kept, as neither it nor the versions change.
func (b *builder) key() string {
	h := sha256.New()
	fmt.Fprintln(h, runtime.Version(), *fresh, b.script.module, b.script.also, b.script.builds)
	for _, f := range b.script.files {
		if strings.HasPrefix(f.name, sourcePrefix) {
			fmt.Fprintln(h, f.name, f.data)
		}
	}
	return fmt.Sprintf("%s-%x", b.script.name, h.Sum(nil)[:8])
}

// reference builds by gc, or takes what an earlier run has built, and gives the folder.
func (b *builder) reference(cache string, env ...string) (string, cost, error) {
	dir := filepath.Join(cache, "gc", b.key())
	record := filepath.Join(dir, "cost.json")
	var c cost
	if data, err := os.ReadFile(record); err == nil && json.Unmarshal(data, &c) == nil {
		return dir, c, nil
	}
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o777)); err != nil {
		return "", c, err
	}
	c, err := b.build("go", dir, 0, env...)
	if err != nil {
		return "", c, err
	}
	data, err := json.Marshal(c)
	return dir, c, errors.Join(err, os.WriteFile(record, data, 0o666))
}

// install copies executables to where the steps find them.
func install(work, from string, list []executable) error {
	bin := filepath.Join(work, "bin")
	if err := os.MkdirAll(bin, 0o777); err != nil {
		return err
	}
	for _, e := range list {
		data, err := os.ReadFile(filepath.Join(from, e.name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(bin, e.name), data, 0o777); err != nil {
			return err
		}
	}
	return nil
}

// exercise carries out the script with the executables of a folder and gives what came out, normalised.
func (b *builder) exercise(cache, from string, ports map[string]string) (string, error) {
	s := b.script
	work := filepath.Join(cache, "work", s.name)
	if err := removeAll(work); err != nil {
		return "", err
	}
	if err := install(work, from, s.builds); err != nil {
		return "", err
	}
	goCache, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		return "", err
	}
	m := newMachine(s, work, b.source, ports)
	// Programs that run the go command find the standard library compiled, and nothing of the user's own settings.
	m.env = append(m.env, "GOCACHE="+strings.TrimSpace(string(goCache)), "GOPROXY=off", "GOFLAGS=", "GOTOOLCHAIN=local", "CGO_ENABLED=0")
	err = m.play()
	text := m.transcript.String()
	for _, r := range s.replaces {
		text = r.pattern.ReplaceAllString(text, r.by)
	}
	return text, err
}

// removeAll removes a folder in which programs may have left folders without write permission.
func removeAll(dir string) error {
	filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			os.Chmod(name, 0o700)
		}
		return nil
	})
	return os.RemoveAll(dir)
}

// freshCaches are variables under which both compilers begin with nothing compiled.
func freshCaches(dir string) []string {
	return []string{"GOCACHE=" + filepath.Join(dir, "go-build"), "STRATACACHE=" + filepath.Join(dir, "strata")}
}

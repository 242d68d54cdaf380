package load

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"strata/internal/goroot"
)

// VersionError says that the installed Go is of another release than Strata's.
type VersionError struct{ Found, Goroot string }

func (e *VersionError) Error() string {
	cur := goroot.Current
	if r := goroot.Find(e.Found); r != nil {
		return fmt.Sprintf("%s has %s, but this strata was built with %s and serves that release alone\n"+
			"\t(use its library with: GOTOOLCHAIN=%s strata ...)\n"+
			"\t(or build a strata for %[2]s, in its source folder: GOTOOLCHAIN=%[2]s go install ./cmd/strata)",
			e.Goroot, e.Found, cur.Minor(), cur.Latest)
	}
	return fmt.Sprintf("strata needs the standard library of %s, but %s has %s\n"+
		"\t(use the right one with: GOTOOLCHAIN=%s strata ...)", cur.Minor(), e.Goroot, e.Found, cur.Latest)
}

// FindGoroot finds the installed Go and checks its release: env GOROOT, else what the go command on PATH says.
// In the common case no process is started.
func FindGoroot(env []string) (dir, version string, err error) {
	if dir := getenv(env, "GOROOT"); dir != "" {
		return checkGoroot(dir)
	}
	if getenv(env, looking) != "" {
		return "", "", errors.New("the go command on PATH is strata: put the installed Go's in front of it, or set GOROOT")
	}
	goCmd, err := lookGo(env)
	if err != nil {
		return "", "", fmt.Errorf("strata needs the standard library of %s: no go command on PATH and GOROOT is not set", goroot.Current.Minor())
	}
	switch getenv(env, "GOTOOLCHAIN") {
	case "", "auto", "local":
		if real, err := filepath.EvalSymlinks(goCmd); err == nil {
			dir := filepath.Dir(filepath.Dir(real))
			if root, version, err := checkGoroot(dir); err == nil {
				return root, version, nil
			}
		}
	}
	cmd := exec.Command(goCmd, "env", "GOROOT")
	if cmd.Env = env; env == nil {
		cmd.Env = os.Environ()
	}
	cmd.Env = append(slices.Clip(cmd.Env), looking+"=1")
	out, err := cmd.Output()
	if err != nil {
		return "", "", fmt.Errorf("go env GOROOT: %w%s", err, stderrOf(err))
	}
	return checkGoroot(strings.TrimSpace(string(out)))
}

// checkGoroot reads a GOROOT's VERSION file and refuses other minor releases.
func checkGoroot(dir string) (root, version string, err error) {
	data, err := os.ReadFile(filepath.Join(dir, "VERSION"))
	if err != nil {
		return "", "", fmt.Errorf("%s is not a Go installation: %w", dir, err)
	}
	version, _, _ = strings.Cut(string(data), "\n")
	version = strings.TrimSpace(version)
	if !goroot.Current.Has(version) {
		return "", "", &VersionError{Found: version, Goroot: dir}
	}
	if _, err := os.Stat(filepath.Join(dir, "src", "unsafe")); err != nil {
		return "", "", fmt.Errorf("%s has no standard library sources: %w", dir, err)
	}
	return dir, version, nil
}

func getenv(env []string, key string) string {
	if env == nil {
		return os.Getenv(key)
	}
	for i := len(env) - 1; i >= 0; i-- {
		if v, ok := strings.CutPrefix(env[i], key+"="); ok {
			return v
		}
	}
	return ""
}

// looking marks the environment of a go command that is asked for its GOROOT: if that is a strata behind some wrapper, it must not
// ask in its turn.
const looking = "STRATA_LOOKS_FOR_GO"

// isSelf tells whether a file is this executable: strata may stand on PATH under the name go.
func isSelf(st os.FileInfo) bool {
	exe, err := os.Executable()
	if err != nil {
		return false
	}
	self, err := os.Stat(exe)
	return err == nil && os.SameFile(st, self)
}

func lookGo(env []string) (string, error) {
	for _, dir := range filepath.SplitList(getenv(env, "PATH")) {
		if p := filepath.Join(dir, "go"); filepath.IsAbs(p) {
			if st, err := os.Stat(p); err == nil && st.Mode().IsRegular() && st.Mode()&0o111 != 0 && !isSelf(st) {
				return p, nil
			}
		}
	}
	return "", exec.ErrNotFound
}

// GoCommand is the installed go command: the one on PATH, as the user would start it, else that of GOROOT.
func GoCommand() (string, error) {
	name, err := lookGo(nil)
	if err == nil {
		return name, nil
	}
	if dir := os.Getenv("GOROOT"); dir != "" {
		return filepath.Join(dir, "bin", "go"), nil
	}
	return "", errors.New("strata: no go command on PATH, and GOROOT is not set")
}

func stderrOf(err error) string {
	if ee, ok := err.(*exec.ExitError); ok && len(ee.Stderr) > 0 {
		return "\n" + strings.TrimSpace(string(ee.Stderr))
	}
	return ""
}

package harness

import (
	"sync"

	"strata/internal/build"
)

// basePackages are standard packages that test programs often use: what is compiled
// of them for one program serves all others. Programs may use any other package too.
var basePackages = []string{
	"runtime", "bufio", "bytes", "container/heap", "context", "encoding/binary", "encoding/json", "errors", "flag", "fmt", "go/ast",
	"io", "iter", "log", "maps", "math", "math/bits", "math/cmplx", "math/rand", "os", "os/exec", "path/filepath", "reflect",
	"regexp", "runtime/debug", "slices", "sort", "strconv", "strings", "sync", "sync/atomic", "testing", "text/template", "time",
	"unicode", "unicode/utf8", "unique", "unsafe", "weak",
}

// base makes the shared part of a toolchain's programs, once.
func (t *Toolchain) base() (*build.Base, error) {
	t.baseOnce.Do(func() {
		prog, err := t.Session.Load(basePackages...)
		if err == nil {
			err = prog.Err()
		}
		if err != nil {
			t.baseErr = err
			return
		}
		t.baseVal, t.baseErr = build.NewBase(prog, t.designs, build.BaseOptions{Machine: t.machine})
	})
	return t.baseVal, t.baseErr
}

// baseState is kept in a Toolchain.
type baseState struct {
	baseOnce sync.Once
	baseVal  *build.Base
	baseErr  error
}

// buildWith compiles. It is the one place that hands options to the driver.
func (t *Toolchain) buildWith(o build.Options) error {
	if !o.NoInline { // the base is compiled with inlining
		base, err := t.base()
		if err != nil {
			return err
		}
		o.Base = base
	}
	return build.Build(o)
}

//go:build strata

package runtime

import (
	"internal/runtime/atomic"
	"runtime/internal/kernel"
	"runtime/internal/task"
	"unsafe"
)

// godebugDefault holds the settings of the main module. The linker sets it.
var godebugDefault string

// What package internal/godebug has registered; both are set once, by its init.
var (
	godebugUpdate    func(def, env string)
	godebugNewIncNon func(name string) func()

	// godebugEnv is $GODEBUG now; godebugEnvSet says that it has been read.
	godebugEnv    string
	godebugEnvSet bool
)

//go:linkname godebug_setUpdate internal/godebug.setUpdate
func godebug_setUpdate(update func(string, string)) {
	godebugUpdate = update
	godebugNotify(false)
}

//go:linkname godebug_setNewIncNonDefault internal/godebug.setNewIncNonDefault
func godebug_setNewIncNonDefault(newIncNonDefault func(string) func()) {
	godebugNewIncNon = newIncNonDefault
	incPanicNil.new = newIncNonDefault
}

// godebugEnvChanged is called when the program sets GODEBUG; val is "" when it
// unsets it.
func godebugEnvChanged(val string) {
	godebugEnv, godebugEnvSet = val, true
	godebugNotify(true)
}

func godebugNotify(changed bool) {
	if !godebugEnvSet {
		godebugEnv, godebugEnvSet = envAtBoot("GODEBUG"), true
	}
	if update := godebugUpdate; update != nil {
		update(godebugDefault, godebugEnv)
	}
}

// An incCounter counts uses of a non-default setting of the runtime itself. Its
// function is made at the first use.
type incCounter struct {
	name string
	new  func(string) func()
	lock task.Mutex
	inc  func()
}

func (c *incCounter) add() {
	f := godebugNewIncNon
	if f == nil {
		return
	}
	if c.inc == nil {
		// Making it twice does no harm: both count the same.
		c.inc = f(c.name)
	}
	c.inc()
}

var incPanicNil = incCounter{name: "panicnil"}

// incNonDefault counts a use of the runtime's setting name.
func incNonDefault(name string) {
	if name == incPanicNil.name {
		incPanicNil.add()
		return
	}
	if f := godebugNewIncNon; f != nil {
		f(name)()
	}
}

// writeFD is the raw write of package internal/godebug.
//
//go:linkname writeFD runtime.write
func writeFD(fd uintptr, p unsafe.Pointer, n int32) int32 { return kernel.Write(fd, p, n) }

var _ atomic.Uint32

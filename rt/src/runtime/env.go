//go:build strata

package runtime

import (
	"internal/bytealg"
	"internal/runtime/atomic"
	"runtime/internal/design"
	"runtime/internal/gc"
	"runtime/internal/heap"
	"runtime/internal/kernel"
	"runtime/internal/lang"
	"runtime/internal/sched"
	"runtime/internal/task"
	"unsafe"
)

// Arguments, environment, and the settings that come from it.

var (
	args []string
	envs []string
)

func initArgs() {
	args = make([]string, kernel.ArgC)
	for i := range args {
		args[i] = lang.GoString(kernel.Arg(int32(i)))
	}
	envs = make([]string, kernel.EnvC)
	for i := range envs {
		envs[i] = lang.GoString(kernel.Arg(kernel.ArgC + 1 + int32(i)))
	}
}

//go:linkname os_runtime_args os.runtime_args
func os_runtime_args() []string { return append([]string{}, args...) }

//go:linkname syscall_runtime_envs syscall.runtime_envs
func syscall_runtime_envs() []string { return append([]string{}, envs...) }

// envAtBoot reads the environment before there is memory.
func envAtBoot(key string) string {
	for i := int32(0); i < kernel.EnvC; i++ {
		p := kernel.Arg(kernel.ArgC + 1 + i)
		s := unsafe.String(p, lang.CStringLen(p))
		if len(s) > len(key) && s[len(key)] == '=' && s[:len(key)] == key {
			return s[len(key)+1:]
		}
	}
	return ""
}

// getenv looks in the environment that the process started with.
func getenv(key string) string {
	for _, s := range envs {
		if len(s) > len(key) && s[len(key)] == '=' && s[:len(key)] == key {
			return s[len(key)+1:]
		}
	}
	return ""
}

func atoi(s string) (int64, bool) {
	if s == "" {
		return 0, false
	}
	neg := s[0] == '-'
	if neg || s[0] == '+' {
		s = s[1:]
	}
	if s == "" || len(s) > 19 {
		return 0, false
	}
	n := int64(0)
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int64(s[i]-'0')
	}
	if n < 0 {
		return 0, false
	}
	if neg {
		n = -n
	}
	return n, true
}

// debug are the runtime's own GODEBUG settings. Those that may change while the
// program runs are atomic.
var debug struct {
	asyncpreemptoff    int32
	gctrace            int32
	inittrace          int32
	invalidptr         int32
	schedtrace         int32
	scheddetail        int32
	madvdontneed       int32
	tracebackancestors int32
	gcstoptheworld     int32
	sbrk               int32
	scavtrace          int32
	checkfinalizers    int32
	panicnil           atomic.Int32
	asynctimerchan     atomic.Int32
	tracebacklabels    atomic.Int32
	containermaxprocs  atomic.Int32
	updatemaxprocs     atomic.Int32
}

type debugVar struct {
	name   string
	value  *int32
	atomic *atomic.Int32
	dflt   int32
}

var debugVars = [...]debugVar{
	{name: "asyncpreemptoff", value: &debug.asyncpreemptoff},
	{name: "asynctimerchan", atomic: &debug.asynctimerchan},
	{name: "checkfinalizers", value: &debug.checkfinalizers},
	{name: "containermaxprocs", atomic: &debug.containermaxprocs, dflt: 1},
	{name: "gcstoptheworld", value: &debug.gcstoptheworld},
	{name: "gctrace", value: &debug.gctrace},
	{name: "inittrace", value: &debug.inittrace},
	{name: "invalidptr", value: &debug.invalidptr, dflt: 1},
	{name: "madvdontneed", value: &debug.madvdontneed, dflt: 1},
	{name: "panicnil", atomic: &debug.panicnil},
	{name: "sbrk", value: &debug.sbrk},
	{name: "scavtrace", value: &debug.scavtrace},
	{name: "scheddetail", value: &debug.scheddetail},
	{name: "schedtrace", value: &debug.schedtrace},
	{name: "tracebackancestors", value: &debug.tracebackancestors},
	{name: "tracebacklabels", atomic: &debug.tracebacklabels, dflt: tracebackLabels},
	{name: "updatemaxprocs", atomic: &debug.updatemaxprocs, dflt: 1},
}

// initSettings reads GOGC, GOMEMLIMIT, GODEBUG, GOTRACEBACK, STRATASTRESS and STRATAMETRICS.
func initSettings() {
	for i := range debugVars {
		v := &debugVars[i]
		if v.value != nil {
			*v.value = v.dflt
		} else {
			v.atomic.Store(v.dflt)
		}
	}
	parseGodebug(godebugDefault, true)
	parseGodebug(getenv("GODEBUG"), true)
	if hasAsyncTimers {
		sched.AsyncTimers = &debug.asynctimerchan
	}
	sched.AsyncOff = debug.asyncpreemptoff != 0
	sched.SetTrace(debug.schedtrace, debug.scheddetail != 0)
	gc.SetTrace(debug.gctrace > 0, debug.scavtrace > 0)
	if debug.checkfinalizers != 0 {
		println("runtime: GODEBUG=checkfinalizers is ignored: this collector does not look for finalizers and cleanups that keep their own objects")
	}

	percent := int32(100)
	switch s := getenv("GOGC"); s {
	case "":
	case "off":
		percent = -1
	default:
		if n, ok := atoi(s); ok && n == int64(int32(n)) {
			percent = int32(n)
		}
	}
	limit := int64(1<<63 - 1)
	if s := getenv("GOMEMLIMIT"); design.MemoryLimit && s != "" && s != "off" {
		n, ok := parseBytes(s)
		if !ok {
			print("GOMEMLIMIT=", s, "\n")
			throw("malformed GOMEMLIMIT; see `go doc runtime/debug.SetMemoryLimit`")
		}
		limit = n
	}
	gc.InitSettings(percent, limit)
	setTraceback(getenv("GOTRACEBACK"))
	keepTraceback()
	initStress(getenv("STRATASTRESS"))
	initSnapshot(getenv("STRATAMETRICS"))
}

// initStress switches the stress modes on that s lists, separated by commas.
func initStress(s string) {
	for s != "" {
		word := s
		if i := bytealg.IndexByteString(s, ','); i >= 0 {
			word, s = s[:i], s[i+1:]
		} else {
			s = ""
		}
		switch word {
		case "sched":
			sched.SetStress()
		case "preempt":
			sched.SetPreemptStress()
		case "gc":
			heap.CollectAlways = true
		case "stack":
			task.MoveStacks = true
		case "check":
			gc.Check = true
		case "poison":
			heap.Poison = true
		}
	}
}

// parseBytes reads a number of bytes with an optional unit: B, KiB, MiB, GiB,
// TiB.
func parseBytes(s string) (int64, bool) {
	shift := uint(0)
	if n := len(s); n > 0 && s[n-1] == 'B' {
		s = s[:n-1]
		if n := len(s); n > 1 && s[n-1] == 'i' {
			switch s[n-2] {
			case 'K':
				shift = 10
			case 'M':
				shift = 20
			case 'G':
				shift = 30
			case 'T':
				shift = 40
			default:
				return 0, false
			}
			s = s[:n-2]
		}
	}
	n, ok := atoi(s)
	if !ok || n < 0 || s[0] == '+' || n > (1<<63-1)>>shift {
		return 0, false
	}
	return n << shift, true
}

// parseGodebug applies key=value settings. Later ones win. At start all are
// applied, afterwards those that may change.
func parseGodebug(s string, start bool) {
	for s != "" {
		field := s
		if i := bytealg.IndexByteString(s, ','); i >= 0 {
			field, s = s[:i], s[i+1:]
		} else {
			s = ""
		}
		eq := bytealg.IndexByteString(field, '=')
		if eq < 0 {
			continue
		}
		key, value := field[:eq], field[eq+1:]
		if key == "memprofilerate" && start {
			if n, ok := atoi(value); ok {
				MemProfileRate = int(n)
			}
			continue
		}
		if i := bytealg.IndexByteString(value, '#'); i >= 0 {
			value = value[:i] // a pattern of bisect, not for us
		}
		n, ok := atoi(value)
		if !ok {
			continue
		}
		for i := range debugVars {
			if v := &debugVars[i]; v.name == key {
				if v.atomic != nil {
					v.atomic.Store(int32(n))
				} else if start {
					*v.value = int32(n)
				}
			}
		}
	}
}

// reparseGodebug follows a change of the environment variable.
func reparseGodebug(env string) {
	for i := range debugVars {
		if v := &debugVars[i]; v.atomic != nil {
			v.atomic.Store(v.dflt)
		}
	}
	parseGodebug(godebugDefault, false)
	parseGodebug(env, false)
}

// setGodebugEnv follows os.Setenv and the like.
func setGodebugEnv(env string) {
	reparseGodebug(env)
	godebugEnvChanged(env)
}

//go:linkname syscall_runtimeSetenv syscall.runtimeSetenv
func syscall_runtimeSetenv(key, value string) {
	if key == "GODEBUG" {
		setGodebugEnv(value)
	}
}

//go:linkname syscall_runtimeUnsetenv syscall.runtimeUnsetenv
func syscall_runtimeUnsetenv(key string) {
	if key == "GODEBUG" {
		setGodebugEnv("")
	}
}

//go:linkname syscall_runtimeClearenv syscall.runtimeClearenv
func syscall_runtimeClearenv(env map[string]int) {
	if _, ok := env["GODEBUG"]; ok {
		setGodebugEnv("")
	}
}

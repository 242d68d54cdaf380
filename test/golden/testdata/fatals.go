// What programs that break a rule print first, with how many goroutines, and with what status they end; and what
// settings that cannot be read are taken for.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"time"
)

var (
	large  []byte
	faults = map[string]func(){
		"unlock":  func() { new(sync.Mutex).Unlock() },
		"runlock": func() { new(sync.RWMutex).RUnlock() },
		"write":   func() { new(sync.RWMutex).Unlock() },
		"count":   func() { new(sync.WaitGroup).Done() },
		"nil":     func() { go (func())(nil)() },
		"maps": func() {
			m := map[int]int{}
			for range 4 {
				go func() {
					for i := 0; ; i++ {
						m[i%100] = i
					}
				}()
			}
			time.Sleep(time.Minute)
		},
		"memory": func() {
			n := 1 << 46
			large = make([]byte, n)
		},
		"threads": func() {
			debug.SetMaxThreads(12)
			for range 30 {
				go func() {
					runtime.LockOSThread()
					time.Sleep(time.Minute)
				}()
			}
			time.Sleep(time.Minute)
		},
		"stack":    func() { debug.SetMaxStack(1 << 18); deeper(0) },
		"settings": func() { fmt.Println(runtime.GOMAXPROCS(0) < 100, debug.SetGCPercent(1), debug.SetMemoryLimit(-1)) },
	}
)

//go:noinline
func deeper(n int) int { return deeper(n+1) + n }

func main() {
	if len(os.Args) > 1 {
		go time.Sleep(time.Minute) // a second goroutine, which only faults of the runtime itself show
		runtime.Gosched()
		faults[os.Args[1]]()
		return
	}
	for _, fault := range []string{"unlock", "runlock", "write", "count", "nil", "maps", "memory", "threads", "stack"} {
		run(fault, "")
	}
	for _, s := range []string{"off", "0", "50x", "-7", "99999999999", "1e3"} {
		run("settings", "GOGC="+s)
	}
	for _, s := range []string{"0", "-3", "4x", "99999999999"} {
		run("settings", "GOMAXPROCS="+s)
	}
	for _, s := range []string{"gctrace=x", "nosuch=1", "asyncpreemptoff=1,,x", "=5"} {
		run("settings", "GODEBUG="+s)
	}
}

func run(fault, setting string) {
	cmd := exec.Command(os.Args[0], fault)
	if setting != "" {
		cmd.Env = append(os.Environ(), setting)
	}
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	status := 0
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		status = exit.ExitCode()
	}
	fmt.Printf("%s %s: status %d, %d goroutines, %q\n", fault, setting, status, headers(fault, stderr.String()), out)
	for line := range strings.Lines(stderr.String()) {
		if line == "\n" {
			break
		}
		if !strings.HasPrefix(line, "runtime: sp=") {
			fmt.Print("\t", line)
		}
	}
}

// headers counts the goroutines shown, unless the runtime died on a stack of its own: then it shows all.
func headers(fault, text string) int {
	switch fault {
	case "nil", "memory", "threads", "stack", "settings":
		return 0
	}
	return strings.Count(text, "\ngoroutine ")
}

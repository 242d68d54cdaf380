//go:build !linux

package libc

import "time"

var started = time.Now()

// cpuTime is how long the process has run, in nanoseconds.
func cpuTime() int64 { return int64(time.Since(started)) }

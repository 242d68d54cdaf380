// The scheduler's trace has the fields of gc's, in its order.
package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"time"
)

var (
	// why a thread is not preempted is told in words
	preemptOff = regexp.MustCompile(`preemptoff=.* locks=`)

	reason = regexp.MustCompile(`\([^)]*\)`)
	value  = regexp.MustCompile(`=[^ \[]*`)
	list   = regexp.MustCompile(`\[[ 0-9]*\]`)
	number = regexp.MustCompile(`[0-9]+`)
)

// trace runs the program again and gives what it prints, without a line that its end cut off. A busy machine may take
// several runs until there is a whole trace.
func trace(detail string) (out []byte) {
	for range 20 {
		cmd := exec.Command(os.Args[0], "traced")
		cmd.Env = append(os.Environ(), "GODEBUG=schedtrace=20,scheddetail="+detail)
		var err error
		if out, err = cmd.CombinedOutput(); err != nil {
			fmt.Println(err)
		}
		out = out[:bytes.LastIndexByte(out, '\n')+1]
		if bytes.Count(out, []byte("SCHED")) > 2 {
			break
		}
	}
	return out
}

func main() {
	if len(os.Args) > 1 {
		go func() { runtime.LockOSThread(); select {} }()
		time.Sleep(100 * time.Millisecond)
		return
	}
	for _, detail := range []string{"0", "1"} {
		out := trace(detail)
		seen := map[byte]string{}
		for line := range strings.Lines(string(out)) {
			line = reason.ReplaceAllString(strings.TrimSpace(line), "(reason)")
			line = preemptOff.ReplaceAllString(line, "preemptoff= locks=")
			line = value.ReplaceAllString(list.ReplaceAllString(line, "[list]"), "=")
			line = number.ReplaceAllString(line, "n")
			if old := seen[line[0]]; old != "" && old != line {
				fmt.Println("differs:", line)
			}
			seen[line[0]] = line
		}
		for _, kind := range "SPMG" {
			fmt.Println(seen[byte(kind)])
		}
		fmt.Println(strings.Contains(string(out), "lockedg=nil"), regexp.MustCompile(`lockedg=\d`).Match(out), regexp.MustCompile(`lockedm=\d`).Match(out))
	}
}

package main

import (
	"errors"
	"os/exec"
	"syscall"
	"time"
)

// start starts a program that may just have been written. Another thread that forks while a file is being written gives its child the
// open file until the child runs its own program, and until then the kernel takes the file for one that is still written to
// and refuses to run it. This passes within milliseconds, so start tries again.
func start(cmd *exec.Cmd) error {
	unstarted := *cmd
	for wait := time.Millisecond; ; wait *= 2 {
		err := cmd.Start()
		if !errors.Is(err, syscall.ETXTBSY) || wait > time.Second {
			return err
		}
		*cmd = unstarted
		time.Sleep(wait)
	}
}

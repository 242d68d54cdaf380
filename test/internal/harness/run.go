package harness

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// Command is one run of a program.
type Command struct {
	Args    []string // the executable and its arguments
	Dir     string
	Env     []string // added to the process's
	Stdin   []byte
	Limit   time.Duration // 0 is a minute
	Combine bool          // standard error into Result.Stdout
}

// Result is what came of it.
type Result struct {
	Stdout, Stderr []byte
	Exit           int    // exit status; 128+signal if one ended the program
	Signal         string // "segmentation fault"
	TimedOut       bool
	Elapsed        time.Duration
	Err            error // the program could not be started
}

// maxOutput bounds what is kept of a program's output.
const maxOutput = 8 << 20

// Run runs a program. It tries again while the kernel says that the executable is being written: a process forked
// elsewhere in this one holds the file open for a moment. A program over its time gets SIGQUIT, so that Stderr holds its goroutines, then SIGKILL.
func (c Command) Run() *Result {
	for wait := time.Millisecond; ; wait *= 2 {
		r := c.run()
		if !errors.Is(r.Err, syscall.ETXTBSY) || wait > time.Second {
			return r
		}
		time.Sleep(wait)
	}
}

func (c Command) run() *Result {
	limit := c.Limit
	if limit == 0 {
		limit = time.Minute
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	var out, errs capped
	start := time.Now()
	cmd, err := c.start(ctx, &out, &errs)
	if err == nil {
		err = cmd.Wait()
	}
	if cmd.Process != nil {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // what it started and left behind
	}
	r := &Result{Stdout: out.b.Bytes(), Stderr: errs.b.Bytes(), Elapsed: time.Since(start), TimedOut: ctx.Err() != nil}
	var exit *exec.ExitError
	switch {
	case cmd.ProcessState != nil:
		r.status(cmd.ProcessState.Sys().(syscall.WaitStatus))
	case errors.As(err, &exit):
	default:
		r.Err, r.Exit = err, -1
	}
	return r
}

func (r *Result) status(w syscall.WaitStatus) {
	if w.Signaled() {
		r.Signal = w.Signal().String()
		r.Exit = 128 + int(w.Signal())
		return
	}
	r.Exit = w.ExitStatus()
}

// capped keeps the first maxOutput bytes.
type capped struct{ b bytes.Buffer }

func (c *capped) Write(p []byte) (int, error) {
	if room := maxOutput - c.b.Len(); room > 0 {
		c.b.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

// start starts the program, anew while a child that another test has just forked still holds its file open for writing.
func (c Command) start(ctx context.Context, out, errs *capped) (*exec.Cmd, error) {
	for wait := time.Millisecond; ; wait *= 2 {
		cmd := exec.CommandContext(ctx, c.Args[0], c.Args[1:]...)
		cmd.Dir = c.Dir
		cmd.Env = append(os.Environ(), c.Env...)
		if c.Dir != "" {
			cmd.Env = append(cmd.Env, "PWD="+c.Dir)
		}
		if c.Stdin != nil {
			cmd.Stdin = bytes.NewReader(c.Stdin)
		}
		cmd.Stdout, cmd.Stderr = out, errs
		if c.Combine {
			cmd.Stderr = out
		}
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGQUIT) }
		cmd.WaitDelay = 2 * time.Second
		err := cmd.Start()
		if !errors.Is(err, syscall.ETXTBSY) || wait > time.Second {
			return cmd, err
		}
		time.Sleep(wait)
	}
}

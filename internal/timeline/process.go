package timeline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/perf/benchfmt"
)

// Process is a program to run and measure: an executable with arguments.
type Process struct {
	Path    string
	Args    []string
	Dir     string
	Env     []string // in addition to this process's own
	Timeout time.Duration
	Trace   bool // ask for the collector's trace: the executable is a real Go release's and writes no snapshot
}

// run is what one execution gave.
type run struct {
	wall, cpu float64 // seconds
	peak      float64 // bytes of memory
	bench     []benchLine
	snapshot  *snapshot // nil for releases
	pauses    Histogram
}

// benchLine is one value of a line in the format of Go's benchmarks.
type benchLine struct {
	name, unit string
	value      float64
}

// maxOutput is how much of a program's output is kept, from its beginning: benchmarks' lines stand there.
const maxOutput = 1 << 20

// run executes the program once, with more arguments.
func (p *Process) run(ctx context.Context, args []string) (*run, error) {
	ctx, cancel := context.WithTimeout(ctx, p.Timeout)
	defer cancel()
	dir, err := os.MkdirTemp("", "strata-timeline")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "metrics")
	cmd := exec.CommandContext(ctx, p.Path, slices.Concat(p.Args, args)...)
	cmd.Dir = p.Dir
	cmd.Env = append(append(os.Environ(), p.Env...), "STRATAMETRICS="+file)
	if p.Trace {
		cmd.Env = append(cmd.Env, "GODEBUG=gctrace=1")
	}
	cmd.WaitDelay = 2 * time.Second
	stdout, stderr := &head{max: maxOutput}, &head{max: maxOutput}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	peak := watchPeak(cmd.Process.Pid)
	err = cmd.Wait()
	r := &run{wall: time.Since(start).Seconds()}
	polled := peak()
	pauses, rest := pausesInTrace(stderr.String())
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil, fmt.Errorf("did not end within %v", p.Timeout)
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, fmt.Errorf("%w%s", err, firstLine(rest))
	}
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	r.cpu = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	r.peak = peakMemory(float64(usage.Maxrss)*1024, polled)
	r.bench = parseBench(stdout.Bytes())
	if p.Trace {
		r.pauses = pauses
		return r, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, errors.New("the program has ended without writing its metrics")
	}
	if r.snapshot, err = parseSnapshot(text); err != nil {
		return nil, err
	}
	r.pauses = r.snapshot.histograms[metricPauses]
	if peak := r.snapshot.values[metricPeak]; peak != 0 {
		r.peak = peak
	}
	return r, nil
}

// firstLine is the first line of a text, to put behind an error.
func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	if line == "" {
		return ""
	}
	return ": " + line
}

// parseBench finds the lines of benchmarks in a program's output; names lose "Benchmark" and the number of processors.
func parseBench(text []byte) []benchLine {
	var out []benchLine
	r := benchfmt.NewReader(bytes.NewReader(text), "")
	for r.Scan() {
		res, ok := r.Result().(*benchfmt.Result)
		if !ok {
			continue // a line that only looks like a benchmark's
		}
		name := res.Name.String()
		if base, procs := res.Name.Parts(); len(procs) > 0 && procs[len(procs)-1][0] == '-' {
			name = string(base)
			for _, p := range procs[:len(procs)-1] {
				name += string(p)
			}
		}
		for _, v := range res.Values {
			out = append(out, benchLine{name, v.Unit, v.Value})
		}
	}
	return out
}

// watchPeak reads the largest resident size of a process now and then; the function that it returns ends that and gives
// the last value. The kernel's own figure at the end (peakMemory) counts what the process was before it became
// the program: a copy of this one.
func watchPeak(pid int) func() float64 {
	quit, result := make(chan struct{}), make(chan float64, 1)
	go func() {
		peak, wait := 0.0, time.Millisecond
		for {
			peak = max(peak, status(pid, "VmHWM:"))
			select {
			case <-quit:
				result <- peak
				return
			case <-time.After(wait):
				wait = min(2*wait, 25*time.Millisecond)
			}
		}
	}()
	return func() float64 { close(quit); return <-result }
}

// peakMemory is the largest resident size: the kernel's figure at the end of the process, unless that can be this process's own,
// in which the program was started; then the largest that was seen while it ran.
func peakMemory(kernel, polled float64) float64 {
	if own := status(os.Getpid(), "VmHWM:"); kernel > own || polled == 0 {
		return kernel
	}
	return polled
}

// status reads a size from /proc: "VmHWM:    1234 kB". It is 0 if the process has gone.
func status(pid int, field string) float64 {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(text), field)
	words := strings.Fields(after)
	if len(words) == 0 {
		return 0
	}
	kb, _ := strconv.ParseFloat(words[0], 64)
	return kb * 1024
}

// head keeps the beginning of what is written to it.
type head struct {
	bytes.Buffer
	max int
}

func (h *head) Write(p []byte) (int, error) {
	if room := h.max - h.Len(); room > 0 {
		h.Buffer.Write(p[:min(len(p), room)])
	}
	return len(p), nil
}

package main

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"
	"unsafe"
)

// progress shows one line on a terminal while something takes long, and erases it at the end. Where standard
// error is no terminal it shows nothing.
type progress struct {
	what  string
	on    bool
	begun time.Time

	mu    sync.Mutex
	last  time.Time
	shown bool
}

// patience is how long to wait before showing progress, and rest between two pictures of it.
const (
	patience = 500 * time.Millisecond
	rest     = 100 * time.Millisecond
)

func newProgress(what string) *progress {
	return &progress{what: what, on: isTerminal(os.Stderr), begun: time.Now()}
}

// step says that done of total are finished, name being the last.
func (p *progress) step(done, total int, name string) {
	if !p.on || time.Since(p.begun) < patience {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if time.Since(p.last) < rest {
		return
	}
	p.last = time.Now()
	p.shown = true
	if len(name) > 50 {
		name = "…" + name[len(name)-49:]
	}
	fmt.Fprintf(os.Stderr, "\r\x1b[K%s %s %d/%d %s", p.what, gauge(done, total), done, total, name)
}

// gauge draws how far something is: "█████▌    ".
func gauge(done, total int) string {
	const width = 16
	eighths := 8 * width * min(done, total) / max(total, 1)
	bar := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		bar += string(rune('█' + 8 - rest)) // block elements get narrower
	}
	return bar + strings.Repeat(" ", width-(eighths+7)/8)
}

// done erases the line.
func (p *progress) done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.on = false
	if p.shown {
		fmt.Fprint(os.Stderr, "\r\x1b[K")
		p.shown = false
	}
}

func isTerminal(f *os.File) bool {
	var termios syscall.Termios
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), syscall.TCGETS, uintptr(unsafe.Pointer(&termios)))
	return errno == 0
}

// terminalWidth is how many characters fit into a line of f: of what is no terminal, as many as a log shows well.
func terminalWidth(f *os.File) int {
	var size struct{ rows, cols, x, y uint16 }
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), syscall.TIOCGWINSZ, uintptr(unsafe.Pointer(&size)))
	if errno != 0 || size.cols == 0 {
		return 120
	}
	return int(size.cols)
}

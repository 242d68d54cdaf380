package main

import (
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"strata/internal/load"
)

// Files and directories that must not outlive the process are removed when a signal ends it.

var removals = struct {
	sync.Mutex
	watch sync.Once
	next  int
	paths map[int]string
	held  map[os.Signal]int // how many programs get a signal, and decide what it means
}{paths: map[int]string{}, held: map[os.Signal]int{}}

// removeAtSignal has a file or directory removed, with all that is in it, if a signal ends the process before forget is called.
func removeAtSignal(path string) (forget func()) {
	removals.Lock()
	defer removals.Unlock()
	removals.watch.Do(func() {
		signals := make(chan os.Signal, 1)
		signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
		go func() {
			for s := range signals {
				dieOf(s.(syscall.Signal))
			}
		}()
	})
	removals.next++
	id := removals.next
	removals.paths[id] = path
	return func() {
		removals.Lock()
		delete(removals.paths, id)
		removals.Unlock()
	}
}

// dieOf ends the process as the signal would have, unless a program that the process waits for has got it.
func dieOf(s syscall.Signal) {
	removals.Lock()
	defer removals.Unlock()
	if removals.held[s] > 0 {
		return
	}
	for _, path := range removals.paths {
		os.RemoveAll(path)
	}
	signal.Reset(s)
	syscall.Kill(os.Getpid(), s)
	select {} // with the lock held: nothing new is begun
}

// holdSignals leaves signals to a program that runs, until release is called.
func holdSignals(list ...os.Signal) (release func()) {
	count := func(n int) {
		removals.Lock()
		defer removals.Unlock()
		for _, s := range list {
			removals.held[s] += n
		}
	}
	count(1)
	return func() { count(-1) }
}

// workDir is tempDir for what -work shows and keeps.
func workDir(b *buildFlags, name string) (dir string, remove func(), err error) {
	if !b.work {
		return tempDir(name)
	}
	if dir, err = os.MkdirTemp(load.Getenv("GOTMPDIR"), name); err == nil {
		fmt.Fprintf(os.Stderr, "WORK=%s\n", dir)
	}
	return dir, func() {}, err
}

// tempDir makes a directory for the run of one command, which nothing survives.
func tempDir(name string) (dir string, remove func(), err error) {
	if dir, err = os.MkdirTemp(load.Getenv("GOTMPDIR"), name); err != nil {
		return "", nil, err
	}
	forget := removeAtSignal(dir)
	return dir, func() {
		os.RemoveAll(dir)
		forget()
	}, nil
}

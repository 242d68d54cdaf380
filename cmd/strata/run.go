package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"strata/internal/load"
)

var cmdRun = &command{
	name:  "run",
	args:  "[build flags] [-exec xprog] package [arguments...]",
	short: "compile and run a Go program",
	long: `Run compiles the named command, a package or a list of .go files, and runs it with the arguments.
Executables for another processor are run by its emulator (qemu-aarch64 for arm64), or by what -exec names.
When the program fails, run prints its exit status and exits with 1. Signals are passed on.`,
	run: runRun,
}

func runRun(c *command, args []string) int {
	b := buildFlags{files: true}
	fs := newFlags(c)
	b.register(fs)
	b.cover.register(fs)
	defer b.cover.remove()
	xprog := fs.String("exec", "", "")
	if parseFlags(c, fs, args) != nil {
		return 2
	}
	patterns, progArgs := splitRunArgs(fs.Args())
	if len(patterns) == 0 {
		fmt.Fprintln(os.Stderr, "strata: no go files listed")
		return 1
	}
	for _, p := range patterns {
		if strings.HasSuffix(p, "_test.go") {
			fmt.Fprintf(os.Stderr, "strata: cannot run *_test.go files (%s)\n", p)
			return 1
		}
	}
	patterns, forget, err := b.atVersion(patterns)
	if err != nil {
		return report(err)
	}
	defer forget()
	words, err := splitQuoted(*xprog)
	if err == nil {
		words, err = withEngine(words)
	}
	if err != nil {
		return report(err)
	}
	dir, remove, err := workDir(&b, "strata-run")
	if err != nil {
		return report(err)
	}
	defer remove()
	exe, status := buildToRun(&b, args[:len(args)-fs.NArg()], patterns, dir)
	if exe == "" {
		return status
	}
	return execute(append(append(words, exe), progArgs...), b.x)
}

// buildToRun puts the executable of the one command that is named into dir. If that fails it gives the exit status instead.
func buildToRun(b *buildFlags, flags, patterns []string, dir string) (exe string, status int) {
	b.temporary = true
	if b.dir == "" { // what a version like latest means may change
		b.earlier = b.recall("run", flags, patterns)
	}
	if list, ok := b.earlier.done(dir); ok && len(list) == 1 {
		return list[0].path, 0
	}
	prog, err := loadPackages(b.config(), b, patterns)
	if err == nil {
		err = prog.Err()
	}
	if err != nil {
		return "", report(err)
	}
	b.cover.warn(prog, "built")
	switch mains := prog.Mains(); {
	case len(prog.Roots) == 0:
		return "", report(fmt.Errorf("strata: no packages loaded from %s", strings.Join(patterns, " ")))
	case len(prog.Roots) > 1:
		return "", report(fmt.Errorf("strata: pattern %s matches multiple packages", patterns[0]))
	case len(mains) == 0:
		return "", report(fmt.Errorf("package %s is not a main package", prog.Roots[0].ImportPath))
	}
	main := prog.Mains()[0]
	b.reload = func() (*load.Program, error) { return loadPackages(b.config(), b, patterns) }
	exe = filepath.Join(dir, outputName(main, patterns))
	if err := compileTo(prog, main, exe, b); err != nil {
		return "", report(compileError(main, err))
	}
	b.earlier.save()
	b.shared.flush()
	return exe, 0
}

// splitRunArgs splits the arguments into the program's files, or its package, and what the program is given.
func splitRunArgs(args []string) (patterns, rest []string) {
	i := 0
	for i < len(args) && strings.HasSuffix(args[i], ".go") {
		i++
	}
	if i == 0 && len(args) > 0 {
		i = 1
	}
	return args[:i], args[i:]
}

// execute runs a program, passes signals on, and gives the exit status of `strata run`.
func execute(argv []string, show bool) int {
	if show {
		fmt.Fprintln(os.Stderr, strings.Join(argv, " "))
	}
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	defer holdSignals(os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)()
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, os.Interrupt, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGUSR1, syscall.SIGUSR2)
	if err := start(cmd); err != nil {
		return report(err)
	}
	go forward(signals, cmd.Process)
	err := cmd.Wait()
	signal.Stop(signals)
	close(signals)
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		fmt.Fprintln(os.Stderr, exit) // "exit status 3", "signal: killed"
	default:
		fmt.Fprintln(os.Stderr, err)
	}
	return 1
}

// forward passes signals on. Those that a terminal's keys make have reached the program already.
func forward(signals <-chan os.Signal, to *os.Process) {
	terminal := isTerminal(os.Stdin)
	for s := range signals {
		if terminal && (s == os.Interrupt || s == syscall.SIGQUIT) {
			continue
		}
		to.Signal(s)
	}
}

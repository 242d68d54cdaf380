// Package engine runs WebAssembly programs of the system interface wasip1, by way of wazero.
package engine

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/experimental/sysfs"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"github.com/tetratelabs/wazero/sys"
)

// Program says what to run and what it sees of the world: the whole file system, if Root is "/", and the working directory by PWD, as
// Go's own scripts for running such programs have it.
type Program struct {
	Module         []byte
	Args           []string // with the program's name
	Env            []string
	Root           string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Cache is a directory for compiled modules, "" for none.
	Cache string
}

// Run runs the program and returns its exit code.
func Run(ctx context.Context, p Program) (code int, err error) {
	cfg := wazero.NewRuntimeConfig()
	if p.Cache != "" {
		cache, err := wazero.NewCompilationCacheWithDir(p.Cache)
		if err != nil {
			return 0, err
		}
		defer cache.Close(ctx)
		cfg = cfg.WithCompilationCache(cache)
	}
	rt := wazero.NewRuntimeWithConfig(ctx, cfg)
	defer rt.Close(ctx)
	wasi_snapshot_preview1.MustInstantiate(ctx, rt)
	mod, err := rt.CompileModule(ctx, p.Module)
	if err != nil {
		return 0, fmt.Errorf("the engine refuses the module: %w", err)
	}
	conf := wazero.NewModuleConfig().WithArgs(p.Args...).WithStdin(p.Stdin).WithStdout(p.Stdout).WithStderr(p.Stderr).
		WithSysNanosleep().WithSysNanotime().WithSysWalltime().WithRandSource(rand.Reader)
	if p.Root != "" {
		conf = conf.WithFSConfig(wazero.NewFSConfig().(sysfs.FSConfig).WithSysFSMount(sysfs.DirFS(p.Root), "/"))
	}
	for _, kv := range p.Env {
		for i := 1; i < len(kv); i++ {
			if kv[i] == '=' {
				conf = conf.WithEnv(kv[:i], kv[i+1:])
				break
			}
		}
	}
	_, err = rt.InstantiateModule(ctx, mod, conf)
	var exit *sys.ExitError
	if errors.As(err, &exit) {
		return int(exit.ExitCode()), nil
	}
	return 0, err
}

// Main runs the module in a file as a command would, with the process's own arguments, environment and files.
func Main(file string, args []string) int {
	b, err := os.ReadFile(file)
	if err == nil {
		var code int
		code, err = Run(context.Background(), Program{Module: b, Args: append([]string{file}, args...), Env: os.Environ(), Root: "/",
			Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr})
		if err == nil {
			return code
		}
	}
	fmt.Fprintln(os.Stderr, err)
	return 125
}

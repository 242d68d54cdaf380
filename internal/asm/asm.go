// Package asm assembles Plan 9 assembly files for amd64 and arm64, as the Go toolchain's
// packages write them, into object symbols.
//
// The stages are the files of the package: lex.go (characters to tokens),
// preprocess.go (#define, #include, #ifdef), parse.go and operand.go (statements),
// data.go (DATA and GLOBL), text.go (frame, prologue, epilogue, tracking of SP),
// and emit.go (encoding and the function tables). Encoding is package x86's. The arm64 files have operands, frames and
// encoding of that machine; everything else is the same for all.
//
// Names: an ABI0 TEXT is called "pkg.name<ABI0>", one marked <ABIInternal> is
// called "pkg.name", and a file-static symbol "pkg.name<file.s>". The target of
// a CALL or JMP is a function and follows that rule; any other reference is to
// data and stays plain, unless the symbol is a TEXT of the same file.
package asm

import (
	"fmt"
	"strings"

	"strata/internal/object"
	"strata/internal/rtcall"
)

// Config says how to assemble one file.
type Config struct {
	Arch    string                            // GOARCH; "" is amd64
	PkgPath string                            // replaces the empty package of ·name; escaped as in symbols
	File    string                            // name for messages and line tables
	Include func(name string) ([]byte, error) // finds what #include names
	Defines map[string]string                 // predefined macros; "GOOS_linux": "1"

	// MoreStack is what the stack check of functions without NOSPLIT calls;
	// empty means runtime.morestack_noctxt.
	MoreStack string
	// TLSOffset is where g is kept, relative to the FS base. 0 means -8.
	TLSOffset int32
}

// ArgsSizeUnknown is the FuncInfo.ArgsSize of a TEXT that does not give one.
const ArgsSizeUnknown = -0x80000000

// Assemble translates one file. The error lists all problems found, one a line,
// each as file:line: message.
func Assemble(cfg Config, src []byte) ([]*object.Symbol, error) {
	if cfg.MoreStack == "" {
		cfg.MoreStack = rtcall.MoreStackNoCtxt
	}
	if cfg.TLSOffset == 0 {
		cfg.TLSOffset = -8
	}
	pp := newPreprocessor(&cfg)
	pp.file(cfg.File, src)
	p := newParser(&cfg, &pp.errs)
	p.run(pp.out)
	return p.symbols(), pp.errs.err()
}

// errorList collects messages.
type errorList []string

const maxErrors = 20

func (l *errorList) add(at pos, format string, args ...any) {
	if len(*l) <= maxErrors {
		*l = append(*l, fmt.Sprintf("%s:%d: %s", at.file, at.line, fmt.Sprintf(format, args...)))
	}
}

func (l *errorList) err() error {
	if len(*l) == 0 {
		return nil
	}
	lines := *l
	if len(lines) > maxErrors {
		lines = append(lines[:maxErrors:maxErrors], "too many errors")
	}
	return fmt.Errorf("%s", strings.Join(lines, "\n"))
}

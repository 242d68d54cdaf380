package main

import (
	"bufio"
	"bytes"
	"debug/gosym"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path"
	"regexp"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"sync"
	"text/tabwriter"

	"golang.org/x/arch/x86/x86asm"
)

func init() { tools["objdump"] = runObjdump }

const objdumpUsage = `usage: strata tool objdump [-S] [-gnu] [-s symregexp] binary [start end]

  -S	print Go code alongside assembly
  -gnu
    	print GNU assembly next to Go assembly (where supported)
  -s string
    	only dump symbols matching this regexp
`

func runObjdump(args []string) int {
	d := &disassembler{end: ^uint64(0)}
	fs := flag.NewFlagSet("objdump", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.BoolVar(&d.source, "S", false, "")
	fs.BoolVar(&d.gnu, "gnu", false, "")
	fs.Func("s", "", func(v string) (err error) {
		d.filter, err = regexp.Compile(v)
		return err
	})
	if err := fs.Parse(args); err != nil || fs.NArg() != 1 && fs.NArg() != 3 {
		if err != nil && err != flag.ErrHelp {
			fmt.Fprintln(os.Stderr, "objdump:", err)
		}
		fmt.Fprint(os.Stderr, objdumpUsage)
		return 2
	}
	err := d.parseRange(fs.Args()[1:])
	if err == nil {
		err = d.open(fs.Arg(0))
	}
	if err == nil {
		out := bufio.NewWriterSize(os.Stdout, 1<<16)
		if err = d.print(out); err == nil {
			err = out.Flush()
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "objdump:", err)
		return 1
	}
	return 0
}

// A disassembler prints the functions of an executable.
type disassembler struct {
	filter      *regexp.Regexp
	start, end  uint64 // only what lies in this range
	source, gnu bool

	syms     []execSymbol // in order of address
	addr     uint64       // of text
	text     []byte
	newLines func() (*gosym.Table, error)
}

func (d *disassembler) parseRange(args []string) (err error) {
	if len(args) == 0 {
		return nil
	}
	if d.start, err = strconv.ParseUint(strings.TrimPrefix(args[0], "0x"), 16, 64); err != nil {
		return fmt.Errorf("invalid start PC: %v", err)
	}
	if d.end, err = strconv.ParseUint(strings.TrimPrefix(args[1], "0x"), 16, 64); err != nil {
		return fmt.Errorf("invalid end PC: %v", err)
	}
	return nil
}

func (d *disassembler) open(name string) error {
	e, err := openExecutable(name)
	if err != nil {
		return err
	}
	defer e.close()
	if m := e.elf.Machine.String(); m != "EM_X86_64" {
		return fmt.Errorf("disassemble %s: unsupported architecture %s", name, m)
	}
	syms, err := e.symbols()
	if err != nil {
		return fmt.Errorf("disassemble %s: %v", name, err)
	}
	if d.newLines, err = e.lines(syms); err != nil {
		return fmt.Errorf("disassemble %s: %v", name, err)
	}
	if d.addr, d.text, err = e.text(); err != nil {
		return fmt.Errorf("disassemble %s: %v", name, err)
	}
	for _, s := range syms {
		switch s.name {
		case "runtime.text", "text", "_text", "runtime.etext", "etext", "_etext":
			// marks of the section, no functions
		default:
			d.syms = append(d.syms, s)
		}
	}
	d.start = max(d.start, d.addr)
	d.end = min(d.end, d.addr+uint64(len(d.text)))
	return nil
}

// print writes the chosen functions in order. They are disassembled in parallel, in runs of a few.
func (d *disassembler) print(w io.Writer) error {
	var chosen []execSymbol
	for _, s := range d.syms {
		if (s.code == 'T' || s.code == 't') && s.addr >= d.addr && s.addr+s.size > d.start && s.addr < d.end &&
			(d.filter == nil || d.filter.MatchString(s.name)) {
			chosen = append(chosen, s)
		}
	}
	const run = 64
	type job struct {
		syms []execSymbol
		text chan []byte
	}
	workers := min(runtime.GOMAXPROCS(0), (len(chosen)+run-1)/run)
	jobs := make(chan job)
	order := make(chan job, 4*workers)
	var failed error
	var once sync.Once
	for range workers {
		go func() {
			lines, err := d.newLines()
			if err != nil {
				once.Do(func() { failed = err })
			}
			f := &funcPrinter{disassembler: d, lines: lines}
			for j := range jobs {
				var buf bytes.Buffer
				if err == nil {
					for _, s := range j.syms {
						f.print(&buf, s)
						buf.WriteByte('\n')
					}
				}
				j.text <- buf.Bytes()
			}
		}()
	}
	go func() {
		for len(chosen) > 0 {
			n := min(run, len(chosen))
			j := job{chosen[:n], make(chan []byte, 1)}
			chosen = chosen[n:]
			order <- j
			jobs <- j
		}
		close(order)
		close(jobs)
	}()
	// An empty line stands between functions, not after the last.
	var last []byte
	for j := range order {
		text := <-j.text
		if _, err := w.Write(last); err != nil {
			return err
		}
		last = text
	}
	if failed != nil {
		return failed
	}
	if len(last) == 0 {
		return nil
	}
	_, err := w.Write(last[:len(last)-1])
	return err
}

// lookup finds the symbol that holds addr.
func (d *disassembler) lookup(addr uint64) (name string, base uint64) {
	i := sort.Search(len(d.syms), func(i int) bool { return addr < d.syms[i].addr })
	if i > 0 {
		if s := d.syms[i-1]; s.addr != 0 && addr < s.addr+s.size {
			return s.name, s.addr
		}
	}
	return "", 0
}

// instruction disassembles the one at pc, of a function that ends at end.
func (d *disassembler) instruction(pc, end uint64) (text string, size uint64) {
	inst, err := x86asm.Decode(d.text[pc-d.addr:end-d.addr], 64)
	if err != nil || inst.Len == 0 || inst.Op == 0 {
		return "?", 1
	}
	text = x86asm.GoSyntax(inst, pc, d.lookup)
	if d.gnu {
		text = fmt.Sprintf("%-36s // %s", text, x86asm.GNUSyntax(inst, pc, nil))
	}
	return text, uint64(inst.Len)
}

// A funcPrinter prints functions one after the other.
type funcPrinter struct {
	*disassembler
	lines *gosym.Table
	files sourceFiles
}

func (f *funcPrinter) print(w io.Writer, s execSymbol) {
	file, _, _ := f.lines.PCToLine(s.addr)
	fmt.Fprintf(w, "TEXT %s(SB) %s\n", s.name, file)
	tw := tabwriter.NewWriter(w, 18, 8, 1, '\t', tabwriter.StripEscape)
	var lastFile string
	var lastLine int
	end := min(s.addr+s.size, f.end)
	for pc := max(s.addr, f.addr); pc < end; {
		text, size := f.instruction(pc, end)
		file, line, _ := f.lines.PCToLine(pc)
		if f.source {
			if file != lastFile || line != lastLine {
				if src, err := f.files.line(file, line); err == nil {
					fmt.Fprintf(tw, "\xff%s\xff\n", src)
				}
				lastFile, lastLine = file, line
			}
			fmt.Fprintf(tw, "  %#x\t", pc)
		} else {
			fmt.Fprintf(tw, "  %s:%d\t%#x\t", baseName(file), line, pc)
		}
		fmt.Fprintf(tw, "%x\t%s\t\n", f.text[pc-f.addr:pc-f.addr+size], text)
		pc += size
	}
	tw.Flush()
}

func baseName(file string) string {
	if file == "" {
		return ""
	}
	return path.Base(file)
}

// sourceFiles keeps the lines of source files.
type sourceFiles map[string][]string

var errNoLine = errors.New("no such line")

func (s *sourceFiles) line(file string, line int) (string, error) {
	if path.Ext(file) != ".go" {
		return "", nil
	}
	lines, ok := (*s)[file]
	if !ok {
		if *s == nil {
			*s = sourceFiles{}
		}
		if text, err := os.ReadFile(os.ExpandEnv(file)); err == nil {
			lines = strings.Split(string(text), "\n")
		}
		(*s)[file] = lines
	}
	if lines == nil {
		return "", errNoLine
	}
	if line < 1 || line > len(lines) {
		return "", nil // a line directive may say anything
	}
	return lines[line-1], nil
}

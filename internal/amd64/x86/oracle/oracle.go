// Package oracle is test support: it runs the host's "go tool asm" on a file and
// returns what the file assembled to, read from the -S listing.
package oracle

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// Sym is one symbol of the listing.
type Sym struct {
	Name   string
	Attrs  string // the words after the name
	Size   int
	Data   []byte
	Lines  []Line
	Relocs []Reloc
}

// Line maps code to source.
type Line struct {
	PC   int
	Line int
	Text string
}

// Reloc is one relocation.
type Reloc struct {
	Off, Size int
	Type      string
	Sym       string
	Add       int64
}

// Error is what go tool asm says about one line.
type Error struct {
	Line int
	Msg  string
}

var (
	symRE   = regexp.MustCompile(`^(\S+) (S[A-Z]+.*?)\s?size=(\d+)(.*)$`)
	hexRE   = regexp.MustCompile(`^\t0x([0-9a-f]+)((?: [0-9a-f]{2}){1,16})`)
	relRE   = regexp.MustCompile(`^\trel (\d+)\+(\d+) t=(\S+) (.*?)\+?([+-]\d+)$`)
	progRE  = regexp.MustCompile(`^\t0x([0-9a-f]+) \d+ \((?:.*):(\d+)\)\t(.*)$`)
	errorRE = regexp.MustCompile(`:(\d+)(?:: |\)\t)(.*)$`)
)

// Assemble runs go tool asm with the given extra flags.
func Assemble(file string, flags ...string) (syms []*Sym, errs []Error, err error) {
	// A real file: on errors asm removes its output, even a device.
	dir, err := os.MkdirTemp("", "oracle")
	if err != nil {
		return nil, nil, err
	}
	defer os.RemoveAll(dir)
	args := append([]string{"tool", "asm", "-e", "-S", "-o", filepath.Join(dir, "x.o")}, flags...)
	cmd := exec.Command("go", append(args, file)...)
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	if err := cmd.Run(); err != nil {
		for _, l := range strings.Split(stderr.String(), "\n") {
			if m := errorRE.FindStringSubmatch(l); m != nil {
				n, _ := strconv.Atoi(m[1])
				errs = append(errs, Error{n, m[2]})
			}
		}
		if len(errs) == 0 {
			return nil, nil, fmt.Errorf("%v: %s", err, stderr.Bytes())
		}
		return nil, errs, nil
	}
	return parse(&out), nil, nil
}

func parse(out *bytes.Buffer) []*Sym {
	var syms []*Sym
	var cur *Sym
	sc := bufio.NewScanner(out)
	sc.Buffer(nil, 1<<24)
	for sc.Scan() {
		l := sc.Text()
		if m := symRE.FindStringSubmatch(l); m != nil {
			size, _ := strconv.Atoi(m[3])
			cur = &Sym{Name: m[1], Attrs: m[2] + m[4], Size: size}
			syms = append(syms, cur)
		} else if cur == nil {
			continue
		} else if m := progRE.FindStringSubmatch(l); m != nil {
			pc, _ := strconv.ParseInt(m[1], 16, 32)
			n, _ := strconv.Atoi(m[2])
			cur.Lines = append(cur.Lines, Line{int(pc), n, m[3]})
		} else if m := hexRE.FindStringSubmatch(l); m != nil {
			for _, h := range strings.Fields(m[2]) {
				b, _ := strconv.ParseUint(h, 16, 8)
				cur.Data = append(cur.Data, byte(b))
			}
		} else if m := relRE.FindStringSubmatch(l); m != nil {
			r := Reloc{Type: m[3], Sym: m[4]}
			r.Off, _ = strconv.Atoi(m[1])
			r.Size, _ = strconv.Atoi(m[2])
			r.Add, _ = strconv.ParseInt(m[5], 10, 64)
			cur.Relocs = append(cur.Relocs, r)
		}
	}
	for _, s := range syms {
		for len(s.Data) < s.Size {
			s.Data = append(s.Data, 0)
		}
	}
	return syms
}

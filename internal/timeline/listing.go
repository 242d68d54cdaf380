package timeline

import (
	"context"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
)

// maxListing is how many instructions of a function are kept.
const maxListing = 400

// Disassemble adds to a column the machine code of the functions that s.Listing matches. Where objdump cannot read the
// executable there is none: listings are extra.
func (s *Subject) Disassemble(ctx context.Context, c *Column, exe string) {
	if s.Listing == "" {
		return
	}
	text, err := exec.CommandContext(ctx, s.Strata, "tool", "objdump", "-s", s.Listing, exe).Output()
	if err == nil {
		c.Listings = parseListings(string(text))
	}
}

var (
	functionLine    = regexp.MustCompile(`^TEXT (\S+)\(SB\)`)
	instructionLine = regexp.MustCompile(`^\s+(\S+:\d+)\t+0x([0-9a-f]+)\t+([0-9a-f]+)\t+(.*)$`)
)

// parseListings reads what objdump prints. Addresses become distances from the function's start.
func parseListings(text string) []*Listing {
	var out []*Listing
	var l *Listing
	var start uint64
	for line := range strings.Lines(text) {
		if m := functionLine.FindStringSubmatch(line); m != nil {
			l, start = &Listing{Func: m[1]}, 0
			out = append(out, l)
			continue
		}
		m := instructionLine.FindStringSubmatch(strings.TrimRight(line, "\n"))
		if m == nil || l == nil {
			continue
		}
		addr, err := strconv.ParseUint(m[2], 16, 64)
		if err != nil {
			continue
		}
		if start == 0 {
			start = addr
		}
		l.Bytes += len(m[3]) / 2
		if len(l.Lines) < maxListing {
			l.Lines = append(l.Lines, strconv.FormatUint(addr-start, 16)+"\t"+relative(strings.TrimSpace(m[4]), start))
		}
	}
	return out
}

var target = regexp.MustCompile(`^(J\w+|LOOP\w*) 0x([0-9a-f]+)$`)

// relative rewrites the target of a jump as a distance, so that equal code reads equal.
func relative(ins string, start uint64) string {
	if m := target.FindStringSubmatch(ins); m != nil {
		if to, err := strconv.ParseUint(m[2], 16, 64); err == nil {
			return m[1] + " " + strconv.FormatUint(to-start, 16)
		}
	}
	return ins
}

package timeline

import (
	"regexp"
	"strconv"
	"strings"
)

// Real releases have no snapshot, but since Go 1.6 they print a line for each collection when GODEBUG has gctrace=1:
//
//	gc 5 @0.041s 2%: 0.010+1.3+0.004 ms clock, ...
//
// The first and the last of the three times are those for which the world stands still.
var gcTrace = regexp.MustCompile(`^gc \d+ @[\d.]+s \d+%: ([\d.e+-]+)\+[\d.e+-]+\+([\d.e+-]+) ms clock,`)

// pausesInTrace gives the pauses that a trace tells of, and what else is in the text.
func pausesInTrace(text string) (pauses Histogram, rest string) {
	var other []string
	for line := range strings.Lines(text) {
		m := gcTrace.FindStringSubmatch(line)
		if m == nil {
			if !strings.HasPrefix(line, "scvg") {
				other = append(other, line)
			}
			continue
		}
		for _, ms := range m[1:] {
			if v, err := strconv.ParseFloat(ms, 64); err == nil {
				pauses.AddValue(v / 1e3)
			}
		}
	}
	return pauses, strings.Join(other, "")
}

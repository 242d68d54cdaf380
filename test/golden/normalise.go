package golden

import (
	"path/filepath"
	"regexp"
	"strings"
)

var (
	hexNumber = regexp.MustCompile(`0x[0-9a-f]+`)
	goroutine = regexp.MustCompile(`goroutine \d+`)
	frameArgs = regexp.MustCompile(`^((?:main|panic|created by main)\b.*)\(.*\)( in goroutine N)?$`)
	placeLine = regexp.MustCompile(`^\t(.*/)([^/]+\.go:\d+)( \+ADDR)?$`)
)

// normalise takes out of a traceback what differs from run to run or is a compiler's own business: addresses,
// numbers of goroutines, arguments of frames, folders, and the frames of the runtime.
func normalise(stderr []byte, exe string) string {
	text := strings.ReplaceAll(string(stderr), filepath.Dir(exe), "DIR")
	text = hexNumber.ReplaceAllString(text, "ADDR")
	text = goroutine.ReplaceAllString(text, "goroutine N")
	lines := strings.Split(text, "\n")
	var out []string
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		if i+1 < len(lines) && placeLine.MatchString(lines[i+1]) {
			if frame, ok := userFrame(line, lines[i+1]); ok && !repeats(out, frame) {
				out = append(out, frame...)
			}
			i++
			continue
		}
		if strings.HasPrefix(line, "runtime: sp=") {
			continue
		}
		out = append(out, line)
		if line == "fatal error: stack overflow" {
			out = append(out, lines[i+1:min(i+3, len(lines))]...) // the heading of the runtime's stack
			break                                                 // how much of that is shown, and of the goroutine's, is not for comparing
		}
	}
	return strings.Join(out, "\n")
}

// userFrame gives the two lines of a frame of the program itself.
func userFrame(name, place string) ([]string, bool) {
	if !frameArgs.MatchString(name) && !strings.HasPrefix(name, "created by main") {
		return nil, false
	}
	name = frameArgs.ReplaceAllString(name, "$1(...)$2")
	if strings.HasPrefix(name, "panic(") {
		return []string{name}, true
	}
	return []string{name, placeLine.ReplaceAllString(place, "\t$2")}, true
}

// repeats says whether the last frame is the same: deep recursion is cut at different depths.
func repeats(out, frame []string) bool {
	n := len(out) - len(frame)
	return n >= 0 && len(frame) == 2 && out[n] == frame[0] && out[n+1] == frame[1]
}

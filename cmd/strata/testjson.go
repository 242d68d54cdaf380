package main

import (
	"bytes"
	"encoding/json"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// eventWriter turns the output of a test program, run with -test.v=test2json, into the JSON events of `go test
// -json` (format: go doc test2json). Lines of package testing itself start with the byte frame.
type eventWriter struct {
	w           io.Writer
	pkg         string
	failedBuild string

	line    []byte   // not yet complete
	test    string   // whose output it is
	reports []*event // results whose subtests' results may still follow, outermost first
}

const frame = '\x16'

type event struct {
	ImportPath  string     `json:",omitempty"`
	Time        *time.Time `json:",omitempty"`
	Action      string
	Package     string   `json:",omitempty"`
	Test        string   `json:",omitempty"`
	Elapsed     *float64 `json:",omitempty"`
	Output      *string  `json:",omitempty"`
	FailedBuild string   `json:",omitempty"`
}

func newEventWriter(w io.Writer, pkg string) *eventWriter { return &eventWriter{w: w, pkg: pkg} }

// start says that the package's tests begin.
func (e *eventWriter) start() { e.emit(&event{Action: "start"}) }

// end says what came of the package.
func (e *eventWriter) end(action string, elapsed time.Duration) {
	e.flushLine()
	e.flushReports(0)
	seconds := float64(elapsed.Round(time.Millisecond)) / float64(time.Second)
	e.test = ""
	e.emit(&event{Action: action, Elapsed: &seconds, FailedBuild: e.failedBuild})
}

// build reports the output of a build that failed.
func (e *eventWriter) build(importPath, output string) {
	for line := range strings.Lines(output + "\n") {
		e.write(&event{ImportPath: importPath, Action: "build-output", Output: &line})
	}
	e.write(&event{ImportPath: importPath, Action: "build-fail"})
}

// Write takes output in pieces of any size.
func (e *eventWriter) Write(p []byte) (int, error) {
	for _, c := range p {
		if c == frame && len(e.line) > 0 {
			e.flushLine()
		}
		e.line = append(e.line, c)
		if c == '\n' {
			e.flushLine()
		}
	}
	return len(p), nil
}

func (e *eventWriter) flushLine() {
	if len(e.line) == 0 {
		return
	}
	text, framed := bytes.CutPrefix(e.line, []byte{frame})
	line := string(text)
	e.line = e.line[:0]
	if framed && e.framed(line) {
		return
	}
	if e.test == "" {
		e.flushReports(0)
	}
	e.output(line)
}

var (
	updates = regexp.MustCompile(`^=== (RUN|PAUSE|CONT|NAME)\s+(.*)\n?$`)
	results = regexp.MustCompile(`^((?:    )*)--- (PASS|FAIL|SKIP|BENCH): (\S+)(?: \(([0-9.]+)s\))?`)
)

// framed handles a line of package testing; false means that it is ordinary output after all.
func (e *eventWriter) framed(line string) bool {
	if m := updates.FindStringSubmatch(line); m != nil {
		e.flushReports(0)
		e.test = m[2]
		if m[1] != "NAME" {
			e.emit(&event{Action: strings.ToLower(m[1])})
			e.output(line)
		}
		return true
	}
	if m := results.FindStringSubmatch(line); m != nil {
		e.flushReports(len(m[1]) / 4)
		e.test = m[3]
		r := &event{Action: strings.ToLower(m[2]), Test: m[3]}
		if s, err := strconv.ParseFloat(m[4], 64); err == nil {
			r.Elapsed = &s
		}
		e.output(line)
		e.reports = append(e.reports, r)
		return true
	}
	switch line {
	case "PASS\n", "FAIL\n", "SKIP\n":
		e.flushReports(0)
		e.test = ""
		e.output(line)
		return true
	}
	return false
}

// flushReports emits pending results that are nested deeper than depth.
func (e *eventWriter) flushReports(depth int) {
	for len(e.reports) > depth {
		last := len(e.reports) - 1
		r := e.reports[last]
		e.reports = e.reports[:last]
		e.stamp(r)
		e.write(r)
	}
}

func (e *eventWriter) output(text string) {
	e.emit(&event{Action: "output", Output: &text})
}

// emit writes an event of the current test.
func (e *eventWriter) emit(ev *event) {
	ev.Test = e.test
	e.stamp(ev)
	e.write(ev)
}

func (e *eventWriter) stamp(ev *event) {
	now := time.Now()
	ev.Time, ev.Package = &now, e.pkg
}

func (e *eventWriter) write(ev *event) {
	data, err := json.Marshal(ev)
	if err != nil {
		panic(err) // an event always encodes
	}
	e.w.Write(append(data, '\n'))
}

// Package timeline measures what designs of Go's internals cost a program. It takes one program and a list of columns,
// each a set of Strata's designs or a release of Go; builds the program once for each; runs the executables
// interleaved, so that whatever else the machine does hits all alike; and gives a Report, which it can print as a table,
// write as JSON, and draw as an HTML page.
//
// How an executable is built and run is the caller's business (Builder) or that of this package (Process); what the
// figures mean stands here alone.
package timeline

import (
	"strings"
	"time"
)

// Report is everything that was measured. Its JSON form is what -json writes.
type Report struct {
	Programs    []Program // what was measured
	Command     string    // the command line
	Date        time.Time // when it began
	Machine     Machine
	Toolchain   string // Strata's release
	Rounds      int    // asked for; columns of an interrupted report have fewer runs
	Interrupted bool   `json:",omitempty"`
	Base        string // the column that others are compared with
	Columns     []*Column
	Figures     []*Figure
}

// Program is one that is measured: a built-in one, a package's command, or benchmarks of a package.
type Program struct {
	Name    string
	Doc     string   `json:",omitempty"` // one sentence on it, if it is built in
	Args    []string `json:",omitempty"` // of its executable
	Listing string   `json:",omitempty"` // regular expression of the functions whose code is worth seeing
}

// Machine is where the measurement took place.
type Machine struct {
	CPU    string
	Cores  int
	Memory int64 // bytes
	Kernel string
}

// Column is one way to build the program.
type Column struct {
	Name    string   // unique: "1.5", "gc=stw", "go1.12.17"
	Label   string   `json:",omitempty"` // what is new in it, in a few words
	Designs string   `json:",omitempty"` // the flags that choose them all, for Strata's columns
	Flags   []string `json:",omitempty"` // what strata build is told
	Release string   `json:",omitempty"` // Go's release, for real ones: go1.12.17
	Error   string   `json:",omitempty"` // why there are no figures
	Failed  []string `json:",omitempty"` // what went wrong in single runs

	// Distributions over all runs of a program, in seconds.
	Pauses    map[string]Histogram `json:",omitempty"`
	Latencies map[string]Histogram `json:",omitempty"`

	Listings []*Listing `json:",omitempty"`
}

// Figure is one measured quantity with its samples, one for each run, by column.
type Figure struct {
	Program string `json:",omitempty"` // empty for what all have in common: executable and compile time
	Bench   string `json:",omitempty"` // the benchmark that printed it; empty for the program as a whole
	Unit    string // "sec", "B", "sec/op": base units
	Name    string // for people: "GC pause, longest"
	Exact   bool   `json:",omitempty"` // it does not vary: the size of a file
	Samples map[string][]float64
}

// Listing is one function's machine code.
type Listing struct {
	Func  string
	Bytes int // of code
	Lines []string
}

// Column finds a column by name.
func (r *Report) Column(name string) *Column {
	for _, c := range r.Columns {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// figure finds a figure, or makes it at the end of the list.
func (r *Report) figure(program, bench, unit, name string) *Figure {
	for _, f := range r.Figures {
		if f.Program == program && f.Bench == bench && f.Unit == unit && f.Name == name {
			return f
		}
	}
	f := &Figure{Program: program, Bench: bench, Unit: unit, Name: name, Samples: map[string][]float64{}}
	r.Figures = append(r.Figures, f)
	return f
}

// Title says what was measured.
func (r *Report) Title() string {
	var names []string
	for _, p := range r.Programs {
		names = append(names, p.Name)
	}
	return strings.Join(names, ", ")
}

func (f *Figure) add(column string, value float64) {
	f.Samples[column] = append(f.Samples[column], value)
}

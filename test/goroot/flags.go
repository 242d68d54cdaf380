package goroot

import (
	"strconv"
	"strings"

	"strata/test/internal/harness"
)

// diagnoses tells whether the case compares messages about decisions that Strata explains as well.
func (s *settings) diagnoses() bool { return (s.explain > 0 || s.bce) && s.diag == "" }

// settings are what the flags of a recipe mean for Strata.
type settings struct {
	harness.Flags
	lang     string // -lang=go1.17
	complete bool   // -complete
	explain  int    // -m
	bce      bool   // -d=ssa/check_bce
	diag     string // a flag that asks for gc's own diagnostics; the case is compiled, its output not compared
	skip     string // a flag without which the case is pointless and that Strata does not have
}

// settings reads the flags: those of go tool compile, or of go build with -gcflags among them.
func (c *Case) settings() settings {
	var s settings
	for i := 0; i < len(c.Flags); i++ {
		f := c.Flags[i]
		name, value, _ := strings.Cut(f, "=")
		switch name {
		case "-gcflags", "--gcflags":
			value = strings.Trim(strings.TrimPrefix(value, "all="), `'"`)
			for w := range strings.FieldsSeq(value) {
				s.compilerFlag(w)
			}
		case "-ldflags":
			s.linkerFlags(c.Flags[i+1:])
			return s
		case "-race":
			s.skip = "the race detector"
		case "-tags", "-trimpath":
		default:
			s.compilerFlag(f)
		}
	}
	for _, x := range c.Experiments {
		switch x {
		case "regabi", "regabiargs":
		default:
			s.skip = "experiment " + x
		}
	}
	return s
}

func (s *settings) compilerFlag(f string) {
	name, value, _ := strings.Cut(f, "=")
	switch name {
	case "-l":
		s.NoInline = value == ""
	case "-lang":
		s.lang = value
	case "-complete":
		s.complete = true
	case "-d":
		s.debug(value)
	case "-race":
		s.skip = "the race detector"
	case "-m":
		s.explain++
		if value != "" {
			s.explain, _ = strconv.Atoi(value)
		}
	case "-live", "-wb", "-smallframes":
		s.diag = f
	case "-+", "-std":
		s.skip = f + ": rules for the runtime's own packages"
	case "-N", "-e", "-c", "-C", "-B", "-dwarf", "-wb=0", "-t":
	}
}

// debug reads the settings of -d.
func (s *settings) debug(list string) {
	for d := range strings.SplitSeq(list, ",") {
		switch name, value, _ := strings.Cut(d, "="); name {
		case "ssa/check/on":
			s.Verify = true
		case "checkptr":
			if value != "0" {
				s.skip = "-d=checkptr"
			}
		case "softfloat", "maymorestack", "converthash", "libfuzzer":
			s.skip = "-d=" + name
		case "ssa/check_bce", "ssa/check_bce/debug":
			s.bce = true
		case "panic", "inlfuncswithclosures", "inlstaticinit", "unified":
		default:
			s.diag = "-d=" + d
		}
	}
}

func (s *settings) linkerFlags(words []string) {
	for _, w := range words {
		if strings.HasPrefix(w, "-k=") {
			s.skip = "linker flag -k"
		}
	}
}

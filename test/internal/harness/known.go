package harness

import (
	"fmt"
	"os"
	"strings"

	"strata/internal/design"
)

// Known is a list of cases that fail, each with its reason. In the file a line is "case: reason", or
// "case [dimension=variant ...]: reason" for one that fails only under these designs; lines that start with # are comments.
type Known struct {
	File    string
	reasons map[string]string // under the present designs
	all     []string
}

// ReadKnown reads a list for the designs that -designs asks for. A file that does not exist is an empty one.
func ReadKnown(file string) (*Known, error) {
	set, err := Designs()
	if err != nil {
		return nil, err
	}
	return ReadKnownFor(set, file)
}

// ReadKnownFor reads a list for given designs.
func ReadKnownFor(set design.Set, file string) (*Known, error) {
	data, err := os.ReadFile(file)
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	return parseKnown(file, string(data), set)
}

// parseKnown keeps what is listed for set.
func parseKnown(file, text string, set design.Set) (*Known, error) {
	k := &Known{File: file, reasons: map[string]string{}}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		label, reason, _ := strings.Cut(line, ":")
		if reason = strings.TrimSpace(reason); reason == "" {
			return nil, fmt.Errorf("%s:%d: %s has no reason", file, i+1, label)
		}
		name, condition, _ := strings.Cut(strings.TrimSuffix(label, "]"), " [")
		applies, err := holds(condition, set)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %v", file, i+1, err)
		}
		k.all = append(k.all, name)
		if !applies {
			continue
		}
		if _, twice := k.reasons[name]; twice {
			return nil, fmt.Errorf("%s:%d: %s is listed twice", file, i+1, name)
		}
		k.reasons[name] = reason
	}
	return k, nil
}

// holds tells whether set has all variants of a condition.
func holds(condition string, set design.Set) (bool, error) {
	all := true
	for _, word := range strings.Fields(condition) {
		dim, variant, _ := strings.Cut(word, "=")
		if _, err := set.With(dim, variant); err != nil {
			return false, err
		}
		all = all && set[dim] == variant
	}
	return all, nil
}

// Reason gives why a case is known to fail.
func (k *Known) Reason(name string) (string, bool) {
	r, ok := k.reasons[name]
	return r, ok
}

// All gives every case of the file, whatever the designs.
func (k *Known) All() []string { return k.all }

// Names gives the cases that are listed for the present designs.
func (k *Known) Names() []string {
	var out []string
	for name := range k.reasons {
		out = append(out, name)
	}
	return out
}

// Verdict is how the outcome of a case compares with the list.
type Verdict int

// The verdicts. A case that passes though it is listed is as wrong as one that fails and is not: the list must
// tell the truth.
const (
	Pass Verdict = iota
	Fail
	KnownFail
	Fixed
)

func (v Verdict) String() string { return [...]string{"pass", "FAIL", "known", "FIXED"}[v] }

// Judge compares an outcome with the list.
func (k *Known) Judge(name string, err error) Verdict {
	_, listed := k.reasons[name]
	switch {
	case err == nil && listed:
		return Fixed
	case err == nil:
		return Pass
	case listed:
		return KnownFail
	}
	return Fail
}

package harness

import (
	"fmt"
	"os"
	"strings"
)

// Known is a list of cases that fail, each with its reason. In the file a line is "case: reason"; lines that
// start with # are comments.
type Known struct {
	File    string
	reasons map[string]string
}

// ReadKnown reads a list. A file that does not exist is an empty one.
func ReadKnown(file string) (*Known, error) {
	k := &Known{File: file, reasons: map[string]string{}}
	data, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		return k, nil
	}
	if err != nil {
		return nil, err
	}
	for i, line := range strings.Split(string(data), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, reason, _ := strings.Cut(line, ":")
		if reason = strings.TrimSpace(reason); reason == "" {
			return nil, fmt.Errorf("%s:%d: %s has no reason", file, i+1, name)
		}
		if _, twice := k.reasons[name]; twice {
			return nil, fmt.Errorf("%s:%d: %s is listed twice", file, i+1, name)
		}
		k.reasons[name] = reason
	}
	return k, nil
}

// Reason gives why a case is known to fail.
func (k *Known) Reason(name string) (string, bool) {
	r, ok := k.reasons[name]
	return r, ok
}

// Names gives all listed cases.
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

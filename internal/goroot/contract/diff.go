package contract

import (
	"fmt"
	"io"
	"maps"
	"slices"
)

// Diff prints how two GOROOTs differ, topic by topic: lines with + for what only the second has, - for what only the first has,
// and ~ for what changed. A topic whose source is missing in one of them is said to be.
func Diff(w io.Writer, a, b string) error {
	for _, t := range Topics {
		old, err := t.Read(a)
		if err != nil {
			return fmt.Errorf("%s: %w", t.Title, err)
		}
		now, err := t.Read(b)
		if err != nil {
			return fmt.Errorf("%s: %w", t.Title, err)
		}
		lines := compare(old, now)
		if len(lines) == 0 {
			fmt.Fprintf(w, "%s: the same (%d)\n\n", t.Title, len(now))
			continue
		}
		fmt.Fprintf(w, "%s (%s):\n", t.Title, t.Why)
		for _, line := range lines {
			fmt.Fprintln(w, line)
		}
		fmt.Fprintln(w)
	}
	return nil
}

// compare gives the differing lines of two tables, sorted by name.
func compare(old, now map[string]string) []string {
	names := maps.Clone(old)
	maps.Copy(names, now)
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(names)) {
		was, had := old[name]
		is, has := now[name]
		switch {
		case !had:
			lines = append(lines, join("+", name, is))
		case !has:
			lines = append(lines, join("-", name, was))
		case was != is:
			lines = append(lines, join("~", name, was), "  now "+is)
		}
	}
	return lines
}

func join(sign, name, value string) string {
	if value == "" {
		return "  " + sign + " " + name
	}
	return "  " + sign + " " + name + "  " + value
}

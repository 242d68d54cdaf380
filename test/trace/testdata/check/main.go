// Check reads an execution trace to its end, lets the validator of Go's own tests
// see every event, and prints the kinds of events with their number. It is built as
// a package of the standard library, whose internal packages it uses.
package main

import (
	"bufio"
	"fmt"
	"internal/trace"
	"internal/trace/testtrace"
	"io"
	"os"
	"sort"
)

func main() {
	f, err := os.Open(os.Args[1])
	fail(err)
	r, err := trace.NewReader(bufio.NewReader(f))
	fail(err)
	v := testtrace.NewValidator()
	kinds := make(map[string]int)
	for {
		ev, err := r.ReadEvent()
		if err == io.EOF {
			break
		}
		fail(err)
		fail(v.Event(ev))
		kinds[kind(ev)]++
	}
	var names []string
	for k := range kinds {
		names = append(names, k)
	}
	sort.Strings(names)
	for _, k := range names {
		fmt.Println(k, kinds[k])
	}
}

// kind says what an event tells, in one word.
func kind(ev trace.Event) string {
	switch ev.Kind() {
	case trace.EventStateTransition:
		st := ev.StateTransition()
		if st.Resource.Kind == trace.ResourceGoroutine {
			from, to := st.Goroutine()
			return fmt.Sprintf("Goroutine:%s->%s", from, to)
		}
		from, to := st.Proc()
		return fmt.Sprintf("Proc:%s->%s", from, to)
	case trace.EventRangeBegin, trace.EventRangeEnd:
		return fmt.Sprintf("%s:%q", ev.Kind(), ev.Range().Name)
	case trace.EventMetric:
		return "Metric:" + ev.Metric().Name
	}
	return ev.Kind().String()
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// What a struct argument in memory leads to escapes through a call whose target is not known.
package main

import "fmt"

type message struct {
	notes []string
	pad   [4]int
}

type logger struct {
	add func(message)
	pad [4]int
}

var kept []message

//go:noinline
func newLogger() logger {
	return logger{add: func(m message) { kept = append(kept, m) }}
}

//go:noinline
func (l logger) byValue(text string) { l.add(message{notes: []string{"note of " + text}}) }

//go:noinline
func (l *logger) byPointer(notes []string) { l.add(message{notes: notes}) }

//go:noinline
func overwrite(n int) int {
	var frame [64]int
	for i := range frame {
		frame[i] = n
	}
	if n == 0 {
		return frame[0]
	}
	return overwrite(n-1) + frame[n]
}

func main() {
	l := newLogger()
	l.byValue("a value")
	l.byPointer([]string{"note of a pointer"})
	overwrite(40)
	for _, m := range kept {
		fmt.Println(m.notes)
	}
}

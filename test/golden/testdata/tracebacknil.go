// A nil dereference that nobody recovers, in a goroutine.
package main

import "os"

type list struct {
	next *list
	val  [10]int
}

//go:noinline
func (l *list) nth(n int) int {
	if n == 0 {
		return l.val[3]
	}
	return l.next.nth(n - 1)
}

func main() {
	l := &list{next: &list{}}
	os.Stdout.WriteString("before\n")
	done := make(chan int)
	func() {
		go func() { done <- l.nth(2) }()
	}()
	<-done
}

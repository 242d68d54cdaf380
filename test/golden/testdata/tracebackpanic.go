// An uncaught panic with a chain of panics: message, frames, exit status.
package main

import "fmt"

type failure struct{ code int }

func (f failure) Error() string { return fmt.Sprintf("failure %d\nsecond line", f.code) }

type worker struct{ name string }

func (w *worker) run(n int, f func(int)) {
	if n == 0 {
		f(n)
	}
	w.run(n-1, f)
}

//go:noinline
func generic[T any](x T, f func()) T {
	f()
	return x
}

func main() {
	defer func() {
		r := recover()
		fmt.Println("recovered", r)
		panic(failure{r.(int)})
	}()
	defer fmt.Println("deferred")
	generic("x", func() {
		(&worker{"w"}).run(3, func(n int) {
			panic(42 + n)
		})
	})
}

package main

import (
	"fmt"
	"sort"
	"sync"
)

type W struct {
	sync.WaitGroup
	mu  sync.Mutex
	out []string
}

func (w *W) Do[T any](x T, f func(T) string) {
	defer w.Done()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.out = append(w.out, f(x))
}

func (w *W) Note[T any](x T) { fmt.Println("note", x) }

func main() {
	var w W
	w.Add(3)
	go w.Do(1, func(i int) string { return fmt.Sprint("int ", i) })
	go w.Do("s", func(s string) string { return "string " + s })
	go w.Do[error](nil, func(e error) string { return fmt.Sprint("error ", e) })
	w.Wait()
	sort.Strings(w.out)
	fmt.Println(w.out)
	defer w.Note("last")
	for i := range 3 {
		defer w.Note(i)
	}
	defer func() { w.Note(recover()) }()
	var nilw *W
	nilw.Do(1, nil)
}

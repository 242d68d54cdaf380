// Package context: trees of cancellation.
package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

type key string

func worker(ctx context.Context, out chan<- string, name string) {
	<-ctx.Done()
	out <- fmt.Sprint(name, ": ", ctx.Err(), " / ", context.Cause(ctx))
}

func main() {
	root, cancel := context.WithCancelCause(context.WithValue(context.Background(), key("k"), "v"))
	out := make(chan string)
	child, stop := context.WithTimeout(root, time.Hour)
	defer stop()
	leaf := context.WithValue(child, key("k2"), 2)
	fmt.Println(leaf.Value(key("k")), leaf.Value(key("k2")), leaf.Value("k"))
	detached := context.WithoutCancel(leaf)
	go worker(leaf, out, "leaf")
	cancel(errors.New("because"))
	fmt.Println(<-out)
	fmt.Println(detached.Err(), detached.Value(key("k")), child.Err())

	dl, stop2 := context.WithDeadlineCause(context.Background(), time.Now().Add(10*time.Millisecond), errors.New("too slow"))
	defer stop2()
	go worker(dl, out, "deadline")
	fmt.Println(<-out)
	fmt.Println(errors.Is(dl.Err(), context.DeadlineExceeded))

	ctx, cancel2 := context.WithCancel(context.Background())
	ran := make(chan bool)
	stopf := context.AfterFunc(ctx, func() { ran <- true })
	cancel2()
	fmt.Println(<-ran, stopf())
	past, c := context.WithDeadline(context.Background(), time.Now().Add(-time.Second))
	c()
	fmt.Println(past.Err())
	fmt.Println(root)
	defer func() { fmt.Println(recover()) }()
	context.WithValue(context.Background(), nil, 1)
}

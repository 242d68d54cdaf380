// Timers that were stopped wake nobody: a program with these alone is known to wait for ever at once, not in an hour.
package main

import (
	"fmt"
	"runtime"
	"time"
)

func main() {
	runtime.GOMAXPROCS(1) // with others a thread may sleep already until what was to come first
	var list []*time.Timer
	for i := range 10 {
		list = append(list, time.AfterFunc(time.Hour+time.Duration(i)*time.Second, func() {}))
	}
	done := make(chan bool)
	go func() {
		for _, t := range list[3:] {
			t.Stop()
		}
		done <- true
	}()
	<-done
	list[0].Reset(2 * time.Hour)
	list[1].Reset(time.Minute)
	for _, t := range list[:3] {
		t.Stop()
	}
	fmt.Println("stopped")
	select {}
}

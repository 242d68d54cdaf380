// All goroutines asleep.
package main

import "fmt"

func main() {
	fmt.Println("waiting")
	c := make(chan int)
	c <- 1
}

// A local array too big for the frame holds a pointer to a variable, which must then not move with the stack.
package main

//go:noinline
func grow(n int) int {
	var b [2000]byte
	if n > 0 {
		return grow(n-1) + int(b[n])
	}
	return int(b[0])
}

func main() {
	c := make(chan int)
	go func() {
		var big [1 << 18]*int
		x := 1
		big[7] = &x
		grow(100)
		for i := range big {
			if big[i] != nil {
				*big[i] = 42
			}
		}
		c <- x
	}()
	println(<-c)
}

package main

type T4 [1<<29 + 1][2]int32

//go:noinline
func F4(t *T4) int32 {
	t[1<<29][1] = 42
	t[1<<29][0] += 3
	return t[1<<29][1] + t[1<<29][0]
}

func main() {
	println(F4(new(T4)))
}

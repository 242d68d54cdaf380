// Package lib has blocks of every kind.
package lib

type counter struct{ n int }

func (c *counter) add(x int) { c.n += x }

// Sum adds numbers, which main does before it starts.
func Sum(list ...int) int {
	var c counter
	for _, x := range list {
		if x < 0 {
			continue
		}
		c.add(x)
	}
	return c.n
}

// Kind classifies.
func Kind(s string) (k int) {
	defer func() { k++ }()
	switch s {
	case "a":
		return 1
	case "b":
		return 2
	default:
		goto unknown
	}
unknown:
	return -1
}

// Max is generic.
func Max[T int | string](a, b T) T {
	if a > b {
		return a
	}
	return b
}

// Pick selects.
func Pick(a, b chan int) int {
	select {
	case x := <-a:
		return x
	case x := <-b:
		return -x
	}
}

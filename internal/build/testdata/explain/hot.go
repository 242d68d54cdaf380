// Package hot has calls that a profile (hot.pgo.txt) finds hot.
package hot

type shape interface{ area(n int) int }

type square struct{ side int }

func (s *square) area(n int) int { return s.side * s.side * n }

type line struct{}

func (line) area(int) int { return 0 }

func run(list []shape) (sum int) {
	for i, s := range list {
		// The call below goes to squares.
		if i >= 0 {

			sum += s.area(i)
		}
	}
	return sum
}

func apply(f func(int) int, n int) (sum int) {
	for i := range n {
		// The call below goes to a literal.
		sum += f(i)
	}
	return sum
}

func large(a []int, k int) (n int) {
	for i := range a {
		switch a[i] % 5 {
		case 0:
			n += a[i] * k
		case 1:
			n -= a[i] / (k + 1)
		case 2:
			n ^= a[i] << 3
		case 3:
			n = n*31 + a[i]
		default:
			for j := range a {
				n += a[j] &^ k
			}
		}
	}
	return n
}

func Run(n int) int {
	list := []shape{&square{1}, line{}}
	sum := run(list)
	sum += apply(func(i int) int {
		return i * n
	}, n)
	a := make([]int, n)
	for i := range a {
		sum += large(a, i)
	}
	return sum
}

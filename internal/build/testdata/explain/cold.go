// Package cold has branches that a profile (cold.pgo.txt) never saw taken.
package cold

//go:noinline
func other(n int) int { return n * 3 }

//go:noinline
func Sum(list []int) (sum int) {
	for _, n := range list {
		if n > 1000 {
			sum += other(n) / 7
		} else {
			sum += n * n
		}
		switch n & 7 {
		case 0:
			sum ^= 1
		case 1:
			sum -= other(sum)
		case 2:
			sum *= 3
		case 3:
			sum += 5
		case 4:
			sum |= 8
		}
	}
	return sum
}

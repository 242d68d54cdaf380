// Package untested has no tests.
package untested

// F is never called.
func F(b bool) int {
	if b {
		return 1
	}
	return 0
}

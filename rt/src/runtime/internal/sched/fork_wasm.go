//go:build strata

package sched

// runThreadSyscall is for other threads.
func runThreadSyscall(mp *M) bool { return false }

package fuzz

import "testing"

func FuzzGuided(f *testing.F) {
	f.Add([]byte("abc"))
	f.Fuzz(func(t *testing.T, b []byte) { deep(b) })
}

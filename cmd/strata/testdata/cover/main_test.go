package main

import "testing"

func TestTotal(t *testing.T) {
	if total != 6 {
		t.Error(total)
	}
}

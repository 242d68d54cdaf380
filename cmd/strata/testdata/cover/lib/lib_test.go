package lib_test

import (
	"testing"

	"example.com/cover/lib"
)

func TestKind(t *testing.T) {
	if lib.Kind("a") != 2 || lib.Kind("?") != 0 {
		t.Error("wrong")
	}
}

func TestMax(t *testing.T) {
	if lib.Max(1, 2) != 2 || lib.Max("b", "a") != "b" {
		t.Error("wrong")
	}
}

func TestPick(t *testing.T) {
	a := make(chan int, 1)
	a <- 4
	if lib.Pick(a, nil) != 4 {
		t.Error("wrong")
	}
}

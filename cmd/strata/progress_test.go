package main

import (
	"testing"
	"time"
	"unicode/utf8"
)

func TestGauge(t *testing.T) {
	for done, want := range map[int]string{0: "                ", 50: "████████        ", 53: "████████▍       ", 100: "████████████████"} {
		if got := gauge(done, 100); got != want || utf8.RuneCountInString(got) != 16 {
			t.Errorf("%d %%: %q, want %q", done, got, want)
		}
	}
	if gauge(0, 0) == "" || gauge(5, 3) != gauge(3, 3) {
		t.Error("odd totals")
	}
}

func TestTimeLeft(t *testing.T) {
	if got := timeLeft(10*time.Second, 25, 100); got != ", about 30s left" {
		t.Errorf("%q", got)
	}
	if got := timeLeft(time.Second, 0, 100); got != "" {
		t.Errorf("a guess from nothing: %q", got)
	}
}

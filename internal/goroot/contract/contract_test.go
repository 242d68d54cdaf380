package contract

import (
	"go/build"
	"regexp"
	"slices"
	"strings"
	"testing"

	"strata/internal/goroot"
)

// Every topic finds something in the installed GOROOT: a source file that moved or is written in another way is noticed here.
func TestTopics(t *testing.T) {
	for _, topic := range Topics {
		found, err := topic.Read(build.Default.GOROOT)
		if err != nil || len(found) == 0 {
			t.Errorf("%s: %d entries, %v", topic.Title, len(found), err)
		}
	}
}

// The row of the current release agrees with the sources of its library.
func TestRelease(t *testing.T) {
	layouts, err := structs("internal/abi")(build.Default.GOROOT)
	if err != nil {
		t.Fatal(err)
	}
	_, tail, ok := strings.Cut(layouts["MapType"], "Hasher func(unsafe.Pointer, uintptr) uintptr; ")
	if !ok {
		t.Fatalf("MapType is %s", layouts["MapType"])
	}
	words := regexp.MustCompile(`(\w+)(?: uintptr| uint32)`).FindAllStringSubmatch(tail, -1)
	var names []string
	for _, w := range words {
		names = append(names, w[1])
	}
	if !slices.Equal(names, goroot.Current.MapType) {
		t.Errorf("internal/abi.MapType ends in %v, %s's row says %v", names, goroot.Current.Minor(), goroot.Current.MapType)
	}
}

func TestCompare(t *testing.T) {
	got := compare(map[string]string{"same": "1", "gone": "", "changed": "old"}, map[string]string{"same": "1", "new": "x", "changed": "now"})
	want := []string{"  ~ changed  old", "  now now", "  - gone", "  + new  x"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

package link

import (
	"slices"
	"testing"

	"strata/internal/object"
)

// TestRank lays callees behind the caller that calls them most, denser clusters first.
func TestRank(t *testing.T) {
	sizes := map[string]int{"main.loop": 1000, "main.leaf": 100, "main.once": 100, "main.huge": 4000, "main.never": 10}
	var text []*node
	for name, size := range sizes {
		text = append(text, &node{name: name, sym: &object.Symbol{Name: name, Kind: object.Text, Data: make([]byte, size)}})
	}
	h := &Heat{
		Own: map[string]int64{"main.loop": 500, "main.leaf": 90, "main.once": 4, "main.huge": 400},
		Calls: map[[2]string]int64{
			{"main.loop", "main.leaf"}: 60,
			{"main.huge", "main.leaf"}: 30,
			{"main.huge", "main.once"}: 4, // does not fit behind it
			{"main.leaf", "main.leaf"}: 90,
		},
	}
	rank := h.rank(text)
	got := make([]string, len(rank))
	for n, i := range rank {
		got[i-1] = n.name
	}
	if want := []string{"main.loop", "main.leaf", "main.huge", "main.once"}; !slices.Equal(got, want) {
		t.Errorf("order %v, want %v", got, want)
	}
}

func TestRankWithoutProfile(t *testing.T) {
	if rank := (*Heat)(nil).rank([]*node{{name: "main.main"}}); len(rank) != 0 {
		t.Errorf("rank %v without a profile", rank)
	}
}

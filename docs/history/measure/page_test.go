package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestTables checks that the tables of docs/history show what the samples beside them say.
func TestTables(t *testing.T) {
	pages, err := readPages("..")
	if err != nil {
		t.Fatal(err)
	}
	measured := map[string]string{}
	for _, p := range pages {
		want, err := p.render("..")
		if err != nil {
			t.Error(err)
			continue
		}
		got, err := os.ReadFile(filepath.Join("..", p.name))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("%s is not what its samples say: run measure -run=false", p.name)
		}
		for _, table := range p.tables {
			if other := measured[table.data]; other != "" && table.command != nil {
				t.Errorf("%s: %s measures %s too", p.name, other, table.data)
			} else if table.command != nil {
				measured[table.data] = p.name
			}
		}
	}
	files, err := filepath.Glob("../data/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no samples", err)
	}
	for _, f := range files {
		if measured["data/"+filepath.Base(f)] == "" {
			t.Errorf("no page's command measures %s", filepath.Base(f))
		}
	}
}

func TestCommandLine(t *testing.T) {
	tab := &table{data: "data/a.json", command: []string{"chrt", "-r", "1", "strata", "timeline", "-axis=gc", "-rounds=5", "pause"}}
	want := []string{"chrt", "-r", "1", "/x/strata", "timeline", "-rounds=1", "-json=a.json", "-axis=gc", "pause"}
	if got := commandLine(tab, "/x/strata", 1); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if _, err := parsePage("p.md", "<!-- data/a.json; X -->\n\ntext\n"); err == nil {
		t.Error("a comment without a table is no error")
	}
}

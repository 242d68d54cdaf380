package timeline

import (
	"bytes"
	"math"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The page holds every figure and column, and wants nothing from anywhere else.
func TestPage(t *testing.T) {
	r := testReport(t, t.Context(), nil)
	r.Columns[0].Listings = []*Listing{{"main.f", 2, []string{"0\tMOVQ AX, 8(SP)", "4\tRET"}}}
	r.Columns[1].Listings = []*Listing{{"main.f", 1, []string{"0\tRET </script>"}}}
	var out bytes.Buffer
	if err := r.page(&out); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	for _, want := range []string{"A/x", "50.00ns", "there is no missing", "GC pauses", "Scheduling latencies", "MOVQ AX, 8(SP)"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in the page", want)
		}
	}
	if strings.Contains(text, "RET </script>") {
		t.Error("a listing ends the script")
	}
	if m := regexp.MustCompile(`(?i)(src|href)="?(https?:|//)[^"]*|@import|url\(`).FindString(text); m != "" {
		t.Errorf("the page wants %s", m)
	}
	if strings.Contains(text, "ZgotmplZ") {
		t.Error("the template has refused a value")
	}
}

func TestScale(t *testing.T) {
	lin := newScale([]float64{0.3, 0.9}, "sec", false)
	if lin.max != 1 || lin.at(0) != 0 || lin.at(0.5) != 50 || lin.at(7) != 100 {
		t.Errorf("%+v", lin)
	}
	dec := newScale([]float64{0.002, 0, 0.5}, "sec", true)
	if dec.min != 0.001 || dec.max != 1 || math.Abs(dec.at(0.01)-100.0/3) > 1e-9 || dec.at(0) != 0 {
		t.Errorf("%+v", dec)
	}
	var texts []string
	for _, k := range dec.ticks() {
		texts = append(texts, k.Text)
	}
	if got := strings.Join(texts, " "); got != "1ms 10ms 100ms 1s" {
		t.Errorf("ticks %s", got)
	}
}

// Findings are the largest significant steps between neighbours, each figure once, and tell good from bad.
func TestFindings(t *testing.T) {
	around := func(v float64) []float64 { return []float64{v, v * 1.01, v * 0.99, v * 1.02, v * 0.98} }
	r := &Report{Columns: []*Column{{Name: "a"}, {Name: "b", Label: "new"}, {Name: "c"}}}
	f := r.figure("p", "X", "sec/op", "sec/op")
	f.Samples = map[string][]float64{"a": around(100), "b": around(2), "c": around(3)}
	r.figure("q", "", "B", "peak memory").Samples = map[string][]float64{"a": around(1), "b": around(1), "c": around(4)}
	r.figure("q", "", "B/s", "speed").Samples = map[string][]float64{"a": around(1), "b": around(2), "c": around(2)}
	r.figure("p", "", "B", "noise").Samples = map[string][]float64{"a": around(1), "b": around(99), "c": around(1)}
	var got []string
	for _, x := range r.findings() {
		word := "worse"
		if x.Better {
			word = "better"
		}
		got = append(got, x.Subject+" "+x.Change+" "+x.From+x.To+x.Label+" "+word)
	}
	want := "X 50 times shorter abnew better|peak memory 4.0 times larger bc worse|speed 2.0 times higher abnew better"
	if strings.Join(got, "|") != want {
		t.Errorf("%q, want %q", strings.Join(got, "|"), want)
	}
}

// In a long list one odd column is no step; a change that stays is one.
func TestFindingsPersist(t *testing.T) {
	around := func(v float64) []float64 { return []float64{v, v * 1.01, v * 0.99, v * 1.02, v * 0.98} }
	r := &Report{}
	odd, step := r.figure("p", "Odd", "sec/op", "sec/op"), r.figure("p", "Step", "sec/op", "sec/op")
	for i, name := range []string{"a", "b", "c", "d", "e", "f"} {
		r.Columns = append(r.Columns, &Column{Name: name})
		odd.Samples[name], step.Samples[name] = around(1), around(1)
		if i == 2 {
			odd.Samples[name] = around(9)
		}
		if i >= 3 {
			step.Samples[name] = around(3)
		}
	}
	list := r.findings()
	if len(list) != 1 || list[0].Subject != "Step" || list[0].To != "d" {
		t.Errorf("%+v", list)
	}
}

// What docs/history quotes can still be shown.
func TestRecorded(t *testing.T) {
	files, err := filepath.Glob("../../docs/history/data/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no recorded measurements", err)
	}
	for _, file := range files {
		r, err := ReadFile(file)
		if err != nil {
			t.Error(err)
			continue
		}
		var out bytes.Buffer
		if err := r.page(&out); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		if r.Column(r.Base) == nil || len(r.Figures) < 10 {
			t.Errorf("%s: base %q, %d figures", file, r.Base, len(r.Figures))
		}
	}
}

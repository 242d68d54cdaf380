// Command mix times programs in small that use the language and its library together.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"strata/bench/internal/timing"
)

type person struct {
	Name   string
	Age    int
	Weight float64
}

type record struct {
	ID    int                `json:"id"`
	Name  string             `json:"name"`
	Tags  []string           `json:"tags"`
	Marks map[string]float64 `json:"marks"`
	Inner *record            `json:"inner,omitempty"`
}

func main() {
	r := timing.Rand(7)
	people := make([]person, 5000)
	for i := range people {
		people[i] = person{"n" + strconv.Itoa(r.Intn(100_000)), r.Intn(90), float64(r.Intn(1000)) / 7}
	}
	var lines strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&lines, "word%d and The quick %d brown; fox, %x\n", r.Intn(500), i, r.Intn(1<<30))
	}
	text := lines.String()
	expr := randomExpr(12, &r)
	timing.Main([]timing.Bench{
		{Name: "sortstruct", Ops: 1, Op: func() uint64 { return sortPeople(people) }},
		{Name: "wordfreq", Ops: 1, Op: func() uint64 { return frequencies(text) }},
		{Name: "scanwords", Ops: 1, Op: func() uint64 { return scanWords(text) }},
		{Name: "jsontrip", Ops: 1, Op: jsonTrips(100)},
		{Name: "encodings", Ops: 1, Op: func() uint64 { return encodings([]byte(text[:100_000])) }},
		{Name: "workers", Ops: 500, Op: workers},
		{Name: "visitor", Ops: 1, Op: func() uint64 { return uint64(expr.accept(&evaluator{})) }},
		{Name: "machine", Ops: 1_000_000, Op: func() uint64 { return uint64(machine(program, 1_000_000)) }},
		{Name: "inttree", Ops: 5000, Op: intTree},
		{Name: "heap", Ops: 5000, Op: heapSort},
		{Name: "lcs", Ops: 1, Op: func() uint64 { return uint64(longestCommon(text[:800], text[1000:1800])) }},
		{Name: "fft", Ops: 1, Op: transform},
	})
}

func sortPeople(people []person) uint64 {
	p := slices.Clone(people)
	sort.Slice(p, func(i, j int) bool {
		if p[i].Age != p[j].Age {
			return p[i].Age < p[j].Age
		}
		return p[i].Name < p[j].Name
	})
	return uint64(p[10].Age)
}

func frequencies(text string) uint64 {
	counts := map[string]int{}
	separates := func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }
	for _, w := range strings.FieldsFunc(text, separates) {
		counts[strings.ToLower(w)]++
	}
	return uint64(len(counts))
}

func scanWords(text string) uint64 {
	s := bufio.NewScanner(strings.NewReader(text))
	s.Split(bufio.ScanWords)
	n := 0
	for s.Scan() {
		n += len(s.Bytes())
	}
	return uint64(n)
}

// jsonTrips decodes and encodes n records.
func jsonTrips(n int) func() uint64 {
	records := make([]record, n)
	for i := range records {
		records[i] = record{
			i, "name" + strconv.Itoa(i), []string{"a", "bc", "def\n"},
			map[string]float64{"x": 1.5, "y": float64(i)}, &record{ID: 1},
		}
	}
	blob, err := json.Marshal(records)
	if err != nil {
		panic(err)
	}
	return func() uint64 {
		var back []record
		if err := json.Unmarshal(blob, &back); err != nil {
			panic(err)
		}
		again, err := json.Marshal(back)
		if err != nil {
			panic(err)
		}
		return uint64(len(again))
	}
}

func encodings(data []byte) uint64 {
	b, err := base64.StdEncoding.DecodeString(base64.StdEncoding.EncodeToString(data))
	if err != nil {
		panic(err)
	}
	b, err = hex.DecodeString(hex.EncodeToString(b))
	if err != nil {
		panic(err)
	}
	return uint64(len(b))
}

func workers() uint64 {
	var (
		wg    sync.WaitGroup
		mu    sync.Mutex
		total int
	)
	for i := range 500 {
		wg.Go(func() {
			mu.Lock()
			defer mu.Unlock()
			total += i
		})
	}
	wg.Wait()
	return uint64(total)
}

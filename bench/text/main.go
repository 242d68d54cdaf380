// Command text times strings and the packages that make and take them apart.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"strata/bench/internal/timing"
)

type record struct {
	ID    int               `json:"id"`
	Name  string            `json:"name"`
	Score float64           `json:"score"`
	Tags  []string          `json:"tags"`
	Attrs map[string]string `json:"attrs"`
}

func main() {
	var rec []record
	for i := range 300 {
		rec = append(rec, record{i, "name " + strconv.Itoa(i), float64(i) / 7, []string{"a", "b"}, map[string]string{"k": "v"}})
	}
	blob, err := json.Marshal(rec)
	if err != nil {
		panic(err)
	}
	text := strings.Repeat("the quick brown fox, jumps over: the lazy dog; ", 2000)
	re := regexp.MustCompile(`(\w+)\s+(over|lazy)\b`)
	timing.Main([]timing.Bench{
		{Name: "builder", Ops: 1_000_000, Op: func() uint64 {
			var b strings.Builder
			for i := range 1_000_000 {
				b.WriteByte(byte('a' + i%26))
			}
			return uint64(b.Len())
		}},
		{Name: "concat", Ops: 200_000, Op: func() uint64 {
			n := 0
			for i := range 200_000 {
				s := "item" + text[i%100:i%100+5] + ":" + text[:i%20]
				n += len(s)
			}
			return uint64(n)
		}},
		{Name: "split", Ops: 1, Op: func() uint64 {
			n := 0
			for _, w := range strings.Split(text, " ") {
				n += len(w)
			}
			return uint64(n)
		}},
		{Name: "fields", Ops: 1, Op: func() uint64 { return uint64(len(strings.Fields(text))) }},
		{Name: "runes", Ops: len(text), Op: func() uint64 {
			n := uint64(0)
			for _, r := range text {
				n += uint64(r)
			}
			return n
		}},
		{Name: "index", Ops: 1, Op: func() uint64 { return uint64(strings.Count(text, "lazy d") + strings.Index(text, "nowhere")) }},
		{Name: "replace", Ops: 1, Op: func() uint64 { return uint64(len(strings.ReplaceAll(text, "fox", "animal"))) }},
		{Name: "itoa", Ops: 500_000, Op: func() uint64 {
			n := 0
			for i := range 500_000 {
				n += len(strconv.Itoa(i * 1234567))
			}
			return uint64(n)
		}},
		{Name: "parsefloat", Ops: 200_000, Op: func() uint64 {
			s := 0.0
			for i := range 200_000 {
				f, _ := strconv.ParseFloat(text[:0]+strconv.Itoa(i)+".25", 64)
				s += f
			}
			return uint64(s)
		}},
		{Name: "sprintf", Ops: 100_000, Op: func() uint64 {
			n := 0
			for i := range 100_000 {
				n += len(fmt.Sprintf("%d %s %5.2f %v", i, "str", float64(i), i%2 == 0))
			}
			return uint64(n)
		}},
		{Name: "jsonencode", Ops: 20, Op: func() uint64 {
			n := 0
			for range 20 {
				b, _ := json.Marshal(rec)
				n += len(b)
			}
			return uint64(n)
		}},
		{Name: "jsondecode", Ops: 10, Op: func() uint64 {
			n := 0
			for range 10 {
				var out []record
				if json.Unmarshal(blob, &out) != nil {
					panic("json")
				}
				n += len(out)
			}
			return uint64(n)
		}},
		{Name: "scanjson", Ops: 20 * len(blob), Op: func() uint64 {
			n := uint64(0)
			for range 20 {
				n += scan(blob)
			}
			return n
		}},
		{Name: "regexp", Ops: 1, Op: func() uint64 { return uint64(len(re.FindAllStringIndex(text, -1))) }},
		{Name: "sortstrings", Ops: 1, Op: func() uint64 {
			w := strings.Fields(text)
			for i := range w {
				w[i] += strconv.Itoa(i * 7919 % 10007)
			}
			sort.Strings(w)
			return uint64(len(w[0]) + len(w[len(w)-1]))
		}},
		{Name: "bytesbuffer", Ops: 100_000, Op: func() uint64 {
			var b bytes.Buffer
			for i := range 100_000 {
				b.WriteString("line ")
				b.WriteString(strconv.Itoa(i))
				b.WriteByte('\n')
			}
			return uint64(bytes.Count(b.Bytes(), []byte("\n")))
		}},
	})
}

// scan is the inner loop of a JSON scanner: a state machine over bytes.
func scan(b []byte) uint64 {
	depth, strs, nums := 0, 0, 0
	for i := 0; i < len(b); i++ {
		switch c := b[i]; c {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case '"':
			strs++
			for i++; b[i] != '"'; i++ {
				if b[i] == '\\' {
					i++
				}
			}
		case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
			nums++
			for i+1 < len(b) && (b[i+1] >= '0' && b[i+1] <= '9' || b[i+1] == '.' || b[i+1] == 'e') {
				i++
			}
		case ',', ':', ' ', 't', 'f', 'n':
		}
	}
	return uint64(depth+strs)<<32 | uint64(nums)
}

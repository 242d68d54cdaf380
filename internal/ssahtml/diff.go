package ssahtml

import (
	"io"
	"regexp"
)

// WriteDiff makes a page that compares two recordings of a function, pass by pass.
func WriteDiff(w io.Writer, a, b *Recording) error {
	p := newPage(a.Func + " · " + a.Title + " ↔ " + b.Title)
	p.sourceColumns(a)
	j := 0
	for i := range a.passes {
		// Passes that only one side has stand alone.
		k := j
		for k < len(b.passes) && b.passes[k].name != a.passes[i].name {
			k++
		}
		if k == len(b.passes) {
			p.compare(a.passes[i].name, &a.passes[i], nil, i == len(a.passes)-1)
			continue
		}
		for ; j < k; j++ {
			p.compare(b.passes[j].name, nil, &b.passes[j], false)
		}
		p.compare(a.passes[i].name, &a.passes[i], &b.passes[k], i == len(a.passes)-1)
		j = k + 1
	}
	for ; j < len(b.passes); j++ {
		p.compare(b.passes[j].name, nil, &b.passes[j], j == len(b.passes)-1)
	}
	if len(a.asm) > 0 || len(b.asm) > 0 {
		rows, same := p.sideBySide(a.asm, b.asm)
		p.column(pageColumn{Name: "assembly", Kind: "asm", Note: count(len(a.asm), "line") + " ↔ " + count(len(b.asm), "line"), Rows: rows, Same: same, Open: true})
	}
	return p.write(w)
}

// compare adds the column of a pass; one of the sides may be missing.
func (p *pageBuilder) compare(name string, a, b *pass, open bool) {
	c := pageColumn{Name: name, Kind: "ssa", Open: open}
	var x, y []line
	note := [2]string{"absent", "absent"}
	for i, q := range []*pass{a, b} {
		if q == nil {
			continue
		}
		note[i] = count(q.size(), "value")
		c.Graphs = append(c.Graphs, p.graph(q.blocks))
		if i == 0 {
			x = q.lines()
		} else {
			y = q.lines()
		}
	}
	c.Note = note[0] + " ↔ " + note[1]
	c.Rows, c.Same = p.sideBySide(x, y)
	p.column(c)
}

// sideBySide aligns two texts: rows of four numbers, line and source line of either side, -1 where a side has nothing.
func (p *pageBuilder) sideBySide(a, b []line) (rows [][]int32, same bool) {
	same = true
	i, j := 0, 0
	row := func(hasA, hasB bool) {
		r := []int32{-1, 0, -1, 0}
		if hasA {
			r[0], r[1] = p.line(a[i].text), a[i].at
			i++
		}
		if hasB {
			r[2], r[3] = p.line(b[j].text), b[j].at
			j++
		}
		same = same && hasA && hasB
		rows = append(rows, r)
	}
	for _, m := range matches(a, b) {
		for i < m[0] || j < m[1] {
			row(i < m[0], j < m[1])
			if last := rows[len(rows)-1]; last[0] >= 0 && last[2] >= 0 {
				same = false // lines that face each other without being alike
			}
		}
		if m[0] < len(a) {
			row(true, true)
		}
	}
	return rows, same
}

// numbers are what differs between texts that mean the same: values, blocks, addresses.
var numbers = regexp.MustCompile(`\b[vb]\d+\b|^0x[0-9a-f]+ \d+ |\bJ[A-Z]+\t\d+`)

// matches finds pairs of lines that are alike but for numbers, a longest common
// subsequence (between equal beginnings and ends), and the pair of the ends last.
func matches(a, b []line) (pairs [][2]int) {
	x, y := normal(a), normal(b)
	lo := 0
	for lo < len(x) && lo < len(y) && x[lo] == y[lo] {
		pairs = append(pairs, [2]int{lo, lo})
		lo++
	}
	n, m := len(x), len(y)
	for n > lo && m > lo && x[n-1] == y[m-1] {
		n, m = n-1, m-1
	}
	pairs = append(pairs, common(x[lo:n], y[lo:m], lo)...)
	for ; n < len(x); n, m = n+1, m+1 {
		pairs = append(pairs, [2]int{n, m})
	}
	return append(pairs, [2]int{len(a), len(b)})
}

func normal(list []line) []string {
	out := make([]string, len(list))
	for i, l := range list {
		out[i] = numbers.ReplaceAllStringFunc(l.text, func(s string) string { return s[:1] })
	}
	return out
}

// maxTable bounds the table of the comparison; larger differences are shown as replaced as a whole.
const maxTable = 1 << 26

// common is the longest common subsequence, as pairs of indices plus base.
func common(x, y []string, base int) (pairs [][2]int) {
	n, m := len(x), len(y)
	if n == 0 || m == 0 || n*m > maxTable {
		return nil
	}
	best := make([]int32, (n+1)*(m+1)) // of the suffixes from i and j on
	at := func(i, j int) *int32 { return &best[i*(m+1)+j] }
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			if x[i] == y[j] {
				*at(i, j) = *at(i+1, j+1) + 1
			} else {
				*at(i, j) = max(*at(i+1, j), *at(i, j+1))
			}
		}
	}
	for i, j := 0, 0; i < n && j < m; {
		switch {
		case x[i] == y[j]:
			pairs = append(pairs, [2]int{base + i, base + j})
			i, j = i+1, j+1
		case *at(i+1, j) >= *at(i, j+1):
			i++
		default:
			j++
		}
	}
	return pairs
}

package main

// near gives the name closest to a misspelt one, "" if none is close: at most a third of the letters may be wrong, added, missing or
// exchanged with their neighbour.
func near(word string, names []string) string {
	best, limit := "", max(1, len(word)/3)
	for _, name := range names {
		if d := distance(word, name); d <= limit && (best == "" || d < limit) {
			best, limit = name, d
		}
	}
	return best
}

// distance counts the edits between two words, an exchange of neighbours being one.
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, rows[i-2][j-2]+1)
			}
			rows[i][j] = d
		}
	}
	return rows[len(a)][len(b)]
}

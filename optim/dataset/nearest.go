package dataset

import "strings"

// nearest returns the name that is most like s, or "" if none is like it: one
// that differs only in case, or else one that takes the fewest letters to
// insert, delete or replace, a third of those of s at most.
func nearest(s string, names []string) string {
	best, least := "", max(1, len(s)/3)+1
	for _, name := range names {
		if strings.EqualFold(s, name) {
			return name
		}
		if d := editDistance(s, name, least); d < least {
			best, least = name, d
		}
	}
	return best
}

// editDistance returns the number of bytes to insert, delete or replace that
// turn a into b, or limit if it is not below that. Only the first 100 bytes of
// each count.
func editDistance(a, b string, limit int) int {
	a, b = a[:min(len(a), 100)], b[:min(len(b), 100)]
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	row := make([]int, len(b)+1) // row[j] is the distance of a[:i] and b[:j]
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0] // row[j] of the row before
		row[0] = i + 1
		for j := range len(b) {
			d := corner
			if a[i] != b[j] {
				d = 1 + min(corner, row[j], row[j+1])
			}
			corner, row[j+1] = row[j+1], d
		}
	}
	return min(row[len(b)], limit)
}

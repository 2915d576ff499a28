package main

import "strings"

// nearest returns the first of the names that begins with s or else the first
// with the least edit distance to s, and whether that is near enough for s to
// be a slip of it. Upper and lower case are the same.
func nearest(s string, names []string) (name string, near bool) {
	s = strings.ToLower(s)
	best, least := "", -1
	for _, name := range names {
		lower := strings.ToLower(name)
		if s != "" && strings.HasPrefix(lower, s) {
			return name, true
		}
		if d := editDistance(s, lower); least < 0 || d < least {
			best, least = name, d
		}
	}
	return best, least >= 0 && least <= max(1, len(best)/2)
}

// editDistance returns the number of letters to insert, delete or replace, or
// pairs of neighbours to swap, that turn a into b.
func editDistance(a, b string) int {
	s, t := []rune(a), []rune(b)
	d := make([][]int, len(s)+1) // d[i][j] is the distance of s[:i] and t[:j]
	for i := range d {
		d[i] = make([]int, len(t)+1)
		for j := range d[i] {
			switch {
			case i == 0 || j == 0:
				d[i][j] = i + j
				continue
			case s[i-1] == t[j-1]:
				d[i][j] = d[i-1][j-1]
			default:
				d[i][j] = 1 + min(d[i-1][j-1], d[i-1][j], d[i][j-1])
			}
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(s)][len(t)]
}

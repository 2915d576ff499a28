package layers

import (
	"fmt"
	"strings"
)

// byName returns the index of a name in upper or lower case, or an error that
// suggests the nearest of the names and lists all; kind says what they name.
func byName(kind, name string, names []string) (int, error) {
	for i, known := range names {
		if strings.EqualFold(name, known) {
			return i, nil
		}
	}
	return 0, fmt.Errorf("unknown %s %q, did you mean %q? (known: %s)",
		kind, name, nearest(strings.ToLower(name), names), strings.Join(names, ", "))
}

// nearest returns the first of the names that s is the beginning of, or else the
// first with the least edit distance to s.
func nearest(s string, names []string) string {
	best, least := "", -1
	for _, name := range names {
		if s != "" && strings.HasPrefix(name, s) {
			return name
		}
		if d := editDistance(s, name); least < 0 || d < least {
			best, least = name, d
		}
	}
	return best
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

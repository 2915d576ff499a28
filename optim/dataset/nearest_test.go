package dataset

import "testing"

func TestEditDistance(t *testing.T) {
	for _, c := range []struct {
		a, b        string
		limit, want int
	}{
		{"", "", 9, 0}, {"abc", "abc", 9, 0}, {"", "abc", 9, 3}, {"abc", "", 9, 3},
		{"kitten", "sitting", 9, 3}, {"sitting", "kitten", 9, 3}, {"species", "specis", 9, 1},
		{"abcdef", "uvwxyz", 9, 6}, {"abcdef", "uvwxyz", 4, 4}, {"abcdef", "a", 4, 4}, {"ab", "ba", 9, 2},
	} {
		if got := editDistance(c.a, c.b, c.limit); got != c.want {
			t.Errorf("%q and %q: %d, %d expected", c.a, c.b, got, c.want)
		}
	}
}

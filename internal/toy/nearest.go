package toy

import "strings"

// nearest returns the name that is most like s: one that begins with it, or
// else one that takes the fewest letters to insert, delete or replace, 2 at
// most. It is "" if there is none.
func nearest(s string, names []string) string {
	if s == "" {
		return ""
	}
	s = strings.ToLower(s)
	best, least := "", 3
	for _, name := range names {
		if strings.HasPrefix(name, s) {
			return name
		}
		if d := editDistance(s, name, least); d < least {
			best, least = name, d
		}
	}
	return best
}

// editDistance returns how many bytes to insert, delete or replace turn a into
// b, or limit if that is less.
func editDistance(a, b string, limit int) int {
	switch {
	case limit == 0:
		return 0
	case a == "" || b == "":
		return min(len(a)+len(b), limit)
	case a[0] == b[0]:
		return editDistance(a[1:], b[1:], limit)
	}
	limit--
	return 1 + min(editDistance(a[1:], b, limit), editDistance(a, b[1:], limit), editDistance(a[1:], b[1:], limit))
}

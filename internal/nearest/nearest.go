package nearest

import "strings"

// maxLetters is how many letters of a name count.
const maxLetters = 40

// Name returns the first of the names that begins with s, or else the first
// with the least edit distance to s, and whether it is near enough for s to be a
// slip of it: a third of the letters of the longer one may be wrong. Upper and lower
// case are the same. Without names it returns "" and false.
func Name(s string, names []string) (name string, near bool) {
	s = strings.ToLower(s)
	best, least := "", -1
	for _, name := range names {
		lower := strings.ToLower(name)
		if s != "" && strings.HasPrefix(lower, s) {
			return name, true
		}
		if d := distance(s, lower); least < 0 || d < least {
			best, least = name, d
		}
	}
	return best, least >= 0 && least <= max(len(letters(s)), len(letters(best)))/3
}

// distance returns the number of letters to insert, delete or replace, or pairs
// of neighbours to swap, that turn a into b.
func distance(a, b string) int {
	s, t := letters(a), letters(b)
	var d [maxLetters + 1][maxLetters + 1]int // d[i][j] is the distance of s[:i] and t[:j]
	for i := range len(s) + 1 {
		for j := range len(t) + 1 {
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

// letters returns the first letters of a text, which may be a long one.
func letters(s string) []rune {
	r := make([]rune, 0, maxLetters)
	for _, letter := range s {
		if len(r) == maxLetters {
			break
		}
		r = append(r, letter)
	}
	return r
}

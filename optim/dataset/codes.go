package dataset

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxClasses is the number of classes that a file may have.
const maxClasses = 1000

// codes numbers classes as they come up.
type codes struct {
	names   []string
	numbers map[string]uint16
}

// of returns the number of a class, or what is wrong with it.
func (c *codes) of(name []byte) (code uint16, problem string) {
	code, known := c.numbers[string(name)]
	switch {
	case known:
		return code, ""
	case len(name) == 0:
		return 0, "the cell is empty, a class expected"
	case !utf8.Valid(name):
		return 0, notUTF8(name)
	case len(c.names) == maxClasses:
		return 0, "more than 1,000 different classes, which is the limit: these are most likely numbers or names, not classes; CSV.Label names the column of the class"
	}
	code = uint16(len(c.names))
	c.names = append(c.names, string(name))
	c.numbers[c.names[code]] = code
	return code, ""
}

// sorted returns the classes, in order as numbers if all are numbers and else
// alphabetically, and the place of each code among them.
func (c *codes) sorted() (names []string, rank []int) {
	values := c.values()
	names = slices.Clone(c.names)
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(values[a], values[b]), strings.Compare(a, b))
	})
	rank = make([]int, len(names))
	for i, name := range names {
		rank[c.numbers[name]] = i
	}
	return names, rank
}

// values returns the classes as numbers, with a decimal point or comma; none if
// one is not a number.
func (c *codes) values() map[string]float64 {
	values := map[string]float64{}
	for _, name := range c.names {
		v, problem := new(numbers).parse([]byte(name), 0, 0)
		if problem != "" {
			return nil
		}
		values[name] = v
	}
	return values
}

// measured reports whether the classes of m examples look like numbers that were
// measured. See [CSV] for the rule.
func (c *codes) measured(m int) bool {
	const few, fewWhole = 20, 5
	values := c.values()
	if values == nil {
		return false
	}
	count, lo, hi, whole := len(values), 0.0, 0.0, true
	for i, name := range c.names {
		v := values[name]
		if i == 0 {
			lo, hi = v, v
		}
		lo, hi, whole = min(lo, v), max(hi, v), whole && v == float64(int64(v))
	}
	if !whole {
		return count > few || 2*count > m
	}
	return hi-lo+1 != float64(count) && (count > few && m < 5*count || count > fewWhole && m < 2*count)
}

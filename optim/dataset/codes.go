package dataset

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"chainrule/internal/schema"
)

const (
	maxClasses    = 1000 // that a file may have
	maxCategories = 256  // that a column of texts may have
)

// codes numbers texts as they come up.
type codes struct {
	names   []string
	numbers map[string]uint16
}

// of returns the number of a text, new or not, or what is wrong with it; most is
// how many there may be, and full what is wrong if there are more.
func (c *codes) of(name []byte, most int, full string) (code uint16, problem string) {
	code, known := c.numbers[string(name)]
	switch {
	case known:
		return code, ""
	case !utf8.Valid(name):
		return 0, notUTF8(name)
	case len(c.names) == most:
		return 0, full
	}
	code = uint16(len(c.names))
	c.names = append(c.names, string(name))
	if c.numbers == nil {
		c.numbers = map[string]uint16{}
	}
	c.numbers[c.names[code]] = code
	return code, ""
}

// class is of for the name of a class.
func (c *codes) class(name []byte) (code uint16, problem string) {
	if len(name) == 0 {
		return 0, "the cell is empty, a class expected"
	}
	return c.of(name, maxClasses, "more than 1,000 different classes, which is the limit: "+
		"these are most likely numbers or names, not classes; CSV.Label names the column of the class")
}

// pop takes back the last text that was new.
func (c *codes) pop() {
	last := len(c.names) - 1
	delete(c.numbers, c.names[last])
	c.names = c.names[:last]
}

// sorted returns the classes, in order as numbers if all are numbers and else
// alphabetically, and the place of each code among them.
func (c *codes) sorted() (names []string, rank []int) {
	values := c.values()
	if len(values) < len(c.names) {
		values = nil
	}
	names = slices.Clone(c.names)
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(values[a], values[b]), strings.Compare(a, b))
	})
	return names, c.ranks(names)
}

// alphabetical returns the texts in the order of their bytes, and the place of each
// code among them.
func (c *codes) alphabetical() (names []string, rank []int) {
	names = slices.Sorted(slices.Values(c.names))
	return names, c.ranks(names)
}

func (c *codes) ranks(names []string) []int {
	rank := make([]int, len(names))
	for i, name := range names {
		rank[c.numbers[name]] = i
	}
	return rank
}

// values returns the texts as numbers, with a decimal point or comma, but for those
// that say that a number is missing; none if one is not a number.
func (c *codes) values() map[string]float64 {
	values := map[string]float64{}
	for _, name := range c.names {
		if schema.IsMissing(name) {
			continue
		}
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
	if len(values) == 0 {
		return false
	}
	count, lo, hi, whole, first := len(values), 0.0, 0.0, true, true
	for _, v := range values {
		if first {
			lo, hi, first = v, v, false
		}
		lo, hi, whole = min(lo, v), max(hi, v), whole && v == float64(int64(v))
	}
	if !whole {
		return count > few || 2*count > m
	}
	return hi-lo+1 != float64(count) && (count > few && m < 5*count || count > fewWhole && m < 2*count)
}

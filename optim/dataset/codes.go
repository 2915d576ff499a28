package dataset

import (
	"cmp"
	"slices"
	"strings"
)

// maxClasses is the number of classes that a file may have.
const maxClasses = 1000

// codes numbers classes as they come up.
type codes struct {
	names   []string
	numbers map[string]uint16
}

// of returns the number of a class, or what is wrong with it.
func (c *codes) of(name string) (code uint16, problem string) {
	code, known := c.numbers[name]
	switch {
	case known:
		return code, ""
	case name == "":
		return 0, "the cell is empty, a class expected"
	case len(c.names) == maxClasses:
		return 0, "more than 1,000 different classes: these are most likely numbers or names, not classes; CSV.Label names the column of the class"
	}
	code = uint16(len(c.names))
	name = strings.Clone(name) // a cell shares the memory of its whole row
	c.names = append(c.names, name)
	c.numbers[name] = code
	return code, ""
}

// sorted returns the classes, in order as numbers if all are numbers and else
// alphabetically, and the place of each code among them.
func (c *codes) sorted() (names []string, rank []int) {
	numbers := map[string]float64{} // stays empty if one is not a number
	for _, name := range c.names {
		v, problem := parse(name)
		if problem != "" {
			clear(numbers)
			break
		}
		numbers[name] = v
	}
	names = slices.Clone(c.names)
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(numbers[a], numbers[b]), strings.Compare(a, b))
	})
	rank = make([]int, len(names))
	for i, name := range names {
		rank[c.numbers[name]] = i
	}
	return names, rank
}

package graph

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"strconv"

	"chainrule/internal/kernel"
)

// firstWrong returns which entry by itself is not as required, -1 if none.
func firstWrong[T float32 | float64](r Requirement, y []T) int {
	switch r.Values {
	case NotNegative:
		return first(y, func(v T) bool { return v >= 0 && v-v == 0 })
	case Fractions, SumToOne:
		if kernel.InUnit(y) {
			return -1
		}
		return first(y, func(v T) bool { return v >= -labelRounding && v <= 1+labelRounding })
	case ZeroOrOne:
		return first(y, func(v T) bool { return v == 0 || v == 1 })
	case ClassNumbers:
		return first(y, func(v T) bool { return v >= 0 && v < T(r.Classes) && T(int(v)) == v })
	}
	if kernel.AllFinite(y) {
		return -1
	}
	return first(y, func(v T) bool { return v-v == 0 })
}

// first returns the number of the first entry that is not right, -1 if none.
func first[T float32 | float64](y []T, right func(v T) bool) int {
	for i, v := range y {
		if !right(v) {
			return i
		}
	}
	return -1
}

// labelTolerance is how far the sum of a column of so many rows may lie from 1.
func labelTolerance(rows int) float64 { return labelRounding * float64(rows+16) }

// wrongColumn returns the first column that does not sum to 1, and its sum; -1 if
// there is none.
func wrongColumn[T float32 | float64](y []T, rows, columns int, o order) (column int, sum float64) {
	most := labelTolerance(rows)
	if o == columnMajor {
		for j := range columns {
			sum := 0.0
			for _, v := range y[j*rows:][:rows] {
				sum += float64(v)
			}
			if !(math.Abs(sum-1) <= most) {
				return j, sum
			}
		}
		return -1, 0
	}
	var sums [16]float64 // of some columns at once, since their entries lie side by side
	for from := 0; from < columns; from += len(sums) {
		some := sums[:min(len(sums), columns-from)]
		clear(some)
		for i := range rows {
			for j, v := range y[i*columns+from:][:len(some)] {
				some[j] += float64(v)
			}
		}
		for j, sum := range some {
			if !(math.Abs(sum-1) <= most) {
				return from + j, sum
			}
		}
	}
	return -1, 0
}

// wrongValue says that a label is not as required.
func (c *labelCheck) wrongValue(v float64, row, column int) error {
	expected := [...]string{AnyNumber: "a finite number", NotNegative: "a finite number of at least 0", Fractions: "a number from 0 to 1",
		ZeroOrOne: "0 or 1", SumToOne: "a number from 0 to 1", ClassNumbers: fmt.Sprintf("a class from 0 to %d", c.Classes-1)}[c.Values]
	where := cmp.Or(c.Of, "label of example") + " " + c.example(column)
	if rows, _ := c.matrix(); rows > 1 {
		where += fmt.Sprintf(", row %d", row)
	}
	text := fmt.Sprintf("the %s (from 0) is %v, %s expected", where, v, expected)
	switch {
	case c.Values == ClassNumbers && v == float64(c.Classes):
		text += ": classes are counted from 0"
	case (c.Values == Fractions || c.Values == ZeroOrOne) && v == -1:
		text += ": (y + 1)/2 makes 0 and 1 of labels −1 and 1"
	}
	return c.fault(text)
}

// wrongSum says that the labels of an example do not sum to 1.
func (c *labelCheck) wrongSum(sum float64, column int) error {
	return c.fault(fmt.Sprintf("the labels of example %s (from 0) sum to %.6g, 1 expected, as of probabilities of its classes", c.example(column), sum))
}

// example says which example a column of labels is of.
func (c *labelCheck) example(column int) string {
	switch {
	case c.each == 0:
		return strconv.Itoa(column)
	case c.last:
		return fmt.Sprintf("%d of slice %d", column/c.each, column%c.each)
	}
	return fmt.Sprintf("%d of slice %d", column%c.each, column/c.each)
}

// fault adds to what is wrong who requires it and what else there is.
func (c *labelCheck) fault(text string) error {
	if c.Op != "" {
		text = c.Op + ": " + text
	}
	if c.Instead != "" {
		text += "; " + c.Instead
	}
	return errors.New(text)
}

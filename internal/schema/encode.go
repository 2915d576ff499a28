package schema

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"chainrule/internal/words"
)

// Encode writes the inputs of one example into out, of length [Schema.Inputs],
// from a cell for each column of the schema, in the order of the columns (which
// [Schema.Match] finds). Numbers have the decimal mark '.' or ','; 0 is '.'.
//
// A missing cell is filled as its column says. One that is missing without a fill,
// no finite number, or none of the categories is an error that names the column;
// out is then of no use.
func (s Schema) Encode(cells []string, decimal byte, out []float64) error {
	if err := s.checkLengths(len(cells), "cell", out); err != nil {
		return err
	}
	at := 0
	for i := range s.Columns {
		c := &s.Columns[i]
		n := c.Inputs()
		if err := c.Encode(cells[i], decimal, out[at:at+n]); err != nil {
			return fmt.Errorf("schema: column %s: %w", Plain(c.Name), err)
		}
		at += n
	}
	return nil
}

// EncodeNumbers is [Schema.Encode] for numbers, of which NaN is a missing one. A
// column of categories is an error.
func (s Schema) EncodeNumbers(values, out []float64) error {
	if err := s.checkLengths(len(values), "number", out); err != nil {
		return err
	}
	for i := range s.Columns {
		c := &s.Columns[i]
		v := values[i]
		var err error
		switch {
		case c.Categories != nil:
			err = fmt.Errorf("the number %v given, one of the texts %s expected", v, List(c.Categories))
		case v != v && c.Fill == nil:
			err = errors.New("the number is missing, and there is nothing to fill it with")
		case v != v:
			v = *c.Fill
		case v-v != 0:
			err = fmt.Errorf("%v given, a finite number expected", v)
		}
		if err != nil {
			return fmt.Errorf("schema: column %s: %w", Plain(c.Name), err)
		}
		out[i] = v
	}
	return nil
}

func (s Schema) checkLengths(given int, what string, out []float64) error {
	switch n := s.Inputs(); {
	case given != len(s.Columns):
		return fmt.Errorf("schema: %s given, one for each of %s expected: %s",
			words.Count(given, what), words.Count(len(s.Columns), "column"), List(s.columnNames()))
	case len(out) != n:
		return fmt.Errorf("schema: room for %s given, %d expected", words.Count(len(out), "input"), n)
	}
	return nil
}

func (s Schema) columnNames() []string {
	var names []string
	for _, c := range s.Columns {
		names = append(names, c.Name)
	}
	return names
}

// Encode writes the inputs that a cell of the column makes into out, of length
// [Column.Inputs]. See [Schema.Encode].
func (c *Column) Encode(cell string, decimal byte, out []float64) error {
	if c == nil || len(out) != c.Inputs() {
		return errors.New("no column, or not as much room as it has inputs")
	}
	cell = strings.TrimSpace(cell)
	if c.Categories != nil {
		return c.encodeText(cell, out)
	}
	if IsMissing(cell) {
		if c.Fill == nil {
			return fmt.Errorf("%s given, a number expected: there is nothing to fill a missing one with", Quote(cell))
		}
		out[0] = *c.Fill
		return nil
	}
	v, problem := ParseNumber(cell, decimal)
	if problem != "" {
		return errors.New(problem)
	}
	out[0] = v
	return nil
}

// encodeText takes a word for missing cells for itself where it is a category.
func (c *Column) encodeText(cell string, out []float64) error {
	k, err := c.category(cell)
	if err != nil && IsMissing(cell) && c.FillCategory != "" {
		k, err = c.category(c.FillCategory)
	}
	if err != nil {
		return err
	}
	clear(out)
	out[k] = 1
	return nil
}

// category returns the number of a category.
func (c *Column) category(cell string) (int, error) {
	k, found := slices.BinarySearch(c.Categories, cell)
	switch {
	case !found && cell == "":
		return 0, errors.New("the cell is empty, and there is no category to take it for")
	case !found:
		return 0, fmt.Errorf("%s is none of its categories%s They are %s",
			Quote(cell), or(hint(cell, c.Categories), "."), or(List(c.Categories), "none"))
	}
	return k, nil
}

package predict

import (
	"errors"
	"fmt"

	"chainrule/internal/schema"
)

// A Table makes inputs of the rows of a table of texts, whose columns it finds by their
// names. It is made by [Model.Table], and any number of goroutines may use it at once.
type Table struct {
	// Decimal is the mark of decimals, '.' or ','; 0 is '.'.
	Decimal byte

	columns []schema.Column
	order   []int // where each column lies
	header  int   // columns of the table
	inputs  int
}

// Table returns the table with the given names of columns, which may be in any order.
// Others than those of the model, such as the target's, are not looked at; one that is
// missing or there twice is an error, and so is a model that does not say what its inputs
// are called.
func (m *Model) Table(header []string) (*Table, error) {
	if err := m.made(); err != nil {
		return nil, err
	}
	if len(m.schema.Columns) == 0 {
		return nil, errors.New("predict: the model does not say what its inputs are called")
	}
	order, err := m.schema.Match(header)
	if err != nil {
		return nil, fmt.Errorf("predict: %w", err)
	}
	return &Table{columns: schema.CloneColumns(m.schema.Columns), order: order, header: len(header), inputs: m.inputs}, nil
}

// Encode sets x, of as many numbers as the model has inputs, to those of a row with a cell
// for each column of the table. A missing cell is filled as the model says; without that,
// and for no finite number or a text that the model has not seen, there is an error
// that names the column, and x is of no use.
func (t *Table) Encode(x []float64, cells []string) error {
	switch {
	case t == nil || t.order == nil:
		return errors.New("predict: the table was not made by Model.Table")
	case len(cells) != t.header:
		return fmt.Errorf("predict: the row has %d cells, %d expected as in the header", len(cells), t.header)
	case len(x) != t.inputs:
		return fmt.Errorf("predict: room for %d inputs given, %d expected", len(x), t.inputs)
	}
	for i := range t.columns {
		c := &t.columns[i]
		n := c.Inputs()
		if err := c.Encode(cells[t.order[i]], t.Decimal, x[:n]); err != nil {
			return fmt.Errorf("predict: column %s: %w", schema.Plain(c.Name), err)
		}
		x = x[n:]
	}
	return nil
}

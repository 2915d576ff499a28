package serve

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"chainrule/internal/schema"
)

// readCSV takes the examples of a table with a header.
func (j *job) readCSV() error {
	if len(j.columns) == 0 {
		return badf("the model does not say what its columns are called: JSON with \"inputs\" expected")
	}
	r, order, err := j.readHeader(bytes.TrimPrefix(j.body.Bytes(), []byte("\uFEFF")))
	if err != nil {
		return err
	}
	decimal := decimalOf(r.Comma)
	for {
		cells, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return csvProblem(err)
		}
		x, err := j.row()
		if err != nil {
			return err
		}
		for i := range j.columns {
			c := &j.columns[i]
			if c.Categories == nil {
				decimal.see(cells[order[i]])
			}
			if err := c.Encode(cells[order[i]], decimal.mark, x[j.first[i]:][:c.Inputs()]); err != nil {
				p := badf("%s", err)
				p.Row, p.Column = j.rows, c.Name
				p.Line, _ = r.FieldPos(order[i])
				p.Message = fmt.Sprintf("line %d, column %s: %s", p.Line, schema.Plain(c.Name), p.Message)
				return p
			}
		}
	}
}

// readHeader returns a reader behind the header, and where the model's columns lie. The cells
// are separated by commas, or by semicolons or tabs if these are what makes the header the
// model's.
func (j *job) readHeader(text []byte) (*csv.Reader, []int, error) {
	var first error
	for _, separator := range []rune{',', ';', '\t'} {
		r := csv.NewReader(bytes.NewReader(text))
		r.Comma, r.ReuseRecord = separator, true
		header, err := r.Read()
		if err != nil {
			err = csvProblem(err)
		} else {
			var order []int
			if order, err = (schema.Schema{Columns: j.columns}).Match(header); err == nil {
				return r, order, nil
			}
			p := badf("%s", strings.TrimPrefix(err.Error(), "schema: "))
			p.Line = 1
			err = p
		}
		if first == nil {
			first = err
		}
		if len(header) > 1 { // these are the cells that somebody meant
			return nil, nil, err
		}
	}
	return nil, nil, first
}

// A decimal is the mark of decimals in a table: the first one that a number has, where it
// may be a comma.
type decimal struct {
	mark byte // '.' or ','
	sure bool
}

func decimalOf(separator rune) decimal { return decimal{'.', separator == ','} }

// see looks at the cell of a number.
func (d *decimal) see(cell string) {
	if at := strings.IndexAny(cell, ".,"); at >= 0 && !d.sure {
		d.mark, d.sure = cell[at], true
	}
}

// csvProblem is what is wrong with the form of a table.
func csvProblem(err error) error {
	if err == io.EOF {
		return badf("the table is empty, a header expected")
	}
	var at *csv.ParseError
	if !errors.As(err, &at) {
		return badf("%v", err)
	}
	p := badf("line %d: %v", at.Line, at.Err)
	if errors.Is(at.Err, csv.ErrFieldCount) {
		p.Message = fmt.Sprintf("line %d: another number of cells than the header has", at.Line)
	}
	p.Line = at.Line
	return p
}

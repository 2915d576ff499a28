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
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(j.body.Bytes(), []byte("\uFEFF"))))
	r.ReuseRecord = true
	header, err := r.Read()
	if err != nil {
		return csvProblem(err)
	}
	order, err := schema.Schema{Columns: j.columns}.Match(header)
	if err != nil {
		p := badf("%s", strings.TrimPrefix(err.Error(), "schema: "))
		p.Line = 1
		return p
	}
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
			if err := c.Encode(cells[order[i]], '.', x[j.first[i]:][:c.Inputs()]); err != nil {
				p := badf("%s", err)
				p.Row, p.Column = j.rows, c.Name
				p.Line, _ = r.FieldPos(order[i])
				p.Message = fmt.Sprintf("line %d, column %s: %s", p.Line, schema.Plain(c.Name), p.Message)
				return p
			}
		}
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

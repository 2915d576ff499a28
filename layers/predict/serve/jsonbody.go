package serve

import (
	"encoding/json"
	"strconv"
	"strings"

	"chainrule/internal/experiment"
	"chainrule/internal/schema"
)

// fields are what a body may have.
const fields = `one of the fields "rows", a list of objects, and "inputs", a list of lists of numbers, expected`

// readJSON takes the examples of a body.
func (j *job) readJSON() error {
	text := j.body.Bytes()
	if !json.Valid(text) {
		if err := experiment.CheckSyntax(text); err != nil {
			return badf("%v", err)
		}
		return badf("the body is not JSON")
	}
	s := &scan{text: text}
	if s.next() != '{' {
		return badf("an object with %s", fields)
	}
	s.open()
	given := ""
	for s.more() {
		name := string(s.key())
		if name != "rows" && name != "inputs" {
			return badf("the field %s given, %s", schema.Quote(name), fields)
		}
		if given != "" {
			return badf("the fields %q and %q given, %s", given, name, fields)
		}
		given = name
		if s.next() != '[' {
			return badf("%s: a list expected", name)
		}
		read := j.readInputs
		if name == "rows" {
			if read = j.readColumns; len(j.columns) == 0 {
				return badf("the model does not say what its columns are called: \"inputs\" expected")
			}
		}
		s.open()
		for s.more() {
			if err := read(s); err != nil {
				return err
			}
		}
	}
	if given == "" {
		return badf("nothing given, %s", fields)
	}
	return nil
}

// readInputs takes an example of numbers.
func (j *job) readInputs(s *scan) error {
	x, err := j.row()
	if err != nil {
		return err
	}
	wrong := func(input int, format string, args ...any) error {
		p := badf(format, args...)
		p.Row, p.Input = j.rows, input
		p.Message = "row " + strconv.Itoa(j.rows) + ": " + p.Message
		return p
	}
	if s.next() != '[' {
		return wrong(0, "a list of %d numbers expected", len(x))
	}
	s.open()
	n := 0
	for ; s.more(); n++ {
		raw := s.value()
		if n >= len(x) {
			continue
		}
		v, err := strconv.ParseFloat(string(raw), 64)
		if err != nil || raw[0] != '-' && (raw[0] < '0' || raw[0] > '9') {
			return wrong(n+1, "input %d is %s, a finite number expected", n+1, schema.Plain(string(raw)))
		}
		x[n] = v
	}
	if n != len(x) {
		return wrong(0, "%d numbers given, %d expected", n, len(x))
	}
	return nil
}

// readColumns takes an example of columns by name.
func (j *job) readColumns(s *scan) error {
	x, err := j.row()
	if err != nil {
		return err
	}
	if s.next() != '{' {
		return j.wrongRow("", "an object with the columns %s expected", j.names())
	}
	s.open()
	for s.more() {
		i, known := j.index[string(s.key())]
		if !known {
			s.value()
			continue
		}
		c := &j.columns[i]
		if j.seen[i] == j.rows {
			return j.wrongRow(c.Name, "it is there twice")
		}
		j.seen[i] = j.rows
		if problem := encode(c, s, x[j.first[i]:][:c.Inputs()]); problem != "" {
			return j.wrongRow(c.Name, "%s", problem)
		}
	}
	for i, row := range j.seen {
		if row != j.rows {
			return j.wrongRow(j.columns[i].Name, "it is missing; the columns expected are %s", j.names())
		}
	}
	return nil
}

// encode sets x to what the next value says of a column, or returns what is wrong.
func encode(c *schema.Column, s *scan, x []float64) (problem string) {
	var cell string
	switch first := s.next(); {
	case first == '{' || first == '[':
		return "a number, a text or null expected"
	case first == '"':
		cell = string(s.string())
	case first == 'n':
		s.value() // an empty cell is a missing one
	case first == 't' || first == 'f':
		cell = string(s.value())
	case c.Categories != nil:
		cell = string(s.value())
	default:
		raw := s.value()
		v, err := strconv.ParseFloat(string(raw), 64)
		if err != nil {
			return schema.Plain(string(raw)) + " is too large a number"
		}
		x[0] = v
		return ""
	}
	if err := c.Encode(cell, '.', x); err != nil {
		return err.Error()
	}
	return ""
}

// wrongRow is what is wrong with the row that is read, in a column if it is in one.
func (j *job) wrongRow(column, format string, args ...any) error {
	p := badf(format, args...)
	p.Row, p.Column = j.rows, column
	place := "row " + strconv.Itoa(j.rows)
	if column != "" {
		place += ", column " + schema.Plain(column)
	}
	p.Message = place + ": " + p.Message
	return p
}

// names returns the columns for a message.
func (j *job) names() string {
	var names []string
	for _, c := range j.columns {
		names = append(names, c.Name)
	}
	return strings.TrimSpace(schema.List(names))
}

package schema

import "slices"

// The tasks of a schema.
const (
	Classify = "classify" // one target, which is one of the classes
	Regress  = "regress"  // one number or several
)

// A Schema is what the inputs and outputs of a network stand for. Its zero value
// is none, which [Schema.Check] reports.
type Schema struct {
	Task    string   `json:"task"`              // classify or regress
	Columns []Column `json:"columns"`           // that the inputs are made of, in their order
	Targets []string `json:"targets"`           // names of what is predicted; of classify the one that holds the class
	Classes []string `json:"classes,omitempty"` // names of the classes in the order of their numbers, for classify only
}

// A Column is one of a table. Without categories it holds finite numbers, and is
// one input; with categories it holds texts and is one input for each of them: 1
// where the cell is this category, else 0.
type Column struct {
	Name string `json:"name"`

	// Categories are the texts that a cell may be, at least 1, in ascending order of
	// their bytes.
	Categories []string `json:"categories,omitempty"`

	// Fill is put for a missing number; nil makes it an error.
	Fill *float64 `json:"fill,omitempty"`

	// FillCategory is what a missing text is taken for, one of Categories; empty
	// makes it an error.
	FillCategory string `json:"fillCategory,omitempty"`
}

// Inputs returns how many inputs the column makes: 1, or one a category.
func (c Column) Inputs() int { return max(1, len(c.Categories)) }

// Inputs returns how many inputs the columns make.
func (s Schema) Inputs() int {
	n := 0
	for _, c := range s.Columns {
		n += c.Inputs()
	}
	return n
}

// Outputs returns how many numbers describe the targets of an example: of
// regress one a target, of two classes 1, of more one a class.
func (s Schema) Outputs() int {
	switch {
	case s.Task == Regress:
		return len(s.Targets)
	case len(s.Classes) > 2:
		return len(s.Classes)
	}
	return 1
}

// InputNames returns what the inputs are called: as their column, or as column and
// category, as in colour=red.
func (s Schema) InputNames() []string { return InputNames(s.Columns) }

// InputNames is [Schema.InputNames] of columns.
func InputNames(columns []Column) []string {
	var names []string
	for _, c := range columns {
		if c.Categories == nil {
			names = append(names, c.Name)
		}
		for _, category := range c.Categories {
			names = append(names, c.Name+"="+category)
		}
	}
	return names
}

// Clone returns a copy that shares no memory with s.
func (s Schema) Clone() Schema {
	s.Columns = CloneColumns(s.Columns)
	s.Targets, s.Classes = slices.Clone(s.Targets), slices.Clone(s.Classes)
	return s
}

// CloneColumns returns a copy that shares no memory with the columns.
func CloneColumns(columns []Column) []Column {
	out := slices.Clone(columns)
	for i, c := range out {
		out[i].Categories = slices.Clone(c.Categories)
		if c.Fill != nil {
			fill := *c.Fill
			out[i].Fill = &fill
		}
	}
	return out
}

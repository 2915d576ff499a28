package schema

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"chainrule/internal/words"
)

// The limits of a schema.
const (
	MaxInputs  = 1 << 16  // inputs, and so columns and categories; targets too
	MaxClasses = 1000     // classes
	MaxName    = 64 << 10 // bytes of a name
	MaxNames   = 4 << 20  // bytes of all names
)

// Check returns the first thing that cannot be: a task that is none of those there
// are, no columns or no targets; a name that is empty, not UTF-8, surrounded by
// blanks or there twice (among the columns and targets, the categories of a column,
// the classes); categories that are not in order; a fill that is not a finite
// number or not a category; fewer than two classes of classify, or classes of
// regress; and sizes beyond the limits.
func (s Schema) Check() error {
	if err := s.checkSizes(); err != nil {
		return err
	}
	var names []string
	for i, c := range s.Columns {
		if err := c.check(); err != nil {
			return fmt.Errorf("schema: columns[%d]: %w", i, err)
		}
		names = append(names, c.Name)
	}
	for _, names := range [][]string{s.Targets, s.Classes} {
		for _, name := range names {
			if err := checkName(name); err != nil {
				return fmt.Errorf("schema: among the targets or classes: %w", err)
			}
		}
	}
	if name, twice := Twice(append(names, s.Targets...)); twice {
		return fmt.Errorf("schema: two columns or targets are called %s", Plain(name))
	}
	if name, twice := Twice(s.Classes); twice {
		return fmt.Errorf("schema: two classes are called %s", Plain(name))
	}
	return s.checkTask()
}

// checkTask reports targets and classes that do not go with the task.
func (s Schema) checkTask() error {
	switch s.Task {
	case Classify:
		if len(s.Targets) != 1 {
			return fmt.Errorf("schema: %s given, 1 expected of classify", words.Count(len(s.Targets), "target"))
		}
		if len(s.Classes) < 2 {
			return fmt.Errorf("schema: %s given, at least 2 expected of classify", words.Count(len(s.Classes), "class"))
		}
	case Regress:
		if len(s.Targets) == 0 {
			return errors.New("schema: no targets given, at least 1 expected")
		}
		if len(s.Classes) > 0 {
			return fmt.Errorf("schema: %s given, none expected of regress", words.Count(len(s.Classes), "class"))
		}
	default:
		return fmt.Errorf("schema: the task is %s, %s or %s expected", Quote(s.Task), Classify, Regress)
	}
	return nil
}

// checkSizes reports what is beyond the limits, before anything is made of it.
func (s Schema) checkSizes() error {
	bytes := 0
	count := func(names ...string) {
		for _, name := range names {
			bytes += len(name)
		}
	}
	switch {
	case len(s.Columns) == 0:
		return errors.New("schema: no columns given, at least 1 expected")
	case len(s.Columns) > MaxInputs || s.Inputs() > MaxInputs:
		return fmt.Errorf("schema: more than %d inputs, which is the limit", MaxInputs)
	case len(s.Targets) > MaxInputs:
		return fmt.Errorf("schema: more than %d targets, which is the limit", MaxInputs)
	case len(s.Classes) > MaxClasses:
		return fmt.Errorf("schema: more than %d classes, which is the limit", MaxClasses)
	}
	for _, c := range s.Columns {
		count(c.Name, c.FillCategory)
		count(c.Categories...)
	}
	count(s.Targets...)
	count(s.Classes...)
	if bytes > MaxNames {
		return fmt.Errorf("schema: the names have %d bytes, %d at most expected", bytes, MaxNames)
	}
	return nil
}

func (c Column) check() error {
	if err := checkName(c.Name); err != nil {
		return err
	}
	for i, category := range c.Categories {
		if err := checkName(category); err != nil {
			return fmt.Errorf("a category of %s: %w", Plain(c.Name), err)
		}
		if i > 0 && category <= c.Categories[i-1] {
			return fmt.Errorf("category %s of %s is not behind %s, ascending order expected, none twice",
				Plain(category), Plain(c.Name), Plain(c.Categories[i-1]))
		}
	}
	switch {
	case c.Fill != nil && c.Categories != nil:
		return fmt.Errorf("%s has categories and a number for missing cells, a category expected", Plain(c.Name))
	case c.Fill != nil && (math.IsNaN(*c.Fill) || math.IsInf(*c.Fill, 0)):
		return fmt.Errorf("%s has %v for missing cells, a finite number expected", Plain(c.Name), *c.Fill)
	case c.Categories != nil && len(c.Categories) == 0:
		return fmt.Errorf("%s has an empty list of categories, at least 1 or no list expected", Plain(c.Name))
	case c.FillCategory != "":
		if _, err := c.category(c.FillCategory); err != nil {
			return fmt.Errorf("what missing cells of %s are taken for: %w", Plain(c.Name), err)
		}
	}
	return nil
}

// checkName reports what no cell of a table can be.
func checkName(name string) error {
	switch {
	case name == "":
		return errors.New("a name is empty")
	case len(name) > MaxName:
		return fmt.Errorf("a name has %d bytes, %d at most expected", len(name), MaxName)
	case !utf8.ValidString(name):
		return fmt.Errorf("the name %s is not UTF-8", Quote(name))
	case strings.TrimSpace(name) != name:
		return fmt.Errorf("the name %s begins or ends with blanks, none expected", Quote(name))
	}
	return nil
}

// Twice returns a name that is there twice, if there is one.
func Twice(names []string) (name string, twice bool) {
	sorted := slices.Sorted(slices.Values(names))
	for i := 1; i < len(sorted); i++ {
		if sorted[i] == sorted[i-1] {
			return sorted[i], true
		}
	}
	return "", false
}

package schema

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Match finds the columns of the schema by name in the header of a table: order[i]
// is where column i of the schema lies in it. The columns of the table may be in
// any order; others among them, targets too, are not looked at. A column that is
// missing or there twice is an error.
func (s Schema) Match(header []string) (order []int, err error) {
	return find(s.columnNames(), header, "columns")
}

// MatchTargets is [Schema.Match] for the targets.
func (s Schema) MatchTargets(header []string) (order []int, err error) {
	return find(s.Targets, header, "targets")
}

// find returns where each name lies in the header.
func find(names, header []string, what string) ([]int, error) {
	if len(names) == 0 {
		return nil, fmt.Errorf("schema: it has no %s", what)
	}
	at := make(map[string]int, len(names))
	for _, name := range names {
		at[name] = -1
	}
	for k, name := range header {
		name = strings.TrimSpace(name)
		before, wanted := at[name]
		if wanted && before >= 0 {
			return nil, fmt.Errorf("schema: columns %d and %d are both called %s", before+1, k+1, Plain(name))
		}
		if wanted {
			at[name] = k
		}
	}
	order := make([]int, len(names))
	var missing []string
	for i, name := range names {
		if order[i] = at[name]; order[i] < 0 {
			missing = append(missing, name)
		}
	}
	if missing == nil {
		return order, nil
	}
	noun, end := "columns", ""
	if len(missing) == 1 {
		noun, end = "column", hint(missing[0], unwanted(header, names))
	}
	return nil, fmt.Errorf("schema: no %s %s given%s The %s expected are %s, those given are %s",
		noun, List(missing), or(end, "."), what, List(names), or(List(header), "none"))
}

// unwanted returns the names of a header that are none of those looked for.
func unwanted(header, names []string) []string {
	wanted := map[string]bool{}
	for _, name := range names {
		wanted[name] = true
	}
	return slices.DeleteFunc(slices.Clone(header), func(name string) bool { return wanted[strings.TrimSpace(name)] })
}

func or(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// Class returns the number of a class. A name that is none of the classes is an
// error.
func (s Schema) Class(name string) (int, error) {
	if i := slices.Index(s.Classes, name); i >= 0 {
		return i, nil
	}
	if len(s.Classes) == 0 {
		return 0, errors.New("schema: it has no classes")
	}
	return 0, fmt.Errorf("schema: there is no class %s%s The classes are %s",
		Quote(name), or(hint(name, s.Classes), "."), List(s.Classes))
}

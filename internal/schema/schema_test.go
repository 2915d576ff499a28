package schema

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func number(v float64) *float64 { return &v }

// fruits has a number, texts with a fill, and a number with a fill.
func fruits() Schema {
	return Schema{
		Task: Classify,
		Columns: []Column{
			{Name: "weight"},
			{Name: "colour", Categories: []string{"green", "red", "yellow"}, FillCategory: "red"},
			{Name: "length", Fill: number(2.5)},
		},
		Targets: []string{"kind"},
		Classes: []string{"apple", "banana"},
	}
}

func houses() Schema {
	return Schema{Task: Regress, Columns: []Column{{Name: "rooms"}}, Targets: []string{"price", "rent"}}
}

func TestInputs(t *testing.T) {
	s := fruits()
	want := []string{"weight", "colour=green", "colour=red", "colour=yellow", "length"}
	if got := s.InputNames(); !slices.Equal(got, want) || s.Inputs() != len(want) {
		t.Errorf("%v, %d inputs, %v expected", got, s.Inputs(), want)
	}
	if s.Outputs() != 1 || houses().Outputs() != 2 {
		t.Errorf("%d and %d outputs, 1 and 2 expected", s.Outputs(), houses().Outputs())
	}
	if s.Classes = append(s.Classes, "cherry"); s.Outputs() != 3 {
		t.Errorf("%d outputs of 3 classes", s.Outputs())
	}
}

func TestCheck(t *testing.T) {
	for _, s := range []Schema{fruits(), houses()} {
		if err := s.Check(); err != nil {
			t.Error(err)
		}
	}
	many := func(n int) []string {
		var names []string
		for i := range n {
			names = append(names, fmt.Sprintf("%06d", i))
		}
		return names
	}
	for _, c := range []struct {
		want  string
		spoil func(s *Schema)
	}{
		{`the task is "", classify or regress expected`, func(s *Schema) { s.Task = "" }},
		{"no columns given", func(s *Schema) { s.Columns = nil }},
		{"0 targets given, 1 expected", func(s *Schema) { s.Targets = nil }},
		{"2 targets given, 1 expected", func(s *Schema) { s.Targets = []string{"a", "b"} }},
		{"1 class given, at least 2", func(s *Schema) { s.Classes = s.Classes[:1] }},
		{"2 classes given, none expected of regress", func(s *Schema) { s.Task = Regress }},
		{"no targets given, at least 1", func(s *Schema) { s.Task, s.Targets = Regress, nil }},
		{"columns[1]: a name is empty", func(s *Schema) { s.Columns[1].Name = "" }},
		{`the name " a" begins or ends with blanks`, func(s *Schema) { s.Columns[0].Name = " a" }},
		{`the name "\xff" is not UTF-8`, func(s *Schema) { s.Classes[0] = "\xff" }},
		{"a name has 65537 bytes, 65536 at most", func(s *Schema) { s.Targets[0] = strings.Repeat("a", 65537) }},
		{"two columns or targets are called weight", func(s *Schema) { s.Columns[2].Name = "weight" }},
		{"two columns or targets are called weight", func(s *Schema) { s.Targets[0] = "weight" }},
		{"two classes are called apple", func(s *Schema) { s.Classes[1] = "apple" }},
		{"category green of colour is not behind green", func(s *Schema) { s.Columns[1].Categories[1] = "green" }},
		{"category a of colour is not behind green", func(s *Schema) { s.Columns[1].Categories[1] = "a" }},
		{"a category of colour: a name is empty", func(s *Schema) { s.Columns[1].Categories[0] = "" }},
		{"colour has an empty list of categories", func(s *Schema) { s.Columns[1] = Column{Name: "colour", Categories: []string{}} }},
		{`"rot" is none of its categories`, func(s *Schema) { s.Columns[1].FillCategory = "rot" }},
		{`"a" is none of its categories`, func(s *Schema) { s.Columns[0].FillCategory = "a" }},
		{"colour has categories and a number", func(s *Schema) { s.Columns[1].Fill = number(1) }},
		{"length has NaN for missing cells", func(s *Schema) { s.Columns[2].Fill = number(math.NaN()) }},
		{"length has -Inf for missing cells", func(s *Schema) { s.Columns[2].Fill = number(math.Inf(-1)) }},
		{"more than 1000 classes", func(s *Schema) { s.Classes = many(1001) }},
		{"more than 65536 inputs", func(s *Schema) { s.Columns[1].Categories = many(65535) }},
		{"more than 65536 targets", func(s *Schema) { s.Task, s.Classes, s.Targets = Regress, nil, many(65537) }},
		{"the names have 42", func(s *Schema) { s.Columns[1].Categories = slices.Repeat([]string{strings.Repeat("a", 42000)}, 100) }},
	} {
		s := fruits()
		c.spoil(&s)
		if err := s.Check(); err == nil || !strings.HasPrefix(err.Error(), "schema: ") || !strings.Contains(err.Error(), c.want) || len(err.Error()) > 500 {
			t.Errorf("error %v, one with %q expected", err, c.want)
		}
		if _, err := json.Marshal(s); err == nil {
			t.Errorf("%s: it is written as JSON", c.want)
		}
	}
}

func TestClone(t *testing.T) {
	s := fruits()
	c := s.Clone()
	if !reflect.DeepEqual(s, c) {
		t.Fatalf("%+v, %+v expected", c, s)
	}
	c.Columns[1].Categories[0], *c.Columns[2].Fill, c.Columns[0].Name, c.Targets[0], c.Classes[0] = "a", 7, "b", "c", "d"
	if !reflect.DeepEqual(s, fruits()) {
		t.Errorf("the copy shares memory: %+v", s)
	}
}

func TestJSON(t *testing.T) {
	const want = `{"task":"classify","columns":[{"name":"weight"},` +
		`{"name":"colour","categories":["green","red","yellow"],"fillCategory":"red"},` +
		`{"name":"length","fill":2.5}],"targets":["kind"],"classes":["apple","banana"]}`
	text, err := json.Marshal(fruits())
	if err != nil || string(text) != want {
		t.Errorf("%s, error %v, %s expected", text, err, want)
	}
	var s Schema
	if err := json.Unmarshal(text, &s); err != nil || !reflect.DeepEqual(s, fruits()) {
		t.Errorf("%+v, error %v", s, err)
	}
	for _, c := range []struct{ text, want string }{
		{`{}`, "no columns given"},
		{`[]`, "cannot unmarshal"},
		{`{"task":"regress","columns":[{"name":"a"}],"targets":["b"],"more":1}`, "unknown field"},
		{`{"task":"regress","columns":[{"name":"a","more":1}],"targets":["b"]}`, "unknown field"},
		{`{"task":"regress","columns":[{"name":"a","fill":1e999}],"targets":["b"]}`, "1e999"},
		{`{"task":"regress","columns":{"name":"a"},"targets":["b"]}`, "a list expected"},
		{`{"task":"regress","columns":[{"name":"a","categories":[1]}],"targets":["b"]}`, "cannot unmarshal"},
		{`{"task":"regress","columns":[null],"targets":["b"]}`, "a name is empty"},
		{`{"task":"regress","columns":[{"name":"a","categories":[]}],"targets":["b"]}`, "empty list of categories"},
		{`{"task":"regress","columns":[` + strings.Repeat("{},", 70000) + `{}],"targets":["b"]}`, "more than 65536 values"},
		{`{"task":"regress","columns":[{"name":"a","categories":[` + strings.Repeat(`"",`, 70000) + `""]}],"targets":["b"]}`, "more than 65536 values"},
	} {
		s := houses()
		if err := json.Unmarshal([]byte(c.text), &s); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.80s: error %v, one with %q expected", c.text, err, c.want)
		}
		if !reflect.DeepEqual(s, houses()) {
			t.Errorf("%.80s: the schema was changed", c.text)
		}
	}
}

// Whatever the text, there is no panic, and what is read can be written and read
// again.
func FuzzJSON(f *testing.F) {
	for _, s := range []Schema{fruits(), houses()} {
		text, err := json.Marshal(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`{"task":"regress","columns":[{"name":"a","fill":null}],"targets":["\u0062"],"classes":[]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var s, again Schema
		if s.UnmarshalJSON(text) != nil {
			return
		}
		if err := s.Check(); err != nil {
			t.Fatal(err)
		}
		if len(s.InputNames()) != s.Inputs() || s.Outputs() < 1 {
			t.Errorf("%d names of %d inputs, %d outputs", len(s.InputNames()), s.Inputs(), s.Outputs())
		}
		written, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(written, &again); err != nil {
			t.Fatal(err)
		}
		if rewritten, err := json.Marshal(again); err != nil || string(rewritten) != string(written) {
			t.Errorf("%s, error %v, %s expected", rewritten, err, written)
		}
		cells := make([]string, len(s.Columns))
		if err := s.Encode(cells, 0, make([]float64, s.Inputs())); err == nil {
			for _, c := range s.Columns {
				if c.Fill == nil && c.FillCategory == "" {
					t.Errorf("missing cells of %q were taken", c.Name)
				}
			}
		}
	})
}

package schema

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		header string
		want   string
	}{
		{"weight,colour,length", "[0 1 2] <nil>"},
		{"length,kind,weight,extra, colour ", "[2 4 0] <nil>"},
		{"extra,extra,length,weight,colour", "[3 4 2] <nil>"},
		{"weight,colour,weight,length", "[] schema: columns 1 and 3 are both called weight"},
		{"weight,color,length", "[] schema: no column colour given; is it color? The columns expected are weight, colour, length, those given are weight, color, length"},
		{"kind,length", "[] schema: no columns weight, colour given. The columns expected are weight, colour, length, those given are kind, length"},
		{"kind,length,colour", "[] schema: no column weight given. The columns expected are weight, colour, length, those given are kind, length, colour"},
	} {
		order, err := fruits().Match(strings.Split(c.header, ","))
		if got := fmt.Sprint(order, " ", err); got != c.want {
			t.Errorf("%s:\n%s\n%s expected", c.header, got, c.want)
		}
	}
	if _, err := fruits().Match(nil); err == nil || !strings.HasSuffix(err.Error(), "those given are none") {
		t.Error(err)
	}
	if order, err := houses().MatchTargets([]string{"rent", "rooms", "price"}); fmt.Sprint(order, err) != "[2 0] <nil>" {
		t.Error(order, err)
	}
	if _, err := houses().MatchTargets([]string{"rent"}); err == nil || !strings.Contains(err.Error(), "no column price given. The targets expected are price, rent") {
		t.Error(err)
	}
}

func TestEncode(t *testing.T) {
	for _, c := range []struct {
		cells   string
		decimal byte
		want    string
	}{
		{"1.5|red|2", 0, "[1.5 0 1 0 2] <nil>"},
		{" -1e3 | yellow |NA", '.', "[-1000 0 0 1 2.5] <nil>"},
		{"1,5|green|2", ',', "[1.5 1 0 0 2] <nil>"},
		{"7||2", 0, "[7 0 1 0 2] <nil>"},
		{"?|red|2", 0, `column weight: "?" given, a number expected`},
		{"1,5|red|2", 0, `column weight: "1,5" is not a number`},
		{"1.5|red|2", ',', `column weight: "1.5" is not a number, the decimal mark being ','`},
		{"0x10|red|2", 0, `column weight: "0x10" is not a number`},
		{"1e999|red|2", 0, `column weight: "1e999" is too large a number`},
		{"Inf|red|2", 0, `column weight: "Inf" is not a finite number`},
		{"1|Red|2", 0, `column colour: "Red" is none of its categories; is it red? They are green, red, yellow`},
		{"1|NA|2", 0, "[1 0 1 0 2] <nil>"},
		{"1|blue|2", 0, `column colour: "blue" is none of its categories. They are green, red, yellow`},
		{"1|red", 0, "2 cells given, one for each of 3 columns expected: weight, colour, length"},
	} {
		out := []float64{9, 9, 9, 9, 9} // to be overwritten
		err := fruits().Encode(strings.Split(c.cells, "|"), c.decimal, out)
		got := fmt.Sprint(out, " ", err)
		if err != nil {
			got = strings.TrimPrefix(err.Error(), "schema: ")
		}
		if !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %s, %s expected", c.cells, got, c.want)
		}
	}
	if err := fruits().Encode([]string{"1", "red", "2"}, 0, make([]float64, 4)); err == nil {
		t.Error("there is room for 4 inputs only, and no error")
	}
}

// A word for missing cells is a category where the schema says so, and else an
// error if there is no fill.
func TestMissingTexts(t *testing.T) {
	c := Column{Name: "a", Categories: []string{"NA", "x"}, FillCategory: "x"}
	out := make([]float64, 2)
	if err := c.Encode("NA", 0, out); err != nil || out[0] != 1 {
		t.Error(out, err)
	}
	if err := c.Encode("?", 0, out); err != nil || out[1] != 1 {
		t.Error(out, err)
	}
	c.FillCategory = ""
	for cell, want := range map[string]string{"?": `"?" is none of its categories`, "": "the cell is empty"} {
		if err := c.Encode(cell, 0, out); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, one with %q expected", err, want)
		}
	}
}

func TestEncodeNumbers(t *testing.T) {
	s := Schema{Columns: []Column{{Name: "a"}, {Name: "b", Fill: number(-1)}}}
	out := make([]float64, 2)
	if err := s.EncodeNumbers([]float64{3, math.NaN()}, out); err != nil || fmt.Sprint(out) != "[3 -1]" {
		t.Error(out, err)
	}
	for want, values := range map[string][]float64{
		"column a: the number is missing": {math.NaN(), 1},
		"column b: +Inf given":            {1, math.Inf(1)},
		"1 number given":                  {1},
	} {
		if err := s.EncodeNumbers(values, out); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, one with %q expected", err, want)
		}
	}
	if err := fruits().EncodeNumbers([]float64{1, 2, 3}, make([]float64, 5)); err == nil || !strings.Contains(err.Error(), "column colour: the number 2 given, one of the texts green") {
		t.Error(err)
	}
}

func TestClass(t *testing.T) {
	if k, err := fruits().Class("banana"); k != 1 || err != nil {
		t.Error(k, err)
	}
	want := `schema: there is no class "bananna"; is it banana? The classes are apple, banana`
	if _, err := fruits().Class("bananna"); err == nil || err.Error() != want {
		t.Error(err)
	}
	if _, err := houses().Class("x"); err == nil {
		t.Error("a regression has classes")
	}
}

// New data in another order, with columns that the model does not know.
func ExampleSchema_Match() {
	s := Schema{Task: Classify, Targets: []string{"kind"}, Classes: []string{"apple", "banana"},
		Columns: []Column{{Name: "weight"}, {Name: "colour", Categories: []string{"red", "yellow"}}}}
	order, err := s.Match([]string{"shop", "colour", "weight"})
	if err != nil {
		fmt.Println(err)
		return
	}
	row := []string{"Rye", "yellow", "0.12"}
	cells := make([]string, len(order))
	for i, k := range order {
		cells[i] = row[k]
	}
	x := make([]float64, s.Inputs())
	fmt.Println(s.InputNames(), s.Encode(cells, '.', x), x)
	// Output: [weight colour=red colour=yellow] <nil> [0.12 0 1]
}

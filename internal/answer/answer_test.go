package answer_test

import (
	"encoding/csv"
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"chainrule/internal/answer"
	"chainrule/internal/experiment"
	"chainrule/internal/schema"
	"chainrule/layers"
	"chainrule/layers/predict"
)

// model returns one with two inputs.
func model(t *testing.T, units int, activation string, data schema.Schema) *predict.Model {
	t.Helper()
	s := experiment.Settings{Inputs: 2, Layers: []experiment.Layer{{Kind: experiment.Dense, Units: units, Activation: activation}}}
	net, err := layers.Build(s, rand.New(rand.NewPCG(1, 2)))
	if err != nil {
		t.Fatal(err)
	}
	if data.Task != "" {
		data.Columns = []schema.Column{{Name: "x"}, {Name: "y"}}
	}
	m, err := layers.Model{Network: net, Schema: data}.Predictor()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Every kind of answer reads back, as CSV and as JSON, with the same numbers.
func TestAnswers(t *testing.T) {
	two := schema.Schema{Task: schema.Classify, Targets: []string{"kind"}, Classes: []string{"no", "yes, \"so\"\nx"}}
	for name, c := range map[string]struct {
		model   *predict.Model
		outputs []float64
		header  []string
		rows    [][]string
		json    string
	}{
		"one of two": {model(t, 1, "sigmoid", two), []float64{0.25, 0.75}, []string{"kind", "probability_no", "probability_yes, \"so\"\nx"},
			[][]string{{"no", "0.75", "0.25"}, {"yes, \"so\"\nx", "0.25", "0.75"}},
			`[{"class":"no","probabilities":{"no":0.75,"yes, \"so\"\nx":0.25}},{"class":"yes, \"so\"\nx","probabilities":{"no":0.25,"yes, \"so\"\nx":0.75}}]`},
		"numbers": {model(t, 2, "", schema.Schema{Task: schema.Regress, Targets: []string{"a,b", "c"}}), []float64{-1e-9, 1e300}, []string{"a,b", "c"},
			[][]string{{"-1e-09", "1e+300"}}, `[{"values":{"a,b":-1e-9,"c":1e300}}]`},
		"without names": {model(t, 2, "", schema.Schema{}), []float64{1, 2, 3, 4}, []string{"output1", "output2"},
			[][]string{{"1", "2"}, {"3", "4"}}, `[{"outputs":[1,2]},{"outputs":[3,4]}]`},
	} {
		f, err := answer.New(c.model)
		if err != nil {
			t.Fatal(err)
		}
		b, err := f.CSV(f.Header(nil, true), c.outputs, true)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(string(b))).ReadAll()
		if want := append([][]string{c.header}, c.rows...); err != nil || !reflect.DeepEqual(rows, want) {
			t.Errorf("%s: %q, %v; %q expected", name, rows, err, want)
		}
		j, err := f.JSON([]byte("["), c.outputs)
		if err != nil {
			t.Fatal(err)
		}
		var got, want any
		if err := json.Unmarshal(append(j, ']'), &got); err != nil {
			t.Fatalf("%s: %s: %v", name, j, err)
		}
		if json.Unmarshal([]byte(c.json), &want); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %s, %s expected", name, j, c.json)
		}
		plain, err := f.CSV(f.Header(nil, false), c.outputs, false)
		if lines := strings.Count(string(plain), "\n"); err != nil || lines < len(c.rows)+1 || f.Classes() && strings.Contains(string(plain), "0.") {
			t.Errorf("%s without probabilities: %q, %v", name, plain, err)
		}
	}
	// Numbers keep all digits.
	f, err := answer.New(model(t, 1, "", schema.Schema{}))
	if err != nil {
		t.Fatal(err)
	}
	b, _ := f.CSV(nil, []float64{1.0 / 3}, false)
	if v, err := strconv.ParseFloat(strings.TrimSpace(string(b)), 64); err != nil || v != 1.0/3 {
		t.Errorf("%q for a third", b)
	}
}

// Classes of a network whose outputs say nothing of them are an error.
func TestNoClasses(t *testing.T) {
	data := schema.Schema{Task: schema.Classify, Targets: []string{"kind"}, Classes: []string{"a", "b", "c"}}
	if _, err := answer.New(model(t, 3, "", data)); err == nil || !strings.Contains(err.Error(), "sigmoid or softmax") {
		t.Errorf("%v", err)
	}
}

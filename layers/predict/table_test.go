package predict_test

import (
	"flag"
	"math"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/internal/experiment"
	"chainrule/internal/schema"
	"chainrule/layers"
	"chainrule/layers/predict"
	"gorgonia.org/tensor"
)

func fruitModel(t *testing.T) *predict.Model {
	t.Helper()
	path := filepath.Join(t.TempDir(), "model.safetensors")
	fruits(t, path)
	m, err := predict.LoadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// A model says what its inputs and classes are called, and nobody can change it.
func TestNames(t *testing.T) {
	m := fruitModel(t)
	for range 2 {
		inputs, classes, targets := m.InputNames(), m.ClassNames(), m.TargetNames()
		if !slices.Equal(inputs, []string{"weight", "colour=green", "colour=red"}) || !slices.Equal(classes, []string{"apple", "banana"}) ||
			!slices.Equal(targets, []string{"kind"}) || m.Inputs() != 3 || m.Outputs() != 1 {
			t.Errorf("%v, %v, %v, %d inputs, %d outputs", inputs, classes, targets, m.Inputs(), m.Outputs())
		}
		inputs[0], classes[0], targets[0] = "", "", ""
	}
	s := networks()["logistic"]
	m = model(t, layers.Model{Network: network(t, s)})
	if m.InputNames() != nil || m.ClassNames() != nil || m.TargetNames() != nil {
		t.Error("names from nowhere")
	}
}

// Columns are found by name, and mistakes name them.
func TestTable(t *testing.T) {
	m := fruitModel(t)
	table, err := m.Table([]string{" colour", "kind", "weight"})
	if err != nil {
		t.Fatal(err)
	}
	x := make([]float64, 3)
	table.Decimal = ','
	if err := table.Encode(x, []string{"red", "?", "0,5"}); err != nil || !slices.Equal(x, []float64{0.5, 0, 1}) {
		t.Errorf("%v, error %v", x, err)
	}
	for _, c := range []struct {
		x     []float64
		cells []string
		want  string
	}{
		{x, []string{"rot", "", "1"}, `column colour: "rot" is none of its categories`},
		{x, []string{"red", "", ""}, `column weight: "" given, a number expected`},
		{x, []string{"red", "", "1.5"}, `column weight: "1.5" is not a number, the decimal mark being ','`},
		{x, []string{"red", "1"}, "the row has 2 cells, 3 expected as in the header"},
		{x[:2], []string{"red", "", "1"}, "room for 2 inputs given, 3 expected"},
	} {
		if err := table.Encode(c.x, c.cells); err == nil || !strings.HasPrefix(err.Error(), "predict: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, one with %q expected", err, c.want)
		}
	}
	if _, err := m.Table([]string{"weight", "color"}); err == nil || !strings.Contains(err.Error(), "no column colour given") {
		t.Errorf("error %v", err)
	}
	s := networks()["logistic"]
	if _, err := model(t, layers.Model{Network: network(t, s)}).Table([]string{"a"}); err == nil || !strings.Contains(err.Error(), "does not say what its inputs are called") {
		t.Errorf("error %v", err)
	}
	if err := (&predict.Table{}).Encode(x, nil); err == nil {
		t.Error("a table of no model")
	}
	withColumns := model(t, layers.Model{Network: network(t, s), Schema: schema.Schema{Task: schema.Regress,
		Columns: []schema.Column{{Name: "a"}, {Name: "b"}, {Name: "c"}}, Targets: []string{"d"}}})
	if err := withColumns.Predict(make([]float64, 1), []float64{0, math.Inf(1), 0}); err == nil || !strings.Contains(err.Error(), "input 1 (b) of example 0") {
		t.Errorf("error %v", err)
	}
}

// Of equals the first class is taken, and outputs that say nothing of classes are refused.
func TestClasses(t *testing.T) {
	of := func(layer experiment.Layer, classes ...string) *predict.Model {
		m := layers.Model{Network: network(t, experiment.Settings{Inputs: 1, Layers: []experiment.Layer{layer}})}
		if classes != nil {
			m.Schema = schema.Schema{Task: schema.Classify, Columns: []schema.Column{{Name: "a"}}, Targets: []string{"b"}, Classes: classes}
		}
		return model(t, m)
	}
	for _, c := range []struct {
		m       *predict.Model
		outputs []float64
		classes []int
		want    string // error
	}{
		{of(dense(1, "sigmoid")), []float64{0.5, 0.75, 0.25}, []int{0, 1, 0}, ""},
		{of(dense(3, "softmax")), []float64{0.25, 0.25, 0.5, 0.25, 0.5, 0.25, 0.4, 0.2, 0.4}, []int{2, 1, 0}, ""},
		{of(dense(3, "sigmoid"), "x", "y", "z"), []float64{0.25, 0.5, 0.5}, []int{1}, ""},
		{of(dense(3, "sigmoid")), []float64{0.25, 0.5, 0.5}, []int{1}, "things that may all be so"},
		{of(dense(2, "")), []float64{1, 2}, []int{1}, "a sigmoid or softmax at the end of the network expected"},
		{of(dense(3, "softmax")), []float64{1, 0}, []int{1}, "2 outputs given for 1 examples, 3 of each expected"},
		{nil, nil, nil, "not made by"},
	} {
		got := make([]int, len(c.classes))
		err := c.m.Classes(got, c.outputs)
		if c.want == "" && (err != nil || !slices.Equal(got, c.classes)) {
			t.Errorf("%v: %v, error %v, %v expected", c.outputs, got, err, c.classes)
		}
		if c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%v: error %v, one with %q expected", c.outputs, err, c.want)
		}
	}
}

// exampleModel is that of the examples' file: logistic regression on weights and colours.
func exampleModel(t *testing.T) layers.Model {
	t.Helper()
	set := func(p *graph.Param, v ...float64) {
		if err := p.Set(graph.Tensor(v, p.Shape()...)); err != nil {
			t.Fatal(err)
		}
	}
	line := layers.NewDense("line", 3, 1, layers.Zeros, nil)
	set(line.W, 2, 1.5, -1.5)
	return layers.Model{
		Network: layers.Sequential{layers.NewStandardize("scale", []float64{150, 0.5, 0.5}, []float64{20, 0.5, 0.5}, tensor.Float64), line, layers.Sigmoid},
		Schema: schema.Schema{Task: schema.Classify, Columns: []schema.Column{{Name: "weight"}, {Name: "colour", Categories: []string{"green", "red"}}},
			Targets: []string{"kind"}, Classes: []string{"apple", "banana"}},
	}
}

var update = flag.Bool("model.update", false, "write testdata/fruits.safetensors anew")

// The examples' file holds exampleModel.
func TestExampleModel(t *testing.T) {
	const path = "testdata/fruits.safetensors"
	want := exampleModel(t)
	if *update {
		if err := layers.SaveFile(path, want); err != nil {
			t.Fatal(err)
		}
	}
	got, err := layers.LoadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	a, b := got.Network.Params(), want.Network.Params()
	a, b = append(a, layers.State(got.Network)...), append(b, layers.State(want.Network)...)
	if len(a) != len(b) || !reflect.DeepEqual(got.Schema, want.Schema) {
		t.Fatalf("%d parameters, %d expected; %+v", len(a), len(b), got.Schema)
	}
	for i := range a {
		if a[i].Name() != b[i].Name() || !reflect.DeepEqual(a[i].Value().Data(), b[i].Value().Data()) {
			t.Errorf("%s %v, %s %v expected", a[i].Name(), a[i].Value(), b[i].Name(), b[i].Value())
		}
	}
}

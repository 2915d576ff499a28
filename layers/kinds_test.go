package layers_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/internal/experiment"
	"chainrule/layers"
)

// allKinds is a network with a layer of every kind, of which some lie in others.
const allKinds = `{"version": 1, "inputs": 3, "cost": {"kind": "squared-error"}, "seed": 5, "layers": [
  {"kind": "standardize"},
  {"kind": "dense", "units": 4, "activation": "relu"},
  {"kind": "dropout", "rate": 0.25},
  {"kind": "batch-norm", "momentum": 0.5, "epsilon": 0.001},
  {"kind": "residual", "layers": [
    {"kind": "layer-norm"},
    {"kind": "dense", "units": 4, "activation": "tanh", "init": {"kind": "he"}},
    {"kind": "dropout", "name": "inner", "rate": 0.5}]},
  {"kind": "parallel", "layers": [
    {"kind": "dense", "units": 2},
    {"kind": "sequential", "layers": [{"kind": "dense", "units": 3, "activation": "elu"}, {"kind": "dropout", "rate": 0.5}]},
    {"kind": "activation", "activation": "identity"}]},
  {"kind": "dense", "units": 2, "activation": "tanh"},
  {"kind": "activation", "activation": "elu"},
  {"kind": "unstandardize", "name": "targets"}]}`

func parse(t *testing.T, text string) experiment.Settings {
	t.Helper()
	s, err := experiment.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func build(t *testing.T, s experiment.Settings) layers.Layer {
	t.Helper()
	net, err := layers.Build(s, newRand())
	if err != nil {
		t.Fatal(err)
	}
	return net
}

func names(params []*graph.Param) string {
	var all []string
	for _, p := range params {
		all = append(all, fmt.Sprint(p.Name(), p.Shape()))
	}
	return strings.Join(all, " ")
}

// A network of settings is described by these settings again, and has the parameters of the
// network that is made of the description. Dense layers are numbered as those of an MLP.
func TestKindsAreMadeAndDescribed(t *testing.T) {
	for _, network := range []string{"", "policy"} {
		s := parse(t, allKinds)
		s.Name = network
		net := build(t, s)
		prefix := ""
		if network != "" {
			prefix = network + "."
		}
		const trained = "%W1(4, 3) %b1(4, 1) %batch-norm1.gamma(4, 1) %batch-norm1.beta(4, 1) %layer-norm1.gamma(4, 1) %layer-norm1.beta(4, 1) " +
			"%W2(4, 4) %b2(4, 1) %W3(2, 4) %b3(2, 1) %W4(3, 4) %b4(3, 1) %W5(2, 9) %b5(2, 1)"
		if got, want := names(net.Params()), strings.ReplaceAll(trained, "%", prefix); got != want {
			t.Errorf("%s trained, %s expected", got, want)
		}
		const kept = "%standardize1.mean(3, 1) %standardize1.std(3, 1) %dropout1.seed(5) %batch-norm1.mean(4, 1) %batch-norm1.variance(4, 1) " +
			"%inner.seed(5) %dropout3.seed(5) %targets.mean(2, 1) %targets.std(2, 1)"
		if got, want := names(layers.State(net)), strings.ReplaceAll(kept, "%", prefix); got != want {
			t.Errorf("%s kept, %s expected", got, want)
		}
		d, err := layers.Describe(net)
		if err != nil {
			t.Fatal(err)
		}
		s.Layers[4].Layers[1].Init = experiment.Init{} // what Describe does not tell
		if !reflect.DeepEqual(d.Layers, s.Layers) || d.Inputs != s.Inputs || d.Name != s.Name {
			t.Errorf("described as\n%+v\n%+v expected", d, s)
		}
		again := build(t, d)
		if got, want := names(again.Params())+names(layers.State(again)), names(net.Params())+names(layers.State(net)); got != want {
			t.Errorf("%s made of the description, %s expected", got, want)
		}
		if err := d.Check(); err == nil || !strings.Contains(err.Error(), "cost") {
			t.Errorf("error %v, only the cost is missing", err)
		}
	}
}

// The random numbers of dropouts differ between the layers of a network and between experiments.
func TestSeedsOfDropouts(t *testing.T) {
	seen := map[string]bool{}
	for _, seed := range []uint32{0, 1, 1 << 31} {
		s := parse(t, allKinds)
		s.Seed = seed
		for _, p := range layers.State(build(t, s)) {
			if strings.HasSuffix(p.Name(), ".seed") {
				seen[fmt.Sprint(p.Value().Data())] = true
			}
		}
	}
	if len(seen) != 9 {
		t.Errorf("%d seeds of 9 layers: %v", len(seen), seen)
	}
}

// With dropout between its layers a network has the symbols of an MLP.
func TestSymbolsOfUnnamedLayers(t *testing.T) {
	s := parse(t, `{"version": 1, "inputs": 2, "cost": {"kind": "cross-entropy"}, "layers": [
	  {"kind": "dense", "units": 4, "activation": "tanh"}, {"kind": "dropout", "rate": 0.5}, {"kind": "batch-norm"},
	  {"kind": "dense", "units": 1, "activation": "sigmoid"}]}`)
	g := graph.New(graph.Settings{Training: true})
	a := build(t, s).Apply(g.Input("X", 2, 6))
	formulas, err := graph.Formulas(a)
	if err != nil {
		t.Fatal(err)
	}
	var text []string
	for _, f := range formulas {
		text = append(text, f.String())
	}
	for _, line := range []string{"Z1 = W1·X + b1 (4,6)", "A1 = tanh(Z1) (4,6)", "A2 = σ(Z2) (1,6)"} {
		if !strings.Contains(strings.Join(text, "\n"), line) {
			t.Errorf("no line %s in\n%s", line, strings.Join(text, "\n"))
		}
	}
	t.Log(strings.Join(text, "\n"))
}

// Mistakes in layers that lie in others have the path of these.
func TestMistakesInside(t *testing.T) {
	deep := strings.Repeat(`{"kind": "residual", "layers": [`, 8) + `{"kind": "dropout", "rate": 0.5}` + strings.Repeat(`]}`, 8)
	for _, c := range []struct{ layers, path, words string }{
		{`{"kind": "residual", "layers": [{"kind": "dense", "units": 0}]}`, "layers[0].layers[0].units", "0 given"},
		{`{"kind": "residual", "layers": [{"kind": "dense", "units": 3}]}`, "layers[0].layers", "3 outputs given behind 2"},
		{`{"kind": "residual"}`, "layers[0].layers", "none given"},
		{`{"kind": "parallel", "layers": []}`, "layers[0].layers", "none given"},
		{`{"kind": "residual", "layers": {}}`, "layers[0].layers", "an object given, a list"},
		{`{"kind": "dense", "units": 2}, {"kind": "parallel", "layers": [{"kind": "dropout", "rate": 0.5}, {"kind": "residual", "layers": [{"kind": "dense", "unts": 2}]}]}`,
			"layers[1].layers[1].layers[0].unts", "did you mean units?"},
		{`{"kind": "parallel", "layers": [{"kind": "activation", "activation": "tahn"}]}`, "layers[0].layers[0].activation", "did you mean"},
		{`{"kind": "dropout"}`, "layers[0].rate", "missing"},
		{`{"kind": "dropout", "rate": 1}`, "layers[0].rate", "1 given, a number above 0 and below 1"},
		{`{"kind": "dropout", "rate": -0.5}`, "layers[0].rate", "-0.5 given"},
		{`{"kind": "dropout", "epsilon": 1}`, "layers[0].epsilon", "dropout has no such field"},
		{`{"kind": "batch-norm", "momentum": 1.5}`, "layers[0].momentum", "at most 1"},
		{`{"kind": "layer-norm", "momentum": 0.5}`, "layers[0].momentum", "layer-norm has no such field"},
		{`{"kind": "layer-norm", "epsilon": -1}`, "layers[0].epsilon", "-1 given"},
		{`{"kind": "dropout", "name": "a", "rate": 0.5}, {"kind": "batch-norm", "name": "a"}`, "layers[1].name", `"a" is that of layers[0] already`},
		{`{"kind": "batch-norm", "name": "dropout1"}, {"kind": "dropout", "rate": 0.5}`, "layers[1].name", "without one it is called"},
		{`{"kind": "dense", "units": 2}, {"kind": "residual", "layers": [{"kind": "dense", "name": "a", "units": 2}]}`, "layers[1].layers[0].name", "or none"},
		{`{"kind": "parallel", "layers": [{"kind": "dense", "units": 9000}, {"kind": "dense", "units": 9000}]}, {"kind": "dense", "units": 9000}`,
			"layers[1].units", "9000 given behind 18000"},
		{deep, "", "nested more than 16 deep"},
	} {
		_, err := experiment.Parse([]byte(`{"version": 1, "inputs": 2, "cost": {"kind": "squared-error"}, "layers": [` + c.layers + `]}`))
		if err == nil {
			s := experiment.Settings{Inputs: 2}
			if err := s.UnmarshalJSON([]byte(`{"version": 1, "inputs": 2, "cost": {"kind": "squared-error"}, "layers": [` + c.layers + `]}`)); err != nil {
				t.Fatal(err)
			}
			_, err = layers.Build(s, newRand())
		}
		e, ok := err.(*experiment.Error)
		if !ok || e.Path != c.path || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: error %v, path %q and %q expected", c.layers, err, c.path, c.words)
		}
	}
}

// Lists that lie in one another without end, and networks that double at every layer, end.
func TestEndlessLayers(t *testing.T) {
	loop := []experiment.Layer{{Kind: experiment.Residual}, {Kind: experiment.Residual}}
	loop[0].Layers, loop[1].Layers = loop, loop
	s := experiment.Settings{Inputs: 1, Layers: loop, Cost: experiment.Cost{Kind: "squared-error"}}
	if err := s.Check(); err == nil || !strings.Contains(err.Error(), "6 deep") {
		t.Errorf("error %v", err)
	}
	wide := make([]experiment.Layer, 3000)
	for i := range wide {
		wide[i] = experiment.Layer{Kind: experiment.LayerNorm}
	}
	s.Layers = wide
	if err := s.Check(); err == nil || !strings.Contains(err.Error(), "more than 2048 layers") {
		t.Errorf("error %v", err)
	}
	twice := experiment.Layer{Kind: experiment.Parallel, Layers: []experiment.Layer{
		{Kind: experiment.Activation, Activation: "tanh"}, {Kind: experiment.Activation, Activation: "tanh"}}}
	s.Layers = nil
	for range 60 {
		s.Layers = append(s.Layers, twice)
	}
	if err := s.Check(); err == nil || !strings.Contains(err.Error(), "268435456 outputs given") {
		t.Errorf("error %v", err)
	}
}

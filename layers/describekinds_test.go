package layers_test

import (
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/internal/experiment"
	"chainrule/layers"
	"gorgonia.org/tensor"
)

// Layers that stand alone say what they are, with settings that are not the usual ones; a
// dropout of nothing is no layer.
func TestDescribeOneLayer(t *testing.T) {
	for _, c := range []struct {
		layer  layers.Describer
		want   experiment.Layer
		inputs int
	}{
		{layers.BatchNormSettings{Name: "n", Features: 3, Momentum: 0.5}.New(), experiment.Layer{Kind: "batch-norm", Name: "n", Momentum: 0.5}, 3},
		{layers.BatchNormSettings{Name: "batch-norm1", Features: 3, Momentum: 0.1, Epsilon: 1e-5}.New(), experiment.Layer{Kind: "batch-norm"}, 3},
		{layers.LayerNormSettings{Name: "n", Features: 2, Epsilon: 1}.New(), experiment.Layer{Kind: "layer-norm", Name: "n", Epsilon: 1}, 2},
		{layers.DropoutSettings{Name: "dropout2", Rate: 0.5}.New(), experiment.Layer{Kind: "dropout", Name: "dropout2", Rate: 0.5}, 0},
		{layers.NewStandardize("s", []float64{1}, []float64{1}, tensor.Float32), experiment.Layer{Kind: "standardize", Name: "s"}, 1},
		{layers.NewUnstandardize("s", []float64{1}, []float64{1}, tensor.Float32), experiment.Layer{Kind: "unstandardize", Name: "s"}, 1},
	} {
		got, err := c.layer.Describe()
		if err != nil || len(got) != 1 || got[0].Kind != c.want.Kind || got[0].Name != c.want.Name || got[0].Rate != c.want.Rate ||
			got[0].Momentum != c.want.Momentum || got[0].Epsilon != c.want.Epsilon {
			t.Errorf("%+v, error %v; %+v expected", got, err, c.want)
		}
		if s, err := layers.Describe(c.layer.(layers.Layer)); err != nil || s.Inputs != c.inputs {
			t.Errorf("%s: %d inputs, error %v; %d expected", c.want.Kind, s.Inputs, err, c.inputs)
		}
	}
	none := layers.DropoutSettings{Name: "d"}.New()
	got, err := layers.Describe(layers.Residual{Layers: layers.Sequential{none}})
	if err != nil || len(got.Layers) != 1 || len(got.Layers[0].Layers) != 1 || got.Layers[0].Layers[0].Activation != "identity" {
		t.Errorf("%+v, error %v", got.Layers, err)
	}
}

// A layer whose parameters Build would call otherwise cannot be described.
func TestDescribeKindMistakes(t *testing.T) {
	odd := graph.NewParam("odd", array(tensor.Float64, []int{1, 1}, 1))
	unnamed := build(t, experiment.Settings{Name: "policy", Inputs: 1, Layers: []experiment.Layer{
		{Kind: "dropout", Rate: 0.5}, {Kind: "dense", Units: 1}, {Kind: "dense", Units: 1}}}).(layers.Sequential)
	for words, l := range map[string]layers.Layer{
		"dropout is nil":                 (*layers.Dropout)(nil),
		"batch-norm is nil":              (*layers.BatchNorm)(nil),
		"layer-norm is nil":              layers.Parallel{(*layers.LayerNorm)(nil)},
		"the kind standardize is nil":    layers.Residual{Layers: layers.Sequential{(*layers.Standardize)(nil)}},
		"unstandardize is nil":           (*layers.Unstandardize)(nil),
		"Rate is 2":                      layers.DropoutSettings{Name: "d", Rate: 2}.New(),
		"batch-norm has no parameters":   &layers.BatchNorm{},
		`called "odd", NAME.gamma`:       &layers.LayerNorm{Gamma: odd, Beta: odd},
		`called "lone.mean" in the netw`: layers.Sequential{unnamed, layers.NewStandardize("lone", []float64{1}, []float64{1}, tensor.Float64)},
		`or policy.W2 and policy.b2`:     layers.Sequential{unnamed[1], unnamed[1], unnamed[2]},
	} {
		if s, err := layers.Describe(l); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%+v, error %v; %q expected", s.Layers, err, words)
		}
	}
	if s, err := layers.Describe(unnamed); err != nil || s.Name != "policy" || s.Layers[0].Name != "" || s.Inputs != 1 {
		t.Errorf("%+v, error %v", s, err)
	}
}

// Parameters of another precision than the graph's are its error.
func TestDtypesOfLayers(t *testing.T) {
	for _, l := range []layers.Layer{
		layers.BatchNormSettings{Name: "n", Features: 1, Dtype: tensor.Float32}.New(), layers.LayerNormSettings{Name: "n", Features: 1, Dtype: tensor.Float32}.New(),
		layers.DropoutSettings{Name: "d", Rate: 0.5, Dtype: tensor.Float32}.New(), layers.NewStandardize("s", []float64{1}, []float64{1}, tensor.Float32),
	} {
		g := graph.New(graph.Settings{Training: true})
		if l.Apply(g.Input("X", 1, 2)); g.Err() == nil || !strings.Contains(g.Err().Error(), "float32") {
			t.Errorf("%T: error %v", l, g.Err())
		}
	}
}

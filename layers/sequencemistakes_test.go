package layers_test

import (
	"testing"

	"chainrule/graph"
	"chainrule/layers"
	"gorgonia.org/tensor"
)

// Mistakes in settings, shapes and lengths are errors of the graph.
func TestSequenceMistakes(t *testing.T) {
	rng := newRand()
	good := layers.MultiHeadAttentionSettings{Name: "a", Features: 2}.New(rng)
	lstm := layers.RecurrentSettings{Name: "l", In: 2, Out: 2}.NewLSTM(rng)
	for words, l := range map[string]layers.Layer{
		`MultiHeadAttention "a": Features is 0`:                layers.MultiHeadAttentionSettings{Name: "a"}.New(rng),
		`MultiHeadAttention "": the layer needs a name`:        layers.MultiHeadAttentionSettings{Features: 2}.New(rng),
		"Heads is 2 and Features is 3":                         layers.MultiHeadAttentionSettings{Name: "a", Features: 3, Heads: 2}.New(rng),
		"Heads is -1":                                          layers.MultiHeadAttentionSettings{Name: "a", Features: 3, Heads: -1}.New(rng),
		"the source of random numbers is nil":                  layers.MultiHeadAttentionSettings{Name: "a", Features: 3}.New(nil),
		"Features is 40000: at most":                           layers.MultiHeadAttentionSettings{Name: "a", Features: 40000}.New(rng),
		"MultiHeadAttention: the layer is nil":                 (*layers.MultiHeadAttention)(nil),
		"MultiHeadAttention: it has not all":                   &layers.MultiHeadAttention{Heads: 1},
		"3 heads given for 2 features":                         &layers.MultiHeadAttention{In: good.In, InBias: good.InBias, Out: good.Out, OutBias: good.OutBias, Heads: 3},
		"shape (3, 2, 2) given, (T,3,m) expected":              layers.MultiHeadAttentionSettings{Name: "a", Features: 3}.New(rng),
		`Positions "p": Steps is 0`:                            layers.PositionsSettings{Name: "p", Features: 2}.New(rng),
		"positions of shape (2, 2) given for 3 steps":          layers.PositionsSettings{Name: "p", Features: 2, Steps: 2}.New(rng),
		`Transformer "": the layer needs a name`:               layers.TransformerSettings{Features: 2}.New(rng),
		`Dense "t.hidden": Out is -1`:                          layers.TransformerSettings{Name: "t", Features: 2, Hidden: -1}.New(rng)[1:],
		`RNN "r": In is 0`:                                     layers.RecurrentSettings{Name: "r", Out: 1}.NewRNN(rng),
		`GRU "r": dtype bool`:                                  layers.RecurrentSettings{Name: "r", In: 1, Out: 1, Dtype: tensor.Bool}.NewGRU(rng),
		`LSTM "r": In is 1 and Out is 30000: at most`:          layers.RecurrentSettings{Name: "r", In: 1, Out: 30000}.NewLSTM(rng),
		"RNN: the layer is nil":                                (*layers.RNN)(nil),
		"GRU: the layer is nil":                                (*layers.GRU)(nil),
		"LSTM: the layer is nil":                               (*layers.LSTM)(nil),
		"LSTM: it has not all":                                 &layers.LSTM{},
		`the parameter "l.W" has shape (8, 2), [6 2] expected`: &layers.GRU{Recurrent: lstm.Recurrent},
		"LSTM: an input of shape (3, 2, 2)":                    layers.RecurrentSettings{Name: "l", In: 3, Out: 2}.NewLSTM(rng),
		"LayerNorm: an input of shape (3, 2, 2)":               layers.LayerNormSettings{Name: "n", Features: 3}.New(),
		"BatchNorm: an input of shape (3, 2, 2)":               layers.BatchNormSettings{Name: "n", Features: 2}.New(),
	} {
		g := graph.New(graph.Settings{})
		l.Apply(g.Input("X", 3, 2, 2))
		checkError(t, g.Err(), words)
	}
}

// Wrong lengths and states, and inputs without steps, are errors of the graph.
func TestSequenceOperandMistakes(t *testing.T) {
	lstm := layers.RecurrentSettings{Name: "l", In: 2, Out: 2}.NewLSTM(newRand())
	for words, apply := range map[string]func(g *graph.Graph, x *graph.Node){
		"lengths of shape (3) given, (2) expected":  func(g *graph.Graph, x *graph.Node) { lstm.ApplyMasked(x, g.Input("lengths", 3)) },
		"1 states given, 2 expected, or none":       func(g *graph.Graph, x *graph.Node) { lstm.Run(x, nil, g.Input("h", 2, 2)) },
		"a state of shape (2, 3) given, (2,2)":      func(g *graph.Graph, x *graph.Node) { lstm.Run(x, nil, g.Input("h", 2, 3), g.Input("c", 2, 2)) },
		"its input is nil":                          func(g *graph.Graph, x *graph.Node) { lstm.Run(x, nil, nil, x) },
		"of shape (2, 2) given, (T,2,m) expected":   func(g *graph.Graph, x *graph.Node) { lstm.Apply(g.Input("one", 2, 2)) },
		"Positions: an input of shape (2, 2) given": func(g *graph.Graph, x *graph.Node) { layers.Positions{}.Apply(g.Input("one", 2, 2)) },
		"Steps: 0 steps":                            func(g *graph.Graph, x *graph.Node) { layers.Steps(0).Apply(g.Input("one", 2, 2)) },
		"a multiple of the 3 steps":                 func(g *graph.Graph, x *graph.Node) { layers.Steps(3).Apply(g.Input("one", 4, 2)) },
		"Steps: an input of shape (3, 2, 2)":        func(g *graph.Graph, x *graph.Node) { layers.Steps(3).Apply(x) },
		"StepMean: an input of shape (2, 2)":        func(g *graph.Graph, x *graph.Node) { layers.StepMean{}.Apply(g.Input("one", 2, 2)) },
		"ApplyMasked: the layer is nil":             func(g *graph.Graph, x *graph.Node) { layers.ApplyMasked(nil, x, nil) },
		"Sequential: layer 1 of 1 is nil":           func(g *graph.Graph, x *graph.Node) { layers.Sequential{nil}.ApplyMasked(x, x) },
		"its layers make shape (3, 3, 2) of (3, 2, 2)": func(g *graph.Graph, x *graph.Node) {
			layers.Residual{Layers: layers.Sequential{layers.NewDense("d", 2, 3, layers.Zeros, nil)}}.Apply(x)
		},
	} {
		g := graph.New(graph.Settings{})
		apply(g, g.Input("X", 3, 2, 2))
		if g.Err() == nil {
			t.Errorf("no error, %q expected", words)
			continue
		}
		checkError(t, g.Err(), words)
	}
}

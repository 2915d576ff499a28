package layers_test

import (
	"fmt"
	"slices"
	"testing"

	"chainrule/graph"
	"chainrule/graph/gradtest"
	"chainrule/layers"
	"gorgonia.org/tensor"
)

// sequenceLayers returns a layer of each kind for sequences of n features.
func sequenceLayers(n int, dtype tensor.Dtype) map[string]layers.Layer {
	rng := newRand()
	recurrent := layers.RecurrentSettings{Name: "l", In: n, Out: 3, Dtype: dtype}
	last := recurrent
	last.Last = true
	return map[string]layers.Layer{
		"attention": layers.MultiHeadAttentionSettings{Name: "l", Features: n, Heads: n, Dtype: dtype}.New(rng),
		"causal":    layers.MultiHeadAttentionSettings{Name: "l", Features: n, Causal: true, Dtype: dtype}.New(rng),
		"waves":     layers.Positions{},
		"mean":      layers.StepMean{},
		"positions": layers.PositionsSettings{Name: "l", Steps: 6, Features: n, Dtype: dtype}.New(rng),
		"block":     layers.TransformerSettings{Name: "l", Features: n, Hidden: 3, Dropout: 0.25, Dtype: dtype}.New(rng),
		"post-norm": layers.TransformerSettings{Name: "l", Features: n, Hidden: 3, PostNorm: true, Activation: layers.Tanh, Dtype: dtype}.New(rng),
		"rnn":       recurrent.NewRNN(rng), "gru": recurrent.NewGRU(rng), "lstm": recurrent.NewLSTM(rng),
		"last rnn": last.NewRNN(rng), "last gru": last.NewGRU(rng), "last lstm": last.NewLSTM(rng),
	}
}

// The derivatives of all layers for sequences are those of central differences, of whole sequences and of
// examples with lengths of their own, none included.
func TestSequenceGradients(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		for _, size := range [][3]int{{1, 1, 1}, {3, 3, 3}} {
			for name, l := range sequenceLayers(size[1], dtype) {
				for _, masked := range []bool{false, true} {
					g := graph.New(graph.Settings{Dtype: dtype})
					x := g.Input("X", size[:]...)
					feeds := graph.Feeds{}
					var lengths *graph.Node
					if masked {
						lengths = g.Input("lengths", size[2])
						feeds[lengths] = array(dtype, size[2:], []float64{2, 0, 3}[:size[2]]...)
					}
					y := layers.ApplyMasked(l, x, lengths)
					wrt := []*graph.Node{x}
					for _, p := range l.Params() {
						wrt = append(wrt, g.Use(p))
					}
					order := 1
					if name == "causal" || name == "gru" || name == "lstm" {
						order = 2
					}
					t.Run(fmt.Sprint(name, size, dtype, masked), func(t *testing.T) {
						gradtest.Settings{Order: order}.Check(t, graph.Sum(graph.Exp(y)), feeds, wrt...)
					})
				}
			}
		}
	}
}

// What stands behind the end of an example changes nothing before it, and batches of one example give
// what the batch gives of it.
func TestEndsOfExamples(t *testing.T) {
	const steps, n, m = 4, 2, 3
	lengths := []float64{4, 1, 3}
	rng := newRand()
	x := make([]float64, steps*n*m)
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	other := slices.Clone(x)
	for i := range x {
		if float64(i/(n*m)) >= lengths[i%m] {
			other[i] = 100
		}
	}
	for name, l := range sequenceLayers(n, tensor.Float64) {
		g := graph.New(graph.Settings{})
		in, ends := g.Input("X", steps, n, m), g.Input("lengths", m)
		y := layers.ApplyMasked(l, in, ends)
		a, b := run(t, y, graph.Feeds{in: x, ends: lengths}), run(t, y, graph.Feeds{in: other, ends: lengths})
		features := y.Shape()[len(y.Shape())-2]
		for j, length := range lengths {
			alone := graph.New(graph.Settings{})
			part := alone.Input("X", int(length), n, 1)
			var column []float64
			for i, v := range x[:int(length)*n*m] {
				if i%m == j {
					column = append(column, v)
				}
			}
			want := run(t, l.Apply(part), graph.Feeds{part: column})
			var got, same []float64
			for i := j; i < len(a) && i/(features*m) < int(length); i += m {
				got, same = append(got, a[i]), append(same, b[i])
			}
			checkNear(t, name+" of other ends", same, got, 0)
			checkNear(t, name+" alone", got, want, 1e-13)
		}
	}
}

// A network of several layers hands the lengths on until there are no steps any more.
func TestLengthsInNetworks(t *testing.T) {
	rng := newRand()
	first := layers.RecurrentSettings{Name: "first", In: 2, Out: 3}.NewGRU(rng)
	second := layers.RecurrentSettings{Name: "second", In: 3, Out: 3, Last: true}.NewLSTM(rng)
	dense := layers.NewDense("dense", 3, 1, layers.Glorot, rng)
	net := layers.Sequential{first, layers.Residual{Layers: layers.Sequential{layers.NewDense("d", 3, 3, layers.Glorot, rng), layers.Softmax}}, second, dense}
	g := graph.New(graph.Settings{})
	x, lengths := g.Input("X", 3, 2, 2), g.Input("lengths", 2)
	y := net.ApplyMasked(x, lengths)
	if s := y.Shape(); len(s) != 2 || s[0] != 1 || s[1] != 2 {
		t.Fatalf("shape %v, error %v", s, y.Err())
	}
	alone := graph.New(graph.Settings{})
	part := alone.Input("X", 2, 2, 1)
	want := run(t, net.Apply(part), graph.Feeds{part: []float64{1, 2, 3, 4}})
	got := run(t, y, graph.Feeds{x: []float64{1, 9, 2, 9, 3, 9, 4, 9, 7, 9, 7, 9}, lengths: []float64{2, 3}})
	checkNear(t, "the first example", got[:1], want, 1e-13)
}

// A sequence in two parts, of which the second begins with the states behind the first, is the whole.
func TestRecurrentFromStates(t *testing.T) {
	type runner interface {
		Run(x, lengths *graph.Node, state ...*graph.Node) (h *graph.Node, final []*graph.Node)
	}
	for name, l := range sequenceLayers(2, tensor.Float64) {
		r, ok := l.(runner)
		if !ok || len(name) > 4 {
			continue
		}
		g := graph.New(graph.Settings{})
		x := g.Input("X", 3, 2, 2)
		feeds := graph.Feeds{x: []float64{1, 2, 3, 4, 5, -6, 7, 8, -9, 1, 0, -1}}
		whole, final := r.Run(x, nil)
		_, middle := r.Run(graph.Slice(x, graph.Range{To: 2}), nil)
		behind, last := r.Run(graph.Slice(x, graph.Range{From: 2}), nil, middle...)
		checkNear(t, name, run(t, behind, feeds), run(t, whole, feeds)[12:], 1e-15)
		for i := range final {
			checkNear(t, name, run(t, last[i], feeds), run(t, final[i], feeds), 1e-15)
		}
	}
}

package optim_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/layers"
	"chainrule/losses"
	"chainrule/optim"
	"chainrule/optim/dataset"
	"gorgonia.org/tensor"
)

// span is the range of a tensor's Slice.
type span struct{ from, to int }

func (p span) Start() int { return p.from }
func (p span) End() int   { return p.to }
func (p span) Step() int  { return 1 }

// cut returns the examples from ≤ j < to of a tensor with a column for each.
func cut(t *testing.T, x *tensor.Dense, from, to int) *tensor.Dense {
	t.Helper()
	view, err := x.Slice(nil, span{from, to})
	if err != nil {
		t.Fatal(err)
	}
	return view.(*tensor.Dense)
}

// A batch of one example, of which tensor's Slice drops an axis, gives the cost and
// the step of the same numbers with it; for inputs of any size, for labels in one
// row or several, first or after other batches, in a Trainer and in a program.
func TestOneExampleOfASlice(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		for features := 1; features <= 4; features++ {
			for _, outputs := range []int{1, 3} {
				for _, first := range []bool{false, true} {
					t.Run(fmt.Sprintf("%v/%d/%d/%v", dtype, features, outputs, first), func(t *testing.T) {
						set := &dataset.Set{Features: make([]string, features), Classes: []string{"a", "b", "c"}[:max(2, outputs)]}
						rng := rand.New(rand.NewPCG(7, 7))
						for j := range 5 {
							set.Class = append(set.Class, j%len(set.Classes))
							for range features {
								set.X = append(set.X, rng.NormFloat64())
							}
						}
						x, y := set.Inputs(dtype), set.Labels(dtype)
						one := &dataset.Set{Features: set.Features, Classes: set.Classes, X: set.X[4*features:], Class: set.Class[4:]}
						whole := optim.Batch{"X": one.Inputs(dtype), "Y": one.Labels(dtype)}
						sliced := optim.Batch{"X": cut(t, x, 4, 5), "Y": cut(t, y, 4, 5)}
						if len(sliced["X"].Shape()) > 1 {
							t.Fatalf("the slice has shape %v: this test shows nothing", sliced["X"].Shape())
						}
						var costs [2][]float64
						var params [2][]float64
						for i, last := range []optim.Batch{whole, sliced} {
							net := layers.MLPSettings{Sizes: []int{features, 3, outputs}, Dtype: dtype}.New(rand.New(rand.NewPCG(8, 8)))
							tr := &optim.Trainer{Params: net.Params(), Rule: optim.Adam{}, Cost: costOf(net, features, outputs)}
							batches := []optim.Batch{{"X": cut(t, x, 0, 2), "Y": cut(t, y, 0, 2)}, last, {"X": x, "Y": y}, last}
							if first {
								batches = append([]optim.Batch{last}, batches...)
							}
							for _, b := range batches {
								for _, run := range []func(optim.Batch) (float64, error){tr.Evaluate, tr.Step} {
									cost, err := run(b)
									if err != nil {
										t.Fatal(err)
									}
									costs[i] = append(costs[i], cost)
								}
							}
							params[i] = entries(net.Params()...)
						}
						if !slices.Equal(costs[0], costs[1]) || !slices.Equal(params[0], params[1]) {
							t.Errorf("costs %v and %v", costs[0], costs[1])
						}
					})
				}
			}
		}
	}
}

func costOf(net *layers.MLP, features, outputs int) func(g *graph.Graph, m int) *graph.Node {
	return func(g *graph.Graph, m int) *graph.Node {
		z, y := net.Apply(g.Input("X", features, m)), g.Input("Y", outputs, m)
		if outputs == 1 {
			return losses.SigmoidCrossEntropy(z, y)
		}
		return losses.SoftmaxCrossEntropy(z, y)
	}
}

// What is no batch of one example stays an error: a row for a column, another
// size, and views whose entries do not lie side by side.
func TestNoExampleOfASlice(t *testing.T) {
	rowMajor := dense64([]float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 2, 5)
	scalar := graph.Tensor([]float64{1})
	for _, c := range []struct {
		x, y *tensor.Dense
		want string
	}{
		{dense64([]float64{1, 2}, 1, 2), dense64([]float64{1}, 1, 1), "columns (examples)"},
		{dense64([]float64{1, 2, 3}, 3), scalar, "it has shape (3), (2,3) expected"},
		{cut(t, rowMajor, 4, 5), scalar, "strides [5]"},
		{cut(t, rowMajor, 3, 5), dense64([]float64{0, 1}, 1, 2), "strides [5 1]"},
		{scalar, scalar, "the batch holds no examples"},
	} {
		net := layers.MLPSettings{Sizes: []int{2, 3, 1}}.New(rand.New(rand.NewPCG(8, 8)))
		tr := &optim.Trainer{Params: net.Params(), Rule: optim.Adam{}, Cost: costOf(net, 2, 1)}
		if _, err := tr.Step(optim.Batch{"X": c.x, "Y": c.y}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("X %v, Y %v: %v, %q expected", c.x.Shape(), c.y.Shape(), err, c.want)
		}
	}
	n := graph.New(graph.Settings{}).Input("X", 2, 1, 3)
	for _, c := range []struct {
		shape []int
		want  bool
	}{{[]int{2, 1, 3}, true}, {[]int{2, 3}, true}, {[]int{3, 2}, false}, {[]int{1, 2, 3}, false}, {[]int{6}, false}, {nil, false}} {
		if n.Takes(c.shape...) != c.want {
			t.Errorf("(2,1,3) takes %v: %v", c.shape, !c.want)
		}
	}
}

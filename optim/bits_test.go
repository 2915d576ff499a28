package optim_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"chainrule/graph"
	"chainrule/layers"
	"chainrule/losses"
	"chainrule/optim"
	"gorgonia.org/tensor"
)

// A thousand steps of Adam end in the same bits for 1, 2 and 7 workers.
func TestWorkersTrainTheSameBits(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(7))
	steps := 1000
	if testing.Short() {
		steps = 50
	}
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		var first []float64
		for _, workers := range []int{1, 2, 7} {
			rng := rand.New(rand.NewPCG(4, 4))
			net := layers.MLPSettings{Sizes: []int{30, 100, 40, 3}, Hidden: []layers.Activation{layers.Tanh, layers.SiLU}, Dtype: dtype}.New(rng)
			trainer := &optim.Trainer{Params: net.Params(), Rule: optim.Adam{}, Workers: workers,
				Cost: func(g *graph.Graph, m int) *graph.Node {
					return losses.SoftmaxCrossEntropy(net.Apply(g.Input("X", 30, m)), g.Input("Y", 1, m))
				}}
			batch := optim.Batch{"X": random(rng, dtype, 30, 150), "Y": classes(dtype, 3, 150)}
			for range steps {
				if _, err := trainer.Step(batch); err != nil {
					t.Fatal(err)
				}
			}
			trainer.Close()
			values := entries(net.Params()...)
			if first == nil {
				first = values
			} else if !slices.Equal(values, first) {
				t.Errorf("%v: %d workers end elsewhere", dtype, workers)
			}
		}
	}
}

// Hidden units that start equal stay equal to the last bit, however many there
// are: every row of a product has the same arithmetic.
func TestEqualUnitsStayEqual(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		for units := 1; units <= 17; units++ {
			t.Run(fmt.Sprintf("%v/%d", dtype, units), func(t *testing.T) {
				equal := func(w []float64, _, _ int, _ layers.Source) error {
					for i := range w {
						w[i] = 0.5
					}
					return nil
				}
				net := layers.MLPSettings{Sizes: []int{2, units, 1}, Init: []layers.Initializer{equal}, Dtype: dtype}.New(nil)
				trainer := &optim.Trainer{Params: net.Params(), Rule: optim.GradientDescent{LearningRate: 0.5},
					Cost: func(g *graph.Graph, m int) *graph.Node {
						return losses.SigmoidCrossEntropy(net.Apply(g.Input("X", 2, m)), g.Input("Y", 1, m))
					}}
				defer trainer.Close()
				batch := optim.Batch{"X": random(rand.New(rand.NewPCG(1, 1)), dtype, 2, 37), "Y": classes(dtype, 2, 37)}
				for range 100 {
					if _, err := trainer.Step(batch); err != nil {
						t.Fatal(err)
					}
				}
				w1, b1, w2 := entries(net.W[0]), entries(net.B[0]), entries(net.W[1])
				for i := range units {
					if w1[2*i] != w1[0] || w1[2*i+1] != w1[1] || b1[i] != b1[0] || w2[i] != w2[0] {
						t.Fatalf("unit %d is (%v, %v, %v, %v), unit 0 is (%v, %v, %v, %v)",
							i, w1[2*i], w1[2*i+1], b1[i], w2[i], w1[0], w1[1], b1[0], w2[0])
					}
				}
				if w1[0] == 0.5 {
					t.Error("nothing was learned")
				}
			})
		}
	}
}

func random(rng *rand.Rand, dtype tensor.Dtype, n, m int) *tensor.Dense {
	x := make([]float64, n*m)
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	return matrixOf(dtype, x, n, m)
}

// classes numbers m examples 0 … k−1 in turn.
func classes(dtype tensor.Dtype, k, m int) *tensor.Dense {
	y := make([]float64, m)
	for i := range y {
		y[i] = float64(i % k)
	}
	return matrixOf(dtype, y, 1, m)
}

func matrixOf(dtype tensor.Dtype, x []float64, n, m int) *tensor.Dense {
	if dtype == tensor.Float64 {
		return dense64(x, n, m)
	}
	return dense32(x, n, m)
}

func entries(params ...*graph.Param) []float64 {
	var all []float64
	for _, p := range params {
		v := p.Value()
		if v.Dtype() == tensor.Float64 {
			all = append(all, v.Float64s()...)
			continue
		}
		for _, x := range v.Float32s() {
			all = append(all, float64(x))
		}
	}
	return all
}

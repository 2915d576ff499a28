package layers_test

import (
	"fmt"
	"log"
	"math/rand/v2"

	"chainrule/graph"
	"chainrule/layers"
	"chainrule/losses"
	"chainrule/optim"
)

// firsts deals sequences of one feature and what they began with: whether the first entry was above 0.
func firsts(steps, m int, rng *rand.Rand) optim.DataFunc {
	return func(epoch, b int) (optim.Batch, bool, error) {
		x, y := make([]float64, steps*m), make([]float64, m)
		for i := range x {
			x[i] = rng.NormFloat64()
		}
		for j := range y {
			if x[j] > 0 {
				y[j] = 1
			}
		}
		return optim.Batch{"X": graph.Tensor(x, steps, 1, m), "Y": graph.Tensor(y, 1, m)}, b == 99, nil
	}
}

// An LSTM learns to remember how a sequence of 8 steps began. Its gradients are clipped, since those through many
// steps may be very long.
func ExampleLSTM() {
	const steps = 8
	rng := rand.New(rand.NewPCG(1, 2))
	net := layers.Sequential{
		layers.RecurrentSettings{Name: "memory", In: 1, Out: 16, Last: true}.NewLSTM(rng),
		layers.NewDense("output", 16, 1, layers.Glorot, rng),
	}
	trainer := optim.Trainer{Params: net.Params(), Rule: optim.Clip{Rule: optim.Adam{LearningRate: 0.01}, Norm: 1},
		Cost: func(g *graph.Graph, m int) *graph.Node {
			return losses.SigmoidCrossEntropy(net.Apply(g.Input("X", steps, 1, m)), g.Input("Y", 1, m))
		}}
	data := firsts(steps, 32, rng)
	var cost float64
	for b := range 300 {
		batch, _, err := data(0, b)
		if err == nil {
			cost, err = trainer.Step(batch)
		}
		if err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println("it remembers:", cost < 0.1)
	// Output: it remembers: true
}

// Attention with a residual around it learns to turn sequences round: what a step gives is what another was given.
func ExampleMultiHeadAttention() {
	const steps, n, m = 6, 16, 64
	rng := rand.New(rand.NewPCG(1, 2))
	net := layers.Sequential{
		layers.NewDense("in", 1, n, layers.Glorot, rng), layers.Positions{},
		layers.Residual{Layers: layers.Sequential{
			layers.LayerNormSettings{Name: "norm", Features: n}.New(),
			layers.MultiHeadAttentionSettings{Name: "attention", Features: n, Heads: 2}.New(rng),
		}},
		layers.NewDense("out", n, 1, layers.Glorot, rng),
	}
	trainer := optim.Trainer{Params: net.Params(), Rule: optim.Adam{LearningRate: 0.01},
		Cost: func(g *graph.Graph, m int) *graph.Node {
			X := g.Input("X", steps, 1, m)
			var turned []*graph.Node
			for t := range steps {
				turned = append(turned, graph.Slice(X, graph.Range{From: steps - 1 - t, To: steps - t}))
			}
			return graph.Mean(graph.Square(graph.Sub(net.Apply(X), graph.Concat(0, turned...))))
		}}
	x := make([]float64, steps*m)
	var cost float64
	for range 600 {
		for i := range x {
			x[i] = rng.NormFloat64()
		}
		var err error
		if cost, err = trainer.Step(optim.Batch{"X": graph.Tensor(x, steps, 1, m)}); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println("it turns them round:", cost < 0.1)
	// Output: it turns them round: true
}

// A block of a transformer is made of layers that one knows, and takes sequences of any number of steps.
func ExampleTransformerSettings() {
	rng := rand.New(rand.NewPCG(1, 2))
	block := layers.TransformerSettings{Name: "block", Features: 8, Heads: 2, Causal: true}.New(rng)
	for _, p := range block.Params() {
		fmt.Println(p.Name(), p.Shape())
	}
	g := graph.New(graph.Settings{})
	fmt.Println(block.Apply(g.Input("X", 5, 8, 32)).Shape())
	// Output:
	// block.norm1.gamma (8, 1)
	// block.norm1.beta (8, 1)
	// block.attention.in.W (24, 8)
	// block.attention.in.b (24, 1)
	// block.attention.out.W (8, 8)
	// block.attention.out.b (8, 1)
	// block.norm2.gamma (8, 1)
	// block.norm2.beta (8, 1)
	// block.hidden.W (32, 8)
	// block.hidden.b (32, 1)
	// block.output.W (8, 32)
	// block.output.b (8, 1)
	// (5, 8, 32)
}

// A batch of two sequences, of which the second ends after one step: what it was filled with counts for nothing.
func ExampleApplyMasked() {
	sum := layers.RecurrentSettings{Name: "sum", In: 1, Out: 1, Init: layers.Zeros}.NewRNN(nil)
	sum.Activation = layers.Identity
	for _, p := range []*graph.Param{sum.W, sum.U} {
		if err := p.Set(graph.Tensor([]float64{1}, 1, 1)); err != nil {
			log.Fatal(err)
		}
	}
	g := graph.New(graph.Settings{})
	x, lengths := g.Input("X", 3, 1, 2), g.Input("lengths", 2)
	feeds := graph.Feeds{x: []float64{1, 5, 2, 9, 3, 9}, lengths: []float64{3, 1}}
	all, final := sum.Run(x, lengths)
	fmt.Println(compute(all, feeds), compute(final[0], feeds))
	fmt.Println(compute(layers.ApplyMasked(layers.Sequential{sum, layers.Tanh}, x, lengths), feeds)[5])
	// Output:
	// [1 5 3 0 6 0] [6 5]
	// 0
}

// The first step of any sequence has sines of 0 and cosines of 0 added, those behind it others.
func ExamplePositions() {
	g := graph.New(graph.Settings{})
	x := g.Input("X", 2, 4, 1)
	fmt.Printf("%.3f\n", compute(layers.Positions{}.Apply(x), graph.Feeds{x: make([]float64, 8)}))
	// Output: [0.000 1.000 0.000 1.000 0.841 0.540 0.010 1.000]
}

// A sequence that comes in parts: each goes on from the state that the one before it left.
func ExampleGRU_Run() {
	gru := layers.RecurrentSettings{Name: "gru", In: 2, Out: 3}.NewGRU(rand.New(rand.NewPCG(1, 2)))
	g := graph.New(graph.Settings{})
	state := g.Input("state", 3, 8)
	h, final := gru.Run(g.Input("X", 16, 2, 8), nil, state)
	fmt.Println(h.Shape(), final[0].Shape(), g.Err())
	// Output: (16, 3, 8) (3, 8) <nil>
}

// Columns of numbers become sequences of 3 steps, whose mean counts what belongs to each example.
func ExampleSteps() {
	g := graph.New(graph.Settings{})
	x, lengths := g.Input("X", 6, 2), g.Input("lengths", 2)
	y := layers.Sequential{layers.Steps(3)}.Apply(x)
	feeds := graph.Feeds{x: []float64{1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6}, lengths: []float64{3, 1}}
	fmt.Println(y.Shape(), compute(layers.ApplyMasked(layers.StepMean{}, y, lengths), feeds))
	// Output: (3, 2, 2) [3 1 4 2]
}

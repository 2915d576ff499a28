package optim_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"math/rand/v2"
	"reflect"

	"chainrule/graph"
	"chainrule/layers"
	"chainrule/losses"
	"chainrule/optim"
	"chainrule/optim/dataset"
	"gorgonia.org/tensor"
)

// Mini-batches of a data set. The last batch of an epoch is smaller; both
// sizes share the parameters and the rule's state.
func ExampleFit() {
	rng := rand.New(rand.NewPCG(1, 2))
	set := &dataset.Set{Features: []string{"x"}, Classes: []string{"low", "high"}}
	for range 20 {
		x := rng.NormFloat64()
		set.X, set.Class = append(set.X, x), append(set.Class, map[bool]int{true: 1}[x > 0.5])
	}
	net := layers.NewDense("out", 1, 1, layers.Zeros, nil)
	trainer := optim.Trainer{Params: net.Params(), Rule: optim.Adam{LearningRate: 0.1},
		Cost: func(g *graph.Graph, m int) *graph.Node {
			return losses.SigmoidCrossEntropy(net.Apply(g.Input("X", 1, m)), g.Input("Y", 1, m))
		}}
	defer trainer.Close()
	batches, err := set.Batches(dataset.BatchSettings{Size: 8, Seed: 3})
	if err != nil {
		log.Fatal(err)
	}
	fit := optim.Fit{Trainer: &trainer, Data: batches, Epochs: 100}
	if err := fit.Run(context.Background()); err != nil {
		log.Fatal(err)
	}
	cost, err := trainer.Evaluate(optim.Batch{"X": set.Inputs(tensor.Float64), "Y": set.Labels(tensor.Float64)})
	fmt.Printf("%d steps, cost %.2f, error %v\n", fit.State().Step, cost, err)
	// Output: 300 steps, cost 0.06, error <nil>
}

// A training ends in the middle of an epoch, and goes on from its file as if it had not: to the
// same bits.
func ExampleFit_Resume() {
	begin := func(net layers.Layer, steps int) *optim.Fit { // all that a program makes anew
		trainer := &optim.Trainer{Params: net.Params(), Kept: layers.State(net), Rule: optim.Adam{LearningRate: 0.1},
			Cost: func(g *graph.Graph, m int) *graph.Node {
				return losses.SquaredError(net.Apply(g.Input("X", 1, m)), g.Input("Y", 1, m))
			}}
		set, err := dataset.FromRows([][]float64{{0}, {1}, {2}, {3}, {4}})
		check(err)
		set, err = set.WithNumbers([]string{"y"}, [][]float64{{0}, {1}, {4}, {9}, {16}})
		check(err)
		batches, err := set.Batches(dataset.BatchSettings{Size: 2, Seed: 1})
		check(err)
		return &optim.Fit{Trainer: trainer, Data: batches, Steps: steps}
	}
	network := func() layers.Layer {
		rng := rand.New(rand.NewPCG(1, 2))
		return layers.Sequential{layers.NewDense("hidden", 1, 8, layers.He, rng), layers.Tanh,
			layers.DropoutSettings{Name: "drop", Rate: 0.2, Seed: 3}.New(), layers.NewDense("out", 8, 1, layers.Zeros, nil)}
	}
	whole := network()
	check(begin(whole, 40).Run(context.Background()))

	part := network()
	fit := begin(part, 20)
	check(fit.Run(context.Background()))
	checkpoint, err := fit.Checkpoint()
	check(err)
	var file bytes.Buffer
	check(layers.Save(&file, layers.Model{Network: part, Sections: []optim.Checkpoint{checkpoint}}))

	model, err := layers.Load(&file)
	check(err)
	fit = begin(model.Network, 40)
	check(fit.Resume(model.Sections[0]))
	fmt.Println("on from step", fit.State().Step, "of epoch", fit.State().Epoch+1)
	check(fit.Run(context.Background()))
	same := true
	for i, p := range whole.Params() {
		same = same && reflect.DeepEqual(p.Value().Data(), model.Network.Params()[i].Value().Data())
	}
	fmt.Println("the same bits:", same)
	// Output:
	// on from step 20 of epoch 7
	// the same bits: true
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// Signs moves every weight by the learning rate, against the sign of its
// gradient.
type Signs struct{ LearningRate float64 }

func (r Signs) Apply(u *optim.Update) {
	rate := u.Rate("learning rate", r.LearningRate)
	for i, p := range u.Params {
		u.Assign(p, u.Value(p).Sub(rate.Mul(graph.Sign(u.Grads[i]))))
	}
}

// A rule of one's own is a type with Apply, which writes a step as nodes.
func ExampleRule() {
	w := graph.NewParam("w", graph.Tensor([]float64{1, -3}, 2))
	trainer := optim.Trainer{Params: []*graph.Param{w}, Rule: Signs{LearningRate: 0.5},
		Cost: func(g *graph.Graph, _ int) *graph.Node { return graph.Sum(graph.Square(g.Use(w))) }}
	defer trainer.Close()
	for range 2 {
		cost, err := trainer.Step(nil)
		fmt.Println(cost, err, w.Value())
	}
	// Output:
	// 10 <nil> [ 0.5  -2.5]
	// 6.5 <nil> [ 0  -2]
}

// Two networks in one graph: each step draws the target's parameters a little
// towards those that are trained, as they were before the step, and no gradient
// flows into it.
func ExampleTrainer_target() {
	online := layers.MLPSettings{Name: "online", Sizes: []int{1, 1}}.New(rand.New(rand.NewPCG(1, 2)))
	target := layers.MLPSettings{Name: "target", Sizes: []int{1, 1}}.New(rand.New(rand.NewPCG(1, 2)))
	trainer := optim.Trainer{Params: online.Params(), Rule: optim.GradientDescent{LearningRate: 0.1},
		Cost: func(g *graph.Graph, m int) *graph.Node {
			x := g.Input("X", 1, m)
			goal := graph.StopGradient(target.Apply(x).Plus(1))
			if g.IsTraining() {
				for i, p := range target.Params() {
					g.Assign(p, g.Use(p).Times(0.9).Add(g.Use(online.Params()[i]).Times(0.1)))
				}
			}
			return losses.SquaredError(online.Apply(x), goal)
		}}
	defer trainer.Close()
	x := graph.Tensor([]float64{-1, 1}, 1, 2)
	for range 3 {
		if _, err := trainer.Step(optim.Batch{"X": x}); err != nil {
			log.Fatal(err)
		}
		fmt.Printf("online %.3f, target %.3f\n", online.B[0].Value().Data(), target.B[0].Value().Data())
	}
	// Output:
	// online [0.200], target [0.000]
	// online [0.360], target [0.020]
	// online [0.492], target [0.054]
}

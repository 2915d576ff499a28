package optim_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"chainrule/graph"
	"chainrule/optim"
)

// valley returns a trainer of one parameter W, (3, −2) at first, on the cost
// 2·W1² + W2²/2, which is the same for every batch.
func valley(rule optim.Rule) (*optim.Trainer, *graph.Param) {
	w := graph.NewParam("W", graph.Tensor([]float64{3, -2}, 2))
	c := graph.Tensor([]float64{2, 0.5}, 2)
	return &optim.Trainer{Params: []*graph.Param{w}, Rule: rule, Cost: func(g *graph.Graph, _ int) *graph.Node {
		return graph.Sum(graph.Mul(graph.Square(g.Use(w)), g.Array(c)))
	}}, w
}

// A rate that warms up for two steps and then falls along a cosine.
func ExampleSchedule() {
	const base, steps = 0.2, 6
	trainer, w := valley(optim.GradientDescent{LearningRate: base})
	defer trainer.Close()
	schedule := optim.Warmup{Steps: 2, Then: optim.Cosine{}}
	for step := range steps {
		factor, err := schedule.Factor(optim.Position{Step: step, Steps: steps})
		if err != nil {
			log.Fatal(err)
		}
		if err := trainer.SetRate("learning rate", base*factor); err != nil {
			log.Fatal(err)
		}
		cost, err := trainer.Step(nil)
		fmt.Printf("rate %.3f, cost %.3f, error %v\n", base*factor, cost, err)
	}
	fmt.Printf("W is %.3f\n", w.Value().Data())
	// Output:
	// rate 0.100, cost 20.000, error <nil>
	// rate 0.200, cost 8.100, error <nil>
	// rate 0.200, cost 1.296, error <nil>
	// rate 0.171, cost 0.674, error <nil>
	// rate 0.100, cost 0.457, error <nil>
	// rate 0.029, cost 0.370, error <nil>
	// W is [0.012 -0.835]
}

// A plateau lowers the rate after three costs that are no better; what it has seen is
// in its fields.
func ExamplePlateau() {
	plateau := &optim.Plateau{Ratio: 0.5, Patience: 3}
	for epoch, held := range []float64{0.9, 0.7, 0.71, 0.7, 0.72, 0.6} {
		if err := plateau.Observe(held); err != nil {
			log.Fatal(err)
		}
		factor, err := plateau.Factor(optim.Position{})
		fmt.Println("epoch", epoch, "factor", factor, err)
	}
	fmt.Printf("%+v\n", plateau.State)
	// Output:
	// epoch 0 factor 1 <nil>
	// epoch 1 factor 1 <nil>
	// epoch 2 factor 1 <nil>
	// epoch 3 factor 1 <nil>
	// epoch 4 factor 0.5 <nil>
	// epoch 5 factor 0.5 <nil>
	// {Seen:6 Best:0.6 Found:true Waiting:0 Resting:0 Falls:1}
}

// AdamW on gradients that are together no longer than 1.
func ExampleClip() {
	trainer, w := valley(optim.Clip{Rule: optim.AdamW{LearningRate: 0.1, WeightDecay: 0.01}, Norm: 1})
	defer trainer.Close()
	for range 3 {
		cost, err := trainer.Step(nil)
		fmt.Printf("cost %.4f, error %v, W %.4f\n", cost, err, w.Value().Data())
	}
	// Output:
	// cost 20.0000, error <nil>, W [2.8970 -1.8980]
	// cost 18.5864, error <nil>, W [2.7941 -1.7961]
	// cost 17.2271, error <nil>, W [2.6913 -1.6945]
}

// Means of the parameters along the way, which are copied into a parameter of one's
// own.
func ExampleAverage() {
	trainer, w := valley(optim.Average{Rule: optim.GradientDescent{LearningRate: 0.4}, Decay: 0.5})
	defer trainer.Close()
	for range 3 {
		if _, err := trainer.Step(nil); err != nil {
			log.Fatal(err)
		}
	}
	means, err := trainer.Averages()
	if err != nil {
		log.Fatal(err)
	}
	from, err := optim.Flatten(means)
	if err != nil {
		log.Fatal(err)
	}
	smooth := graph.NewParam("smooth", w.Value())
	to, err := optim.Flatten([]*graph.Param{smooth})
	if err != nil {
		log.Fatal(err)
	}
	if err := to.CopyIn(from.CopyOut(nil)); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("W is %.3f, its mean %.3f\n", w.Value().Data(), smooth.Value().Data())
	// Output: W is [-0.648 -0.432], its mean [-0.319 -0.624]
}

// Which rates train at all: steps along rates that grow from 0.0001 to 10.
func ExampleRangeTest() {
	trainer, w := valley(optim.GradientDescent{LearningRate: 1})
	defer trainer.Close()
	curve, err := optim.RangeTest{From: 1e-4, To: 10, Steps: 51}.Run(context.Background(), trainer, optim.Batches{nil})
	if err != nil {
		log.Fatal(err)
	}
	last := curve.Points[len(curve.Points)-1]
	fmt.Printf("%d steps, diverged %t at rate %.2f\n", len(curve.Points), curve.Diverged, last.Rate)
	fmt.Printf("try %.2f; W is %v as before\n", curve.Suggested, w.Value())
	// Output:
	// 48 steps, diverged true at rate 5.01
	// try 0.03; W is [ 3  -2] as before
}

// Some parameters move at a rate of their own, and others not at all.
func ExamplePerParameter() {
	slow := graph.NewParam("slow", graph.Tensor([]float64{1}))
	fast := graph.NewParam("fast", graph.Tensor([]float64{1}))
	frozen := graph.NewParam("frozen", graph.Tensor([]float64{1}))
	trainer := optim.Trainer{Params: []*graph.Param{slow, fast}, // the frozen one is left out
		Rule: optim.PerParameter{Rule: optim.GradientDescent{LearningRate: 0.1}, Factors: map[*graph.Param]float64{slow: 0.5}},
		Cost: func(g *graph.Graph, _ int) *graph.Node {
			return graph.Add(graph.Square(g.Use(slow)), graph.Add(graph.Square(g.Use(fast)), graph.Square(g.Use(frozen))))
		}}
	defer trainer.Close()
	cost, err := trainer.Step(nil)
	fmt.Println(cost, err, slow.Value(), fast.Value(), frozen.Value())
	// Output: 3 <nil> 0.9 0.8 1
}

// What became of a training, as a table for other programs.
func ExampleHistory_WriteCSV() {
	trainer, _ := valley(optim.GradientDescent{LearningRate: 0.25})
	defer trainer.Close()
	fit := optim.Fit{Trainer: trainer, Data: optim.Batches{nil}, Epochs: 3, Schedule: optim.Exponential{Ratio: 0.5}}
	if err := fit.Run(context.Background()); err != nil {
		log.Fatal(err)
	}
	if err := fit.History.WriteCSV(os.Stdout); err != nil {
		log.Fatal(err)
	}
	// Output:
	// epoch,step,rate,cost
	// 1,1,0.25,20
	// 2,2,0.125,1.125
	// 3,3,0.0625,0.861328125
}

// Several parameters as one list of numbers, and a part of it.
func ExampleFlatten() {
	w := graph.NewParam("W", graph.Tensor([]float64{1, 2, 3, 4}, 2, 2))
	b := graph.NewParam("b", graph.Tensor([]float64{5, 6}, 2, 1))
	flat, err := optim.Flatten([]*graph.Param{w, b})
	if err != nil {
		log.Fatal(err)
	}
	x := flat.CopyOut(nil)
	fmt.Println(flat.Len(), x, flat.Name(4))
	x[4] = -1
	fmt.Println(flat.CopyIn(x), b.Value().Data())
	// Output:
	// 6 [1 2 3 4 5 6] b[0]
	// <nil> [-1 6]
}

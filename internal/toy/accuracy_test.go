package toy

import (
	"math/rand/v2"
	"slices"
	"testing"

	"chainrule/graph"
	"chainrule/layers"
	"chainrule/losses"
	"chainrule/optim"
	"chainrule/optim/dataset"
	"gorgonia.org/tensor"
)

// pair returns points to learn from and fresh ones, with the default noise.
func pair(t *testing.T, name string, arms, known, fresh int) (a, b *dataset.Set) {
	t.Helper()
	s := Settings{Examples: known, Noise: DefaultNoise(name), Arms: arms, Seed: 1}
	a = mustNew(t, name, s)
	s.Examples, s.Seed = fresh, 2
	return a, mustNew(t, name, s)
}

// With the default noise a vote of the 15 nearest neighbours tells 97.5 % of
// fresh points right, but not all of them: there is noise.
func TestNeighbours(t *testing.T) {
	for _, c := range cases() {
		known, fresh := pair(t, c.name, c.arms, 2000, 2000)
		least := 0.975
		if c.name == "flower" {
			least = 0.85
		}
		accuracy := neighbours(known, fresh)
		t.Logf("%s, %d classes: %.2f %%", c.name, len(known.Classes), 100*accuracy)
		if accuracy < least || accuracy == 1 {
			t.Errorf("%s, %d classes: %v right", c.name, len(known.Classes), accuracy)
		}
	}
}

// neighbours returns the fraction of fresh points that have the class of most of
// the 15 nearest known ones.
func neighbours(known, fresh *dataset.Set) float64 {
	type neighbour struct {
		distance float64
		class    int
	}
	right := 0
	for j, class := range fresh.Class {
		var near []neighbour // ascending
		for i, c := range known.Class {
			d1, d2 := fresh.X[2*j]-known.X[2*i], fresh.X[2*j+1]-known.X[2*i+1]
			n := neighbour{d1*d1 + d2*d2, c}
			if len(near) == 15 && n.distance >= near[14].distance {
				continue
			}
			near = near[:min(len(near), 14)]
			at, _ := slices.BinarySearchFunc(near, n, func(a, b neighbour) int {
				if a.distance < b.distance {
					return -1
				}
				return 1
			})
			near = slices.Insert(near, at, n)
		}
		votes := make([]int, len(known.Classes))
		for _, n := range near {
			votes[n.class]++
		}
		if slices.Index(votes, slices.Max(votes)) == class {
			right++
		}
	}
	return float64(right) / float64(fresh.Len())
}

// A network of 32 hidden units learns spirals of 400 points so well that it
// tells 97 % of fresh points right.
func TestNetworkLearnsSpirals(t *testing.T) {
	if testing.Short() {
		t.Skip("trains four networks")
	}
	for _, arms := range []int{2, 3} {
		for _, activation := range []layers.Activation{layers.Tanh, layers.ReLU} {
			known, fresh := pair(t, "spirals", arms, 400, 3000)
			rng := rand.New(rand.NewPCG(1, 2))
			outputs := known.Labels(tensor.Float64).Shape()[0]
			net := layers.Sequential{
				layers.NewDense("hidden", 2, 32, layers.He, rng), activation,
				layers.NewDense("output", 32, outputs, layers.Glorot, rng),
			}
			train(t, net, known, 1000)
			accuracy := score(t, net, fresh)
			t.Logf("%d arms, %v: %.2f %%", arms, activation, 100*accuracy)
			if accuracy < 0.97 {
				t.Errorf("%d arms, %v: %v right", arms, activation, accuracy)
			}
		}
	}
}

func train(t *testing.T, net layers.Sequential, s *dataset.Set, steps int) {
	t.Helper()
	batch := optim.Batch{"X": s.Inputs(tensor.Float64), "Y": s.Labels(tensor.Float64)}
	trainer := optim.Trainer{Params: net.Params(), Rule: optim.Adam{LearningRate: 0.03},
		Cost: func(g *graph.Graph, m int) *graph.Node {
			return losses.SigmoidCrossEntropy(net.Apply(g.Input("X", 2, m)), g.Input("Y", batch["Y"].Shape()[0], m))
		}}
	for range steps {
		if _, err := trainer.Step(batch); err != nil {
			t.Fatal(err)
		}
	}
}

// score returns the fraction of points whose class has the largest output, or,
// of two classes, whose output is on the right side of 0.
func score(t *testing.T, net layers.Sequential, s *dataset.Set) float64 {
	t.Helper()
	g := graph.New(graph.Settings{})
	X := g.Input("X", 2, s.Len())
	z := net.Apply(X)
	prog, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{z}})
	if err != nil {
		t.Fatal(err)
	}
	if err := prog.Run(graph.Feeds{X: s.Inputs(tensor.Float64)}); err != nil {
		t.Fatal(err)
	}
	value, err := prog.Value(z)
	if err != nil {
		t.Fatal(err)
	}
	outputs, right := value.Float64s(), 0
	for j, class := range s.Class {
		column := []float64{0} // class 0 of two
		if z.Shape()[0] > 1 {
			column = nil
		}
		for k := range z.Shape()[0] {
			column = append(column, outputs[k*s.Len()+j])
		}
		if slices.Index(column, slices.Max(column)) == class {
			right++
		}
	}
	return float64(right) / float64(s.Len())
}

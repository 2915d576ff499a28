package lesson

import (
	"context"
	"fmt"
	"math"

	"chainrule/layers"
	"chainrule/optim/dataset"
)

// firstStep shows what the zero start does in its first step, with classes of
// equal and of different size.
func (t symmetryTrial) firstStep(ctx context.Context, r *Report) error {
	whole, part := t.flower, firstPart(t.flower, t.flower.Len()*3/4)
	table := Table{Header: []string{"examples", "activation", "W1 moved by", "W2 moved by", "b2 moved by"}}
	var w2 []float64
	for _, set := range []*dataset.Set{whole, part} {
		for _, g := range []layers.Activation{layers.Tanh, layers.Sigmoid} {
			moved, err := t.moves(ctx, set, g)
			if err != nil {
				return err
			}
			w2 = append(w2, moved[1])
			table.Rows = append(table.Rows, []string{classSizes(set), g.String(),
				fmt.Sprintf("%.2g", moved[0]), fmt.Sprintf("%.2g", moved[1]), fmt.Sprintf("%.2g", moved[2])})
		}
	}
	late, err := t.leavesLn2(ctx)
	if err != nil {
		return err
	}
	r.Say("The first step from all zero. The gradient of W2 is (A2 − Y)/m times the hidden values: tanh and ReLU of 0 are 0, so it is 0. "+
		"With sigmoid they are 0.5, and it is half of Σ(A2 − Y)/m, which is 0 as well where the classes are of equal size, but for rounding. "+
		"On the whole flower it is rounding alone that starts the sigmoid network: its cost is within 0.001 of ln 2 %s.", late)
	r.Table(table)
	r.Check(w2[0] == 0 && w2[1] < 1e-12 && w2[2] == 0 && w2[3] > 1e-3,
		"In the first step W2 moves with sigmoid and classes of different size, by %.2g; with equal ones by %.2g, and with tanh by %g and %g.", w2[3], w2[1], w2[0], w2[2])
	return nil
}

// moves takes a step from all zero and returns how far W1, W2 and b2 have moved.
func (t symmetryTrial) moves(ctx context.Context, set *dataset.Set, g layers.Activation) ([]float64, error) {
	l, err := t.network(symmetryStart{g: g}, t.Int("units"), 0).learner(set)
	if err != nil {
		return nil, err
	}
	defer l.close()
	if _, err := l.train(ctx, 1, nil); err != nil {
		return nil, err
	}
	var moved []float64
	for _, values := range [][]float64{l.W[0].Value().Float64s(), l.W[1].Value().Float64s(), l.B[1].Value().Float64s()} {
		moved = append(moved, largestDifference(values, make([]float64, len(values))))
	}
	return moved, nil
}

// leavesLn2 says for how long the cost of the sigmoid network stays near ln 2.
func (t symmetryTrial) leavesLn2(ctx context.Context) (string, error) {
	l, err := t.network(symmetryStart{g: layers.Sigmoid}, t.Int("units"), 0).learner(t.flower)
	if err != nil {
		return "", err
	}
	defer l.close()
	near := func(_ int, cost float64) bool { return math.Abs(cost-math.Ln2) < 1e-3 }
	costs, err := l.train(ctx, t.Int("steps"), near)
	if err != nil {
		return "", err
	}
	if last := len(costs) - 1; !near(last, costs[last]) {
		return sentence("for the first %d steps", last), nil
	}
	return sentence("in all %d steps", len(costs)), nil
}

// firstPart returns the first m examples of a set, which shares its memory.
func firstPart(s *dataset.Set, m int) *dataset.Set {
	part := *s
	part.X, part.Class = s.X[:m*len(s.Features)], s.Class[:m]
	return &part
}

// classSizes writes how many examples of each class there are.
func classSizes(s *dataset.Set) string {
	var n [2]int
	for _, class := range s.Class {
		n[class]++
	}
	return fmt.Sprintf("%d + %d", n[0], n[1])
}

package lesson

import (
	"chainrule/optim/experiment"
	"context"
	"fmt"
	"math"
	"slices"

	"chainrule/internal/toy"
	"chainrule/internal/words"
	"chainrule/layers"
	"chainrule/optim/dataset"
)

func symmetry() Lesson {
	return Lesson{
		Name: "symmetry", Title: "Why weights start random",
		Claim:    allZero(0),
		Reworded: func(s Values) string { return allZero(s.Float("spread")) },
		Settings: []Setting{
			{Name: "value", Help: "what all weights are in the start with equal weights", Default: 0.5, Least: -10, Most: 10},
			{Name: "spread", Help: "standard deviation of noise on the zero and equal starts, which breaks the symmetry", Default: 0.0, Least: 0, Most: 1},
			{Name: "scale", Help: "standard deviation of the random weights", Default: 0.01, Least: 1e-300, Most: 10},
			{Name: "units", Help: "number of hidden units", Default: 4, Least: 2, Most: 64},
			{Name: "widest", Help: "the equal start is tried with every number of hidden units up to this", Default: 17, Least: 2, Most: 64},
			{Name: "noises", Help: "standard deviations of the noise whose growth is followed", Default: []float64{1e-15, 1e-8, 0.01}, Least: 1e-300, Most: 1},
			{Name: "steps", Help: "updates of each training", Default: 3000, Least: 1, Most: 1_000_000},
			{Name: "rate", Help: "learning rate", Default: 0.5, Least: 1e-6, Most: 100},
			{Name: "seeds", Help: "number of seeds of the random starts", Default: 4, Least: 1, Most: 100},
		},
		Run:   runSymmetry,
		opens: openSymmetry,
	}
}

// openSymmetry is what the page opens.
func openSymmetry(s Values) opening {
	equal := network{hidden: []int{s.Int("units")}, g: layers.Sigmoid, init: experiment.Init{Kind: "zeros"}, rate: s.Float("rate")}
	random := equal
	random.init = normal(s.Float("scale"))
	return opening{section: beginningSection, screen: Train, data: flowerData(), run: equal, other: &random,
		difference: sentence("random weights, %v times a normal number, in place of 0", s.Float("scale")), steps: s.Int("steps"), numbers: []string{costNumber, accuracyNumber}}
}

// allZero is the claim for weights that start at zero but for noise.
func allZero(noise float64) string {
	return "If all weights start at zero" + giveOrTake(noise) + ", all hidden units stay equal however long you train, and are worth one; weights must start random, biases may start at zero."
}

// giveOrTake says at the end of a clause that weights are so but for noise, if there
// is some.
func giveOrTake(noise float64) string {
	if noise == 0 {
		return ""
	}
	return sentence(", give or take %v", noise)
}

// aside says the same in the middle of a clause.
func aside(noise float64) string {
	if noise == 0 {
		return ""
	}
	return giveOrTake(noise) + ","
}

// symmetryTrial is what the parts of the lesson share.
type symmetryTrial struct {
	Values
	flower *dataset.Set
}

func runSymmetry(ctx context.Context, s Values, r *Report) error {
	flower, err := toy.New("flower", toy.Settings{})
	if err != nil {
		return err
	}
	t := symmetryTrial{s, flower}
	for _, part := range []func(context.Context, *Report) error{t.starts, t.firstStep, t.widths, t.growth} {
		if err := part(ctx, r); err != nil {
			return err
		}
	}
	r.Conclude("What holds: units that start equal stay equal, whatever their weights are, and are worth one. With tanh and ReLU zero is worse: nothing moves at all. " +
		"But not every weight must be random: those of one layer are enough, and biases may be zero.")
	return nil
}

// symmetryStart is a way to start the network. The biases start at 0.
type symmetryStart struct {
	name   string
	g      layers.Activation
	w1, w2 drawn
}

// symmetryEnd is what became of a network.
type symmetryEnd struct {
	cost, accuracy float64
	moved          float64 // the largest change in W1, b1 and W2
	apart          float64 // the largest difference between two hidden units
	biasApart      float64 // the same in b1 alone
}

// network returns the network of a start with some number of hidden units.
func (t symmetryTrial) network(start symmetryStart, units, seed int) network {
	return network{hidden: []int{units}, g: start.g, start: byLayer(start.w1, start.w2),
		seed: uint32(seed), rate: t.Float("rate")}
}

// end trains a network and returns what became of it.
func (t symmetryTrial) end(ctx context.Context, n network) (symmetryEnd, error) {
	l, err := n.learner(t.flower)
	if err != nil {
		return symmetryEnd{}, err
	}
	defer l.close()
	before := l.hiddenUnits()
	if _, err := l.train(ctx, t.Int("steps"), nil); err != nil {
		return symmetryEnd{}, err
	}
	after := l.hiddenUnits()
	e := symmetryEnd{apart: apart(after), biasApart: apart(oneNumber(after, 2))}
	for i := range after {
		e.moved = max(e.moved, largestDifference(before[i], after[i]))
	}
	if e.cost, err = l.value(); err != nil {
		return symmetryEnd{}, err
	}
	e.accuracy, err = l.accuracy(t.flower)
	return e, err
}

// hiddenUnits returns the units of a network with one hidden layer as rows of
// numbers: each one's weights, then its bias, then what the output weighs it
// with.
func (l *learner) hiddenUnits() [][]float64 {
	units := l.firstLayer()
	for i, w2 := range l.W[1].Value().Float64s() {
		units[i] = append(units[i], w2)
	}
	return units
}

// firstLayer returns the weights and then the bias of each unit of layer 1.
func (l *learner) firstLayer() [][]float64 {
	w1, b1 := l.W[0].Value().Float64s(), l.B[0].Value().Float64s()
	n, units := len(w1)/len(b1), make([][]float64, len(b1))
	for i := range units {
		units[i] = append(slices.Clone(w1[i*n:][:n]), b1[i])
	}
	return units
}

// oneNumber returns one number of each unit.
func oneNumber(units [][]float64, at int) [][]float64 {
	var out [][]float64
	for _, u := range units {
		out = append(out, u[at:at+1])
	}
	return out
}

// apart returns the largest difference between two units in one of their
// numbers.
func apart(units [][]float64) float64 {
	most := 0.0
	for i := range units {
		for j := range i {
			most = max(most, largestDifference(units[i], units[j]))
		}
	}
	return most
}

// largestDifference returns the largest difference between two rows; NaN counts.
func largestDifference(a, b []float64) float64 {
	most := 0.0
	for i := range a {
		most = max(most, math.Abs(a[i]-b[i]))
	}
	return most
}

// starts compares ways to start.
func (t symmetryTrial) starts(ctx context.Context, r *Report) error {
	noise, random := t.Float("spread"), drawn{0, t.Float("scale")}
	zero, equal := drawn{0, noise}, drawn{t.Float("value"), noise}
	atZero, atValue := "all zero", sentence("all %v", t.Float("value"))
	if noise > 0 {
		atZero, atValue = sentence("all 0 ± %v", noise), sentence("all %v ± %v", t.Float("value"), noise)
	}
	all := []symmetryStart{
		{atZero, layers.Tanh, zero, zero},
		{atZero, layers.ReLU, zero, zero},
		{atZero, layers.Sigmoid, zero, zero},
		{atValue, layers.Tanh, equal, equal},
		{"W1 zero, W2 random", layers.Tanh, drawn{}, random},
		{"W1 random, W2 zero", layers.Tanh, random, drawn{}},
		{"all random", layers.Tanh, random, random},
	}
	seeds := t.Int("seeds")
	ends := make([]symmetryEnd, len(all)*seeds)
	err := forEach(ctx, len(ends), func(i int) (err error) {
		ends[i], err = t.end(ctx, t.network(all[i/seeds], t.Int("units"), i%seeds))
		return err
	})
	if err != nil {
		return err
	}
	r.Say("A network with %d hidden units learns the flower: %d steps at rate %v, biases 0 at the start, %d seeds where something is random. "+
		"Two units are compared number by number: their weights, their biases and what the output weighs them with.",
		t.Int("units"), t.Int("steps"), t.Float("rate"), seeds)
	table := Table{Header: []string{"start", "hidden units", "W1, b1, W2 moved by", "units differ by", "cost", "accuracy"}}
	groups := make([]symmetryGroup, len(all))
	for i, start := range all {
		groups[i] = ends[i*seeds:][:seeds]
		table.Rows = append(table.Rows, groups[i].row(start))
	}
	r.Table(table)
	t.judgeStarts(r, groups)
	return nil
}

// symmetryGroup holds the ends of one start for all seeds.
type symmetryGroup []symmetryEnd

// each returns one number of all ends.
func (g symmetryGroup) each(f func(symmetryEnd) float64) sample {
	var s sample
	for _, e := range g {
		s = append(s, f(e))
	}
	return s
}

func (g symmetryGroup) moved() sample { return g.each(func(e symmetryEnd) float64 { return e.moved }) }
func (g symmetryGroup) apart() sample { return g.each(func(e symmetryEnd) float64 { return e.apart }) }
func (g symmetryGroup) cost() sample  { return g.each(func(e symmetryEnd) float64 { return e.cost }) }
func (g symmetryGroup) accuracy() sample {
	return g.each(func(e symmetryEnd) float64 { return e.accuracy })
}

// row returns the medians of the group.
func (g symmetryGroup) row(start symmetryStart) []string {
	return []string{start.name, start.g.String(), fmt.Sprintf("%.3g", g.moved().median()),
		fmt.Sprintf("%.3g", g.apart().median()), words.ShortCost(g.cost().median(), 4), inPercentRange(g.accuracy())}
}

// judgeStarts checks the table of starts.
func (t symmetryTrial) judgeStarts(r *Report, groups []symmetryGroup) {
	tanh, relu, sigmoid, equal := groups[0], groups[1], groups[2], groups[3]
	off := 0.0
	for _, c := range append(tanh.cost(), relu.cost()...) {
		off = max(off, math.Abs(c-math.Ln2))
	}
	spread := t.Float("spread")
	noise, within := giveOrTake(spread), aside(spread)
	moved := max(slices.Max(tanh.moved()), slices.Max(relu.moved()))
	r.Weigh("with tanh and ReLU units that start at zero"+within+" are worth one", onlyIf(moved == 0, Refutes), moved == 0 && off <= 2*lastPlace,
		"All zero%s with tanh or ReLU, not even one unit learns: after %d steps W1, b1 and W2 have moved by %.2g, and the cost differs from ln 2 by %.1g.",
		within, t.Int("steps"), moved, off)

	zeros := max(slices.Max(tanh.apart()), slices.Max(relu.apart()))
	r.Supports("with tanh and ReLU units that start at zero"+within+" stay equal", zeros == 0, "With tanh and ReLU they stay equal: after %d steps the largest difference between two is %.2g.", t.Int("steps"), zeros)

	sigmoidMoved, sigmoidApart := sigmoid.moved().median(), slices.Max(sigmoid.apart())
	text := sentence("W1, b1 and W2 move by %.2g, and the largest difference between two units is %.2g", sigmoidMoved, sigmoidApart)
	if sigmoidMoved == 0 {
		text = sentence("where the classes are of equal size only rounding can move W1 and W2, and here every sum was exact: they moved by 0, and the largest difference between two units is %.2g", sigmoidApart)
	}
	r.Weigh("with the sigmoid they stay equal and are worth one", bearing(sigmoidApart == 0), sigmoidApart == 0, "With the sigmoid they stay equal too, and so are one unit: %s.", text)

	best, learned := slices.Max(append(sigmoid.accuracy(), equal.accuracy()...)), groups[6].accuracy().median()
	half := min(groups[4].accuracy().median(), groups[5].accuracy().median())
	const learns = 0.75                           // no straight line gets as far on the flower
	trained := max(best, learned, half) >= learns // else there were too few steps for an answer
	r.Weigh("random weights learn what equal ones"+within+" do not", onlyIf(trained, bearing(learned-best > 0.15)), learned-best > 0.15,
		"Random weights get at least 15 points more of the examples right than those that start equal%s: %s against %s at most.", noise, inPercent(learned), inPercent(best))

	still := min(slices.Min(groups[4].apart()), slices.Min(groups[5].apart()))
	r.Weigh("all weights must start random", onlyIf(trained, bearing(half < learns)), half-best > 0.15 && still > 0,
		"It is enough that one of W1 and W2 starts random: the units come to differ by %.2g, and %s of the examples are right.", still, inPercent(half))

	biases := slices.Min(groups[6].each(func(e symmetryEnd) float64 { return e.biasApart }))
	r.Weigh("biases may start at zero", onlyIf(trained, bearing(biases > 0.1)), biases > 0.1, "Biases may start at zero: with random weights they come to differ by %.2g.", biases)
}

// onlyIf returns what is said under a condition, else nothing.
func onlyIf(holds bool, says Bearing) Bearing {
	if holds {
		return says
	}
	return Neither
}

// lastPlace is the distance of the numbers next to ln 2.
const lastPlace = 0x1p-53

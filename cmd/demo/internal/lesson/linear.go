package lesson

import (
	"context"

	"chainrule/internal/plotting"
	"chainrule/internal/words"
	"chainrule/layers"
)

func linear() Lesson {
	return Lesson{
		Name:     "linear",
		Title:    "Why a network needs a nonlinearity",
		Claim:    nothingButLinear("identity"),
		Reworded: func(s Values) string { return nothingButLinear(s.Text("activation")) },
		Settings: []Setting{
			{Name: "hidden", Help: "units of the hidden layers", Default: []int{4}, Least: 1, Most: 64},
			{Name: "activation", Help: "activation of the units that are said to be linear", Default: "identity", Names: hiddenActivations()},
			{Name: "seeds", Help: "networks, each from its own first weights", Default: 7, Least: 1, Most: 100},
			{Name: "rate", Help: "learning rate on the flower", Default: 1.2, Least: 1e-6, Most: 1000},
			{Name: "steps", Help: "steps on the flower", Default: 5000, Least: 1, Most: 100_000},
			{Name: "fit-units", Help: "hidden units of the regression", Default: 8, Least: 1, Most: 64},
			{Name: "fit-rate", Help: "learning rate of the regression", Default: 0.05, Least: 1e-6, Most: 10},
			{Name: "fit-steps", Help: "steps of the regression", Default: 5000, Least: 1, Most: 100_000},
			{Name: "fit-output", Help: "output of the regression that is said to be right", Default: "identity", Names: hiddenActivations()},
		},
		Run:   runLinear,
		opens: openLinear,
	}
}

// openLinear is what the page opens.
func openLinear(s Values) opening {
	straight := network{hidden: s.Ints("hidden"), g: layers.Identity, seed: 1, rate: s.Float("rate")}
	bent := straight
	bent.g = layers.Tanh
	return opening{section: linearSection, screen: Train, data: flowerData(), run: straight, other: &bent,
		difference: "tanh in place of identity", steps: s.Int("steps"), numbers: []string{costNumber, accuracyNumber}}
}

// nothingButLinear is the claim with hidden units of an activation.
func nothingButLinear(activation string) string {
	if activation == "identity" {
		activation = "linear"
	}
	return "With " + activation + " hidden units a network computes nothing but a linear function of its input, however many " +
		"layers it has; with a sigmoid output it is no more than logistic regression."
}

func runLinear(ctx context.Context, s Values, r *Report) error {
	if err := collapseNetworks(ctx, s, r); err != nil {
		return err
	}
	return fitWaves(ctx, s, r)
}

// collapseNetworks is the experiment on the flower.
func collapseNetworks(ctx context.Context, s Values, r *Report) error {
	data, err := toySet("flower")
	if err != nil {
		return err
	}
	g, err := layers.ActivationByName(s.Text("activation"))
	if err != nil {
		return err
	}
	seeds := s.Int("seeds")
	runs := make([]*linearRun, 2*seeds+1) // with g, with tanh, and without hidden layers
	err = forEach(ctx, len(runs), func(i int) (err error) {
		n := network{hidden: s.Ints("hidden"), g: g, seed: uint32(i%seeds + 1),
			rate: s.Float("rate")}
		switch {
		case i == 2*seeds:
			n.hidden, n.g = nil, layers.Tanh
		case i >= seeds:
			n.g = layers.Tanh
		}
		runs[i], err = n.linearRun(ctx, data, s.Int("steps"))
		return err
	})
	if err != nil {
		return err
	}
	c := &collapse{data: data, hidden: s.Ints("hidden"), activation: g, runs: runs[:seeds], tanh: runs[seeds : 2*seeds],
		logistic: runs[2*seeds], best: bestLine(data)}
	c.sameFunction(r)
	if err := c.manyLayers(ctx, r); err != nil {
		return err
	}
	c.sameCost(r)
	c.draw(r)
	return nil
}

// fitWaves is the experiment on a regression.
func fitWaves(ctx context.Context, s Values, r *Report) error {
	said, err := layers.ActivationByName(s.Text("fit-output"))
	if err != nil {
		return err
	}
	kinds := []regression{
		{hidden: layers.Tanh, output: said},
		{hidden: layers.Tanh, output: layers.Sigmoid},
		{hidden: layers.Tanh, output: layers.Tanh},
		{hidden: layers.Identity, output: said},
	}
	w, seeds := newWaves(), s.Int("seeds")
	costs, first := make([]sample, len(kinds)), make([][]float64, len(kinds))
	for i := range kinds {
		kinds[i].units, kinds[i].rate, kinds[i].steps = s.Int("fit-units"), s.Float("fit-rate"), s.Int("fit-steps")
		costs[i] = make(sample, seeds)
	}
	err = forEach(ctx, len(kinds)*seeds, func(i int) error {
		kind, seed := i/seeds, i%seeds
		cost, outputs, err := kinds[kind].fit(ctx, w, uint32(seed+1))
		costs[kind][seed] = cost
		if seed == 0 {
			first[kind] = outputs
		}
		return err
	})
	if err != nil {
		return err
	}
	r.Say("Where is a linear unit right? At the output of a regression, where the target is any number. A network "+
		"1-%d-1 is to fit 60 points near y = 3·sin x, with the mean squared error. A sigmoid ends at 0 and 1, tanh at −1 "+
		"and 1, whatever the weights.", s.Int("fit-units"))
	reportWaves(r, w, kinds, costs)
	drawWaves(r, w, kinds, first)
	return nil
}

// reportWaves shows the costs by kind and seed, and judges them.
func reportWaves(r *Report, w waves, kinds []regression, costs []sample) {
	t := Table{Header: []string{"hidden units", "output", "mean squared error", "left of the variance"}}
	var left []float64
	for i, k := range kinds {
		cost := costs[i].median()
		left = append(left, cost/w.variance())
		t.Rows = append(t.Rows, []string{k.hidden.String(), k.output.String(), words.ShortCost(cost, 3), inPercent(left[i])})
	}
	r.Table(t)
	r.Say("Medians over %d seeds. The variance is the error of always answering the mean. The noise has a variance of 0.04.",
		len(costs[0]))
	r.Check(left[0] < 0.05, "A regression with %v output leaves less than 5 %% of the variance: %s.",
		kinds[0].output, inPercent(left[0]))
	r.Check(min(left[1], left[2]) > 0.25, "With a sigmoid or tanh output it leaves more than 25 %%: %s and %s.",
		inPercent(left[1]), inPercent(left[2]))
	r.Check(left[3] > 0.25, "Linear hidden units leave more than 25 %% here too, as the fit is a straight line: %s.", inPercent(left[3]))
}

// drawWaves draws what the networks of seed 1 answer.
func drawWaves(r *Report, w waves, kinds []regression, outputs [][]float64) {
	p := plotting.Chart{Title: "A regression by hidden units and output", XLabel: "x", YLabel: "y", Lines: []plotting.Line{{Name: "points", X: w.x, Y: w.y, Dots: true, NoLine: true}}}
	for i, k := range kinds {
		name := sentence("%v hidden, %v output", k.hidden, k.output)
		p.Lines = append(p.Lines, plotting.Line{Name: name, X: w.x, Y: outputs[i]})
	}
	r.Draw("regression", "What networks make of points near 3·sin x (seed 1). With a linear output and tanh hidden units the "+
		"curve follows them. A sigmoid or tanh output cannot leave its range. Linear hidden units give a straight line.", p)
}

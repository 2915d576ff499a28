package lesson

import (
	"context"
	"fmt"
	"slices"

	"chainrule/internal/plotting"
	"chainrule/internal/toy"
	"chainrule/optim/dataset"
)

// A freshFit is how networks with some number of units do on fresh points, by
// seed.
type freshFit struct {
	units         int
	trained, held sample // accuracies
}

// gap returns by how much the networks do better on what they were trained on.
func (f freshFit) gap() float64 { return f.trained.mean() - f.held.mean() }

// onFresh compares training and held-out accuracy for few and for many examples.
func onFresh(ctx context.Context, s Values, units []int, r *Report) error {
	few, err := freshFits(ctx, s, units, s.Int("few"))
	if err != nil {
		return err
	}
	many, err := freshFits(ctx, s, units, s.Int("many"))
	if err != nil {
		return err
	}
	r.Say("Overfitting shows only on points that were held out. Fresh flowers of the same formula: %d and %d points to train on, %d others to judge by, mean over %d seeds.",
		s.Int("few"), s.Int("many"), s.Int("held"), s.Int("seeds"))
	table := Table{Header: []string{"hidden units"}}
	for _, m := range []int{s.Int("few"), s.Int("many")} {
		for _, what := range []string{"training", "held out", "gap in points"} {
			table.Header = append(table.Header, fmt.Sprintf("m = %d: %s", m, what))
		}
	}
	for i := range few {
		row := []string{fmt.Sprint(few[i].units)}
		for _, f := range []freshFit{few[i], many[i]} {
			row = append(row, inPercent(f.trained.mean()), inPercent(f.held.mean()), sentence("%.1f", 100*f.gap()))
		}
		table.Rows = append(table.Rows, row)
	}
	r.Table(table)
	r.Draw("overfitting", "Accuracy on the points trained on and on held-out ones. With few points the lines part as units are added; with many they stay close.",
		freshChart(s, few, many))
	best, last := bestHeld(few), few[len(few)-1]
	r.Say("With %d points the held-out accuracy is best with %d units, %s; with %d it is %s.",
		s.Int("few"), best.units, inPercent(best.held.mean()), last.units, inPercent(last.held.mean()))
	judgeFresh(r, s, few, many)
	return nil
}

// freshFits trains on m fresh points for every number of units and every seed.
func freshFits(ctx context.Context, s Values, units []int, m int) ([]freshFit, error) {
	seeds := s.Int("seeds")
	fits := make([]freshFit, len(units))
	for i, n := range units {
		fits[i] = freshFit{units: n, trained: make(sample, seeds), held: make(sample, seeds)}
	}
	err := forEach(ctx, len(units)*seeds, func(i int) error {
		f, seed := fits[len(units)-1-i/seeds], i%seeds // the widest take longest and come first
		train, held, err := freshFlowers(s, m, seed)
		if err != nil {
			return err
		}
		l, err := hiddenNetwork(s, f.units, seed).learner(train)
		if err != nil {
			return err
		}
		defer l.close()
		if _, err := l.train(ctx, s.Int("steps"), nil); err != nil {
			return err
		}
		if f.trained[seed], err = l.accuracy(train); err != nil {
			return err
		}
		f.held[seed], err = l.accuracy(held)
		return err
	})
	return fits, err
}

// freshFlowers returns m points to train on and others to judge by.
func freshFlowers(s Values, m, seed int) (train, held *dataset.Set, err error) {
	settings := toy.Settings{Examples: m, Noise: toy.DefaultNoise("flower"), Seed: uint64(2 * seed), Fresh: true}
	if train, err = toy.New("flower", settings); err != nil {
		return nil, nil, err
	}
	settings.Examples, settings.Seed = s.Int("held"), settings.Seed+1
	held, err = toy.New("flower", settings)
	return train, held, err
}

func freshChart(s Values, few, many []freshFit) plotting.Chart {
	c := plotting.Chart{Title: "Training and held-out accuracy", XLabel: "hidden units", YLabel: "accuracy in %", LogX: true}
	for i, fits := range [][]freshFit{few, many} {
		m := []int{s.Int("few"), s.Int("many")}[i]
		trained := plotting.Line{Name: sentence("%d points, trained on", m), Dots: true}
		held := plotting.Line{Name: sentence("%d points, held out", m), Dots: true}
		for _, f := range fits {
			x := float64(f.units)
			trained.X, trained.Y = append(trained.X, x), append(trained.Y, 100*f.trained.mean())
			held.X, held.Y = append(held.X, x), append(held.Y, 100*f.held.mean())
		}
		c.Lines = append(c.Lines, trained, held)
	}
	return c
}

// enoughUnits is how many hidden units are enough by the claim.
const enoughUnits = 5

// judgeFresh checks that more units than enough gain nothing, and that the gap
// grows with few examples and not with many. It compares the most units with the
// least that can fit, three or more.
func judgeFresh(r *Report, s Values, few, many []freshFit) {
	last := len(few) - 1
	if few[0].units > enoughUnits || few[last].units <= enoughUnits {
		r.Untried("Only up to %d units were tried, or only more: these settings do not show what more do.", enoughUnits)
		return
	}
	above := slices.IndexFunc(many, func(f freshFit) bool { return f.units > enoughUnits })
	upTo, more := bestHeld(many[:above]), bestHeld(many[above:])
	gain := more.held.mean() - upTo.held.mean()
	r.Supports(sentence("more than %d units gain nothing", enoughUnits), gain < 0.01,
		"With %d examples the best of up to %d units, %d, gets %s of the held-out points right, and the best of more, %d, gets %s: they gain less than a point.",
		s.Int("many"), enoughUnits, upTo.units, inPercent(upTo.held.mean()), more.units, inPercent(more.held.mean()))
	first := 0
	for first < above-1 && few[first].units < 3 {
		first++
	}
	a, b, c := few[first], few[last], many[last]
	r.Supports(sentence("%d units overfit %d examples", b.units, s.Int("few")), b.gap() > 0.1 && b.gap() > a.gap()+0.03,
		"With %d examples more units overfit: the gap between training and held-out accuracy is %.1f points with %d units, %.1f with %d.",
		s.Int("few"), 100*a.gap(), a.units, 100*b.gap(), b.units)
	best := bestHeld(many)
	r.Refutes(sentence("%d units overfit %d examples", c.units, s.Int("many")), c.gap() < 0.05 && best.held.mean()-c.held.mean() < 0.02,
		"With %d examples they hardly do: the gap is %.1f points with %d units, which get %s of the held-out points right; the best, %d units, get %s.",
		s.Int("many"), 100*c.gap(), c.units, inPercent(c.held.mean()), best.units, inPercent(best.held.mean()))
}

// bestHeld returns the networks that do best on held-out points.
func bestHeld(fits []freshFit) freshFit {
	best := fits[0]
	for _, f := range fits {
		if f.held.mean() > best.held.mean() {
			best = f
		}
	}
	return best
}

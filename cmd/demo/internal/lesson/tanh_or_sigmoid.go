package lesson

import (
	"chainrule/layers"
	"context"
	"fmt"
	"math"
	"slices"

	"chainrule/internal/plotting"
	"chainrule/optim/dataset"
)

func tanhOrSigmoid() Lesson {
	return Lesson{
		Name:  "tanh-or-sigmoid",
		Title: "Hidden units: tanh or sigmoid",
		Claim: "For hidden units tanh is almost always better than the sigmoid, because its values are centred on 0.",
		Settings: []Setting{
			{Name: "sets", Help: "toy sets to be learnt", Default: []string{"flower", "circles", "xor", "spirals"},
				Names: []string{"flower", "moons", "circles", "spirals", "xor", "gauss"}},
			{Name: "units", Help: "units of the one hidden layer", Default: 4, Least: 1, Most: 64},
			{Name: "deep", Help: "units of the hidden layers of a deeper network", Default: []int{8, 8}, Least: 1, Most: 64},
			{Name: "rate", Help: "learning rate where both have the same", Default: 1.2, Least: 1e-6, Most: 1000},
			{Name: "rates", Help: "learning rates to choose the best from for each",
				Default: []float64{0.3, 0.6, 1.2, 2.4, 4.8, 9.6, 19.2}, Least: 1e-6, Most: 1000},
			{Name: "target", Help: "cost to be reached", Default: 0.35, Least: 0.01, Most: 0.69},
			{Name: "steps", Help: "most steps to it", Default: 2000, Least: 1, Most: 100_000},
			{Name: "seeds", Help: "networks of each kind, each from its own first weights", Default: 10, Least: 1, Most: 100},
		},
		Run:   runTanhOrSigmoid,
		opens: openTanhOrSigmoid,
	}
}

// openTanhOrSigmoid is what the page opens.
func openTanhOrSigmoid(s Values) opening {
	tanh := network{hidden: []int{s.Int("units")}, seed: 1, rate: s.Float("rate")}
	sigmoid := tanh
	sigmoid.g = layers.Sigmoid
	return opening{section: activationSection, screen: Train, data: flowerData(), run: tanh, other: &sigmoid,
		difference: "sigmoid in place of tanh", steps: s.Int("steps"), numbers: []string{costNumber}}
}

func runTanhOrSigmoid(ctx context.Context, s Values, r *Report) error {
	e := race{data: map[string]*dataset.Set{}, target: s.Float("target"), most: s.Int("steps"), seeds: s.Int("seeds"),
		toSigmoid: stack.toSigmoid}
	for _, name := range s.Texts("sets") {
		var err error
		if e.data[name], err = toySet(name); err != nil {
			return err
		}
	}
	if err := racePairs(ctx, s, r, e); err != nil {
		return err
	}
	if err := mapTanh(ctx, s, r, e); err != nil {
		return err
	}
	if err := raceCauses(ctx, s, r, e); err != nil {
		return err
	}
	if err := compareCentres(ctx, s, r, e); err != nil {
		return err
	}
	r.Conclude("What holds: at the same rate tanh is almost always faster, but it computes nothing that the sigmoid does not. With " +
		"one hidden layer the reason is its slope, which a larger rate makes up for in part; that its values are centred " +
		"counts once there are more layers.")
	return nil
}

// A racePair is tanh against the sigmoid under the same settings.
type racePair struct{ tanh, sigmoid *heat }

// racePairs is the experiment with equal settings and with tuned rates.
func racePairs(ctx context.Context, s Values, r *Report, e race) error {
	tanh, _, _, sigmoid := sigmoidals()
	rates := slices.Compact(slices.Sorted(slices.Values(append([]float64{s.Float("rate")}, s.Floats("rates")...))))
	sets, hidden := s.Texts("sets"), []int{s.Int("units")}
	var pairs []racePair
	var heats []*heat
	for _, rate := range rates {
		for _, set := range sets {
			p := racePair{e.heat(set, hidden, tanh, rate), e.heat(set, hidden, sigmoid, rate)}
			pairs, heats = append(pairs, p), append(heats, p.tanh, p.sigmoid)
		}
	}
	if err := e.run(ctx, heats); err != nil {
		return err
	}
	r.Say("Two networks 2-%d-1 with the same first weights and the same rate, one with tanh and one with the sigmoid in its hidden "+
		"units: which one gets to a cost of %v in fewer steps? Each of %d seeds on each of %d sets is a pair.",
		s.Int("units"), e.target, e.seeds, len(sets))
	e.countPairs(r, rates, sets[0], pairs)
	e.compareTuned(r, s.Float("rate"), sets, pairs)
	e.drawPairs(r, sets[0], pairs)
	return nil
}

// countPairs shows by rate who is first.
func (e race) countPairs(r *Report, rates []float64, set string, pairs []racePair) {
	t := Table{Header: []string{"rate", "pairs", "tanh first", "sigmoid first", "neither",
		"tanh, steps on " + set, "sigmoid, steps on " + set}}
	all, won := 0, 0
	for _, rate := range rates {
		n, tanh, sigmoid := 0, 0, 0
		row := []string{"", ""}
		for _, p := range pairs {
			if p.tanh.rate != rate {
				continue
			}
			for i := range e.seeds {
				n++
				if p.tanh.steps[i] < p.sigmoid.steps[i] {
					tanh++
				} else if p.tanh.steps[i] > p.sigmoid.steps[i] {
					sigmoid++
				}
			}
			if p.tanh.set == set {
				row = []string{e.text(p.tanh.median()), e.text(p.sigmoid.median())}
			}
		}
		all, won = all+n, won+tanh
		t.Rows = append(t.Rows, append([]string{plain(rate), fmt.Sprint(n), fmt.Sprint(tanh), fmt.Sprint(sigmoid),
			fmt.Sprint(n - tanh - sigmoid)}, row...))
	}
	r.Table(t)
	judgePairs(r, won, all)
}

// judgePairs judges in how many of all pairs tanh was first.
func judgePairs(r *Report, won, all int) {
	r.Supports("at the same rate tanh needs fewer steps almost always", float64(won) >= 0.8*float64(all), "With the same settings tanh needs fewer steps in at least 80 %% of the pairs: in %d of %d.", won, all)
}

// A tunedHeat is the number of steps with the same rate for both, and with the
// best one.
type tunedHeat struct{ same, best, rate float64 }

// tune returns that of one of the two in a pair, on a set.
func tune(pairs []racePair, set string, rate float64, one func(racePair) *heat) tunedHeat {
	t := tunedHeat{best: math.Inf(1)}
	for _, p := range pairs {
		h := one(p)
		if h.set != set {
			continue
		}
		if h.rate == rate {
			t.same = h.median()
		}
		if m := h.median(); m < t.best {
			t.best, t.rate = m, h.rate
		}
	}
	return t
}

// compareTuned shows the steps with the same rate and with the best for each.
func (e race) compareTuned(r *Report, rate float64, sets []string, pairs []racePair) {
	t := Table{Header: []string{"set", sentence("tanh, rate %v", rate), "sigmoid", "ratio",
		"tanh, best rate", "sigmoid, best rate", "ratio"}}
	var same, best []float64
	for _, set := range sets {
		a := tune(pairs, set, rate, func(p racePair) *heat { return p.tanh })
		b := tune(pairs, set, rate, func(p racePair) *heat { return p.sigmoid })
		same, best = append(same, b.same/a.same), append(best, b.best/a.best)
		t.Rows = append(t.Rows, []string{set, e.text(a.same), e.text(b.same), fmt.Sprintf("%.1f", b.same/a.same),
			sentence("%s (%v)", e.text(a.best), a.rate), sentence("%s (%v)", e.text(b.best), b.rate),
			fmt.Sprintf("%.1f", b.best/a.best)})
	}
	r.Say("The same rate need not be fair to both. Here each has its best rate as well:")
	r.Table(t)
	r.Say("Medians of the steps over %d seeds; in brackets the best rate.", e.seeds)
	judgeTuned(r, geometricMean(same), geometricMean(best))
}

// judgeTuned judges how many times the steps of tanh the sigmoid needs with the
// same rate, and with the best for each.
func judgeTuned(r *Report, before, after float64) {
	r.Supports("with the best rate for each it still needs fewer", after > 1, "With the best rate for each the sigmoid still needs more steps: %.1f times those of tanh.", after)
	r.Check(after < 0.67*before, "With its own rate the sigmoid makes up at least a third of what it lacks: it needs %.1f times "+
		"the steps of tanh with the same rate, and %.1f times with the best for each (geometric means over the sets).", before, after)
}

// drawPairs draws the steps on a set against the rate.
func (e race) drawPairs(r *Report, set string, pairs []racePair) {
	lines := []plotting.Line{{Name: "tanh", Dots: true}, {Name: "sigmoid", Dots: true}}
	beyond := []plotting.Line{{Name: sentence("tanh: not in %d steps", e.most), NoLine: true}, {Name: sentence("sigmoid: not in %d steps", e.most), NoLine: true}}
	for _, p := range pairs {
		if p.tanh.set != set {
			continue
		}
		for i, h := range []*heat{p.tanh, p.sigmoid} {
			l := &lines[i]
			if h.median() >= float64(e.most) {
				beyond[i].X, beyond[i].Y = append(beyond[i].X, h.rate), append(beyond[i].Y, float64(e.most))
				l.X, l.Y = append(l.X, h.rate), append(l.Y, math.NaN())
				l.Low, l.High = append(l.Low, math.NaN()), append(l.High, math.NaN())
				continue
			}
			l.X, l.Y = append(l.X, h.rate), append(l.Y, h.median())
			l.Low, l.High = append(l.Low, max(h.steps.quantile(0.25), 1)), append(l.High, max(h.steps.quantile(0.75), 1))
		}
	}
	for _, l := range beyond {
		if len(l.X) > 0 {
			lines = append(lines, l)
		}
	}
	r.Draw("rates", sentence("Steps to a cost of %v on the %s against the learning rate: the median over %d seeds, and a band that "+
		"half of them lie in. A median that is not reached in %d steps is marked at the top. Twice the rate halves the steps of both, until it is too large.",
		e.target, set, e.seeds, e.most),
		plotting.Chart{Title: sentence("Steps to a cost of %v on the %s", e.target, set), XLabel: "learning rate", YLabel: "steps", LogX: true, LogY: true, Lines: lines})
}

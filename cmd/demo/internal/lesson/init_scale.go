package lesson

import (
	"context"
	"fmt"
	"math"
	"slices"

	"chainrule/internal/plotting"
	"chainrule/internal/toy"
	"chainrule/optim/dataset"
	"chainrule/optim/experiment"
)

func initScale() Lesson {
	return Lesson{
		Name: "init-scale", Title: "Why weights start small",
		Claim: "Weights should start very small, 0.01 times a normal number: large ones saturate tanh, whose slope is then near 0, and learning is slow.",
		Settings: []Setting{
			{Name: "scales", Help: "standard deviations of the weights of the two-layer network", Default: []float64{1e-8, 0.01, 1, 10, 100}, Least: 1e-100, Most: 1e6},
			{Name: "units", Help: "hidden units of the two-layer network", Default: 4, Least: 1, Most: 64},
			{Name: "steps", Help: "most updates of the two-layer network", Default: 5000, Least: 1, Most: 1_000_000},
			{Name: "rate", Help: "learning rate of the two-layer network", Default: 1.2, Least: 1e-6, Most: 100},
			{Name: "seeds", Help: "number of seeds for the two-layer network", Default: 10, Least: 1, Most: 100},
			{Name: "target", Help: "the cost to be reached", Default: 0.35, Least: 0.01, Most: 0.69},
			{Name: "layers", Help: "layers of the deep network, the output's included", Default: 10, Least: 2, Most: 30},
			{Name: "width", Help: "units of each hidden layer of the deep network", Default: 16, Least: 1, Most: 128},
			{Name: "deep-steps", Help: "most updates of the deep network", Default: 500, Least: 1, Most: 100_000},
			{Name: "deep-rate", Help: "learning rate of the deep network", Default: 0.5, Least: 1e-6, Most: 100},
			{Name: "deep-seeds", Help: "number of seeds for the deep network", Default: 5, Least: 1, Most: 100},
		},
		Run:   runInitScale,
		opens: openInitScale,
	}
}

// openInitScale is what the page opens.
func openInitScale(s Values) opening {
	small := network{hidden: []int{s.Int("units")}, init: normal(verySmall), rate: s.Float("rate")}
	large := small
	large.init = normal(10)
	return opening{section: beginningSection, screen: Train, data: flowerData(), run: small, other: &large,
		difference: sentence("weights 10 times a normal number in place of %v", verySmall), steps: s.Int("steps"), numbers: []string{costNumber, accuracyNumber}}
}

func runInitScale(ctx context.Context, s Values, r *Report) error {
	flower, err := toy.New("flower", toy.Settings{})
	if err != nil {
		return err
	}
	if err := initShallow(ctx, s, flower, r); err != nil {
		return err
	}
	if err := initDeep(ctx, s, flower, r); err != nil {
		return err
	}
	if err := glorotScale(s, r); err != nil {
		return err
	}
	r.Conclude("What holds instead of \"very small\": as large as does not saturate. Two layers forgive weights that are far too small, since their gradients soon grow; "+
		"%d layers don't. Glorot (tanh) chooses the scale by the inputs and outputs of a layer, He (ReLU) by its inputs, so that values and gradients keep their size from layer to layer.", s.Int("layers"))
	return nil
}

// initShallow tries the scales on two layers.
func initShallow(ctx context.Context, s Values, flower *dataset.Set, r *Report) error {
	trials := shallowTrials(s)
	n := network{rate: s.Float("rate")}
	for _, t := range trials {
		if err := t.run(ctx, n, s.Float("target"), s.Int("steps"), s.Int("seeds"), flower); err != nil {
			return err
		}
	}
	r.Say("Two layers: %d hidden units, tanh, on the flower, rate %v, at most %d steps, %s. Counted are the steps to cost %v. "+
		"A hidden value is saturated if it is beyond ±0.99, where the slope of tanh is below 0.02.",
		s.Int("units"), s.Float("rate"), s.Int("steps"), seedsText(s.Int("seeds")), s.Float("target"))
	r.Table(shallowTable(trials))
	r.Draw("saturation", "Hidden values that are saturated at the start, and runs that reach the target. Small weights learn, at any size; saturated ones are a matter of luck.",
		saturationBars(trials, s.Float("target")))
	judgeShallow(r, trials)
	return nil
}

// verySmall is the standard deviation that the claim recommends.
const verySmall = 0.01

// shallowTrials returns the scales from the smallest on, that of the claim among
// them, with Glorot where its standard deviation belongs.
func shallowTrials(s Values) []*initTrial {
	scales := slices.Compact(slices.Sorted(slices.Values(append([]float64{verySmall}, s.Floats("scales")...))))
	glorot := math.Sqrt(2 / float64(2+s.Int("units")))
	at, _ := slices.BinarySearch(scales, glorot)
	hidden := []int{s.Int("units")}
	var trials []*initTrial
	for _, scale := range scales {
		trials = append(trials, &initTrial{name: plain(scale), init: normal(scale), hidden: hidden})
	}
	return slices.Insert(trials, min(at, len(trials)), &initTrial{name: "Glorot", init: experiment.Init{Kind: "glorot"}, hidden: hidden})
}

func shallowTable(trials []*initTrial) Table {
	table := Table{Header: []string{"standard deviation", "saturated at the start", "‖dW1‖ at the start", "‖dW1‖/‖W1‖", "runs that reach it", "median steps (range)"}}
	for _, t := range trials {
		table.Rows = append(table.Rows, []string{t.name, inPercent(t.saturated()), fmt.Sprintf("%.1e", t.norm(0)), fmt.Sprintf("%.2g", t.relative()),
			fmt.Sprintf("%d of %d", t.reached(), len(t.steps)), t.stepsText()})
	}
	return table
}

func saturationBars(trials []*initTrial, target float64) plotting.Bars {
	b := plotting.Bars{Title: "Saturation and success by standard deviation of the weights", YLabel: "share", YMin: 0, YMax: 1, PercentOnYAxis: true,
		Series: []string{"saturated at the start", sentence("runs that reach cost %v", target)}, Values: make([][]float64, 2)}
	for _, t := range trials {
		b.Names = append(b.Names, t.name)
		b.Values[0] = append(b.Values[0], t.saturated())
		b.Values[1] = append(b.Values[1], float64(t.reached())/float64(len(t.steps)))
	}
	return b
}

// judgeShallow checks that saturation and not size decides.
func judgeShallow(r *Report, trials []*initTrial) {
	var free, full [2]int // runs that reached the target, and all
	least, fastest := trials[0], trials[0]
	for _, t := range trials {
		if t.steps.median() < fastest.steps.median() {
			fastest = t
		}
		group := &free
		switch {
		case t.saturated() > 0.8:
			group = &full
		case t.saturated() > 0.4:
			continue
		}
		group[0], group[1] = group[0]+t.reached(), group[1]+len(t.steps)
	}
	judgeSaturation(r, free, full)
	most, claimed := trials[len(trials)-1], named(trials, fmt.Sprint(verySmall))
	r.Check(fastest != least && fastest != most, "Neither the smallest nor the largest start is best. Half of the runs reach the target in %s steps with %s, %s with %s, %s with %s.",
		fastest.median(), fastest.name, least.median(), least.name, most.median(), most.name)
	r.Weigh(sentence("for two layers no start is better than %v", verySmall), onlyIf(fastest.reached() > 0, bearing(fastest.steps.median() >= claimed.steps.median())),
		fastest.steps.median() < claimed.steps.median(), "Very small is not best: half of the runs reach the target in %s steps with %v, in %s with %s.",
		claimed.median(), verySmall, fastest.median(), fastest.name)
	r.Check(least.relative() > 10*most.relative(), "What is small in a saturated network is not ‖dW1‖, which W2 makes large again, but its ratio to ‖W1‖: %.2g for %s, and %.2g for %s.",
		most.relative(), most.name, least.relative(), least.name)
}

// judgeSaturation judges how many runs reached the target, and how many there
// were, of starts with few and with many saturated values.
func judgeSaturation(r *Report, free, full [2]int) {
	if free[1] == 0 || full[1] == 0 {
		r.Untried("No start has more than 80 %% saturated values, or none at most 40 %%: these settings do not show what saturation does.")
		return
	}
	r.Supports("large weights saturate tanh and learning is slow", reachedShare(free) >= 0.9 && reachedShare(full) <= 0.5,
		"Saturated units hardly learn: of the starts with at most 40 %% saturated values %d of %d runs reach the target, of those with more than 80 %% %d of %d.",
		free[0], free[1], full[0], full[1])
}

// named returns the trial of a name.
func named(trials []*initTrial, name string) *initTrial {
	return trials[slices.IndexFunc(trials, func(t *initTrial) bool { return t.name == name })]
}

// reachedShare returns how many of all there were.
func reachedShare(of [2]int) float64 { return float64(of[0]) / float64(of[1]) }

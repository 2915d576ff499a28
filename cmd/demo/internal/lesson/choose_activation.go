package lesson

import (
	"chainrule/optim/experiment"
	"context"
	"fmt"
	"slices"

	"chainrule/internal/toy"
	"chainrule/internal/words"
	"chainrule/layers"
)

func chooseActivation() Lesson {
	return Lesson{
		Name:  "choose-activation",
		Title: "Which activation for the hidden units",
		Claim: alwaysTake("relu"),
		Settings: []Setting{
			{Name: "activation", Help: "activation that is said to be right always", Default: "relu", Names: hiddenActivations()},
			{Name: "units", Help: "hidden units", Default: 4, Least: 1, Most: 64},
			{Name: "more", Help: "hidden units that the flower is tried with, too", Default: []int{8, 16}, Least: 1, Most: 64},
			{Name: "start", Help: "first weights, whose size glorot takes from the inputs and outputs of a layer, he and lecun from its inputs", Default: "glorot", Names: layers.InitializerNames()},
			{Name: "rate", Help: "learning rate", Default: 1.2, Least: 1e-6, Most: 1000},
			{Name: "steps", Help: "steps of each network", Default: 2000, Least: 1, Most: 100_000},
			{Name: "seeds", Help: "networks of each kind, each from its own first weights", Default: 7, Least: 1, Most: 100},
			{Name: "curves", Help: "activations whose learning curves are drawn",
				Default: []string{"tanh", "sigmoid", "relu", "gelu", "identity"}, Names: hiddenActivations()},
		},
		Reworded: func(s Values) string { return alwaysTake(s.Text("activation")) },
		Run:      runChooseActivation,
		opens:    openChooseActivation,
	}
}

// openChooseActivation is what the page opens.
func openChooseActivation(s Values) opening {
	tanh := network{hidden: []int{s.Int("units")}, init: experiment.Init{Kind: s.Text("start")}, seed: 1, rate: s.Float("rate")}
	relu := tanh
	relu.g = layers.ReLU
	return opening{section: activationSection, screen: Train, data: toyData("moons"), run: tanh, other: &relu,
		difference: "relu in place of tanh", steps: s.Int("steps"), numbers: []string{costNumber, accuracyNumber}}
}

// alwaysTake is the claim of an activation.
func alwaysTake(name string) string {
	if name == "relu" {
		name = "ReLU"
	}
	return fmt.Sprintf("If you do not know which activation to take for the hidden units, always take %s.", name)
}

// hiddenActivations returns the names of the activations of hidden units.
func hiddenActivations() []string {
	return slices.DeleteFunc(layers.ActivationNames(), func(name string) bool { return name == "softmax" })
}

func runChooseActivation(ctx context.Context, s Values, r *Report) error {
	c, err := newContest(s)
	if err != nil {
		return err
	}
	var trials []*trial
	for _, set := range toy.Names() {
		for _, name := range hiddenActivations() {
			trials = append(trials, c.trial(set, name, s.Int("units"), s.Float("rate")))
		}
	}
	first := len(trials)
	for _, units := range unitsTried(s) {
		for _, name := range c.tanhAndTried() {
			if units != s.Int("units") { // those are among the first
				trials = append(trials, c.trial("flower", name, units, s.Float("rate")))
			}
		}
		trials = append(trials, c.trial("flower", c.tried, units, s.Float("rate")/4))
	}
	if err := c.run(ctx, trials); err != nil {
		return err
	}
	r.Say("Every activation is tried on every toy set: networks with one hidden layer of %d units, %d steps of gradient descent "+
		"with rate %v, %d different starts each. The flower has 400 examples, the other sets 200.",
		s.Int("units"), s.Int("steps"), s.Float("rate"), s.Int("seeds"))
	c.compare(r, trials[:first])
	c.drawCurves(r, s, trials[:first])
	c.compareUnits(r, s, trials)
	if err := c.compareOutputs(ctx, r, s); err != nil {
		return err
	}
	r.Conclude("What holds is less: hidden units must not be linear. Which bend is best depends on the data and on the number of " +
		"units, and is found by trying.")
	return nil
}

// onePoint is a difference of one per cent, but for rounding.
const onePoint = 0.01 + 1e-9

// accuracies are the median accuracies by set and activation.
type accuracies map[string]map[string]float64

// best returns the highest accuracy on a set, and who has it, the first if
// there are several.
func (a accuracies) best(set string) (float64, string) {
	best, winner := -1.0, ""
	for _, name := range hiddenActivations() {
		if v := a[set][name]; v > best {
			best, winner = v, name
		}
	}
	return best, winner
}

// compare shows the accuracies of all activations on all sets.
func (c *contest) compare(r *Report, trials []*trial) {
	all := accuracies{}
	for _, t := range trials {
		if all[t.set] == nil {
			all[t.set] = map[string]float64{}
		}
		all[t.set][t.name] = t.accuracy.median()
	}
	table := Table{Header: append(append([]string{"activation"}, toy.Names()...), "near the best")}
	for _, name := range hiddenActivations() {
		row, near := []string{name}, 0
		for _, set := range toy.Names() {
			best, _ := all.best(set)
			row = append(row, fmt.Sprintf("%.1f", 100*all[set][name]))
			if all[set][name] >= best-onePoint {
				near++
			}
		}
		table.Rows = append(table.Rows, append(row, fmt.Sprintf("%d of %d", near, len(toy.Names()))))
	}
	r.Table(table)
	r.Say("Median accuracies in per cent, on the examples learnt from. The last column counts the sets on which an activation is within one "+
		"point of the best. With %d seeds differences of a point mean little.", c.seeds)
	judgeAccuracies(r, c.tried, all)
}

// judgeAccuracies judges whether an activation is near the best on every set.
func judgeAccuracies(r *Report, tried string, all accuracies) {
	var near, behind, by []string
	for _, set := range toy.Names() {
		best, winner := all.best(set)
		if all[set][tried] >= best-onePoint {
			near = append(near, set)
			continue
		}
		behind = append(behind, set)
		by = append(by, fmt.Sprintf("%s %s (%s %s)", set, inPercent(all[set][tried]), winner, inPercent(best)))
	}
	right := func(sets []string, none string) string {
		return "taking " + tried + " is right on " + orNone(sets, none)
	}
	r.Supports(right(near, "some sets"), len(near) > 0,
		"There are sets on which %s is as good as any, within one point of the best: %s.", tried, ofSets(near))
	r.Refutes(right(behind, "all sets"), len(behind) > 0,
		"There are sets on which %s is behind the best by more than one point: %s.", tried, ofSets(by))
	best, _ := all.best("flower")
	lack := 100 * (best - all["flower"][tried])
	r.Check(lack >= 5, "On the flower %s is behind the best by 5 points at least: by %.1f.", tried, lack)
	r.Check(lastOnCurved(all), "But some bend is needed: on %s identity gets the least of all, %s.",
		words.List(curvedSets(), "and"), identityOnCurved(all))
}

// ofSets says how many of the toy sets these are, and which.
func ofSets(names []string) string {
	text := fmt.Sprintf("%d of %d", len(names), len(toy.Names()))
	if len(names) > 0 {
		text += ", " + words.List(names, "and")
	}
	return text
}

// orNone lists names, or says what there is instead.
func orNone(names []string, none string) string {
	if len(names) == 0 {
		return none
	}
	return words.List(names, "and")
}

// curvedSets returns the sets that no straight line divides.
func curvedSets() []string { return []string{"flower", "circles", "spirals", "xor"} }

// lastOnCurved reports whether identity is worse than all others on each of
// those sets.
func lastOnCurved(all accuracies) bool {
	for _, set := range curvedSets() {
		for name, v := range all[set] {
			if name != "identity" && v <= all[set]["identity"] {
				return false
			}
		}
	}
	return true
}

func identityOnCurved(all accuracies) string {
	var parts []string
	for _, set := range curvedSets() {
		parts = append(parts, inPercent(all[set]["identity"]))
	}
	return words.List(parts, "and")
}

// unitsTried returns the numbers of hidden units that the flower is tried with, the
// least first.
func unitsTried(s Values) []int {
	return slices.Compact(slices.Sorted(slices.Values(append([]int{s.Int("units")}, s.Ints("more")...))))
}

// compareUnits shows what more units do for the tried activation on the flower.
func (c *contest) compareUnits(r *Report, s Values, trials []*trial) {
	units, rate := unitsTried(s), s.Float("rate")
	at := func(name string, units int, rate float64) float64 {
		i := slices.IndexFunc(trials, func(t *trial) bool {
			return t.set == "flower" && t.name == name && t.units == units && t.rate == rate
		})
		return trials[i].accuracy.median()
	}
	names := c.tanhAndTried()
	table := Table{Header: slices.Concat([]string{"hidden units"}, names, []string{sentence("%s, rate %v", c.tried, rate/4)})}
	var gaps []float64
	for _, n := range units {
		row := []string{fmt.Sprint(n)}
		for _, name := range names {
			row = append(row, inPercent(at(name, n, rate)))
		}
		slower := at(c.tried, n, rate/4)
		gaps = append(gaps, at("tanh", n, rate)-max(at(c.tried, n, rate), slower))
		table.Rows = append(table.Rows, append(row, inPercent(slower)))
	}
	r.Say("Does %s lack units on the flower, or is the rate too large for it?", c.tried)
	r.Table(table)
	judgeUnits(r, c.tried, units, gaps)
}

// judgeUnits judges whether what the tried activation lacks against tanh on the
// flower, by number of hidden units, shrinks with them.
func judgeUnits(r *Report, tried string, units []int, gaps []float64) {
	last := len(units) - 1
	switch {
	case tried == "tanh":
		r.Untried("On the flower the others are measured against tanh: with it these settings do not show whether more units make up for what an activation lacks.")
	case last == 0:
		r.Untried("Only one number of hidden units was tried, %d: these settings do not show whether more make up for what %s lacks.", units[0], tried)
	case gaps[0] <= 0:
		r.Untried("With %d hidden units %s lacks nothing against tanh on the flower: there is nothing for more units to make up for.", units[0], tried)
	default:
		r.Check(gaps[last] < gaps[0], "What %s lacks against tanh on the flower, with the better of the two rates, shrinks with more "+
			"units: from %.1f points with %d to %.1f with %d.", tried, 100*gaps[0], units[0], 100*gaps[last], units[last])
	}
}

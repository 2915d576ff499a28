package lesson

import (
	"context"
	"fmt"
	"math"
	"slices"

	"chainrule/internal/plotting"
)

// mapTanh shows that the two kinds of networks are the same functions.
func mapTanh(ctx context.Context, s Values, r *Report, e race) error {
	set := s.Texts("sets")[0]
	found := make([]mapping, e.seeds)
	err := forEach(ctx, e.seeds, func(i int) (err error) {
		found[i], err = e.newMapping(ctx, set, []int{s.Int("units")}, uint32(i+1), s.Float("rate"))
		return err
	})
	if err != nil {
		return err
	}
	r.Say("Can tanh networks do more? No. As tanh(z) = 2σ(2z) − 1, every tanh network is a sigmoid network with other weights:")
	r.Show("Z2 = W2·tanh(W1·X + b1) + b2 = (2·W2)·σ((2·W1)·X + 2·b1) + (b2 − ΣW2)\n\n" +
		"W1 → 2·W1    b1 → 2·b1    W2 → 2·W2    b2 → b2 − ΣW2")
	worst, largest := 0.0, 0.0
	for _, m := range found {
		worst, largest = math.Max(worst, m.apart/m.largest), math.Max(largest, m.largest)
	}
	r.Check(worst < 1e-12, "Trained tanh networks and the sigmoid networks that they become give the same logits on the %s but for "+
		"rounding: the largest difference over %d seeds, relative to the largest logit, is %.1e (logits up to %.1f).",
		set, e.seeds, worst, largest)
	return nil
}

// causeHeats are the heats that tell the slope from the centre.
type causeHeats struct {
	sets      []string
	kinds     []sigmoidal // tanh, shifted, flat, sigmoid
	one, deep [][]*heat   // by kind, by set
	mapped    []*heat     // by set
}

// raceCauses is the experiment on what makes tanh faster.
func raceCauses(ctx context.Context, s Values, r *Report, e race) error {
	tanh, shifted, flat, sigmoid := sigmoidals()
	c := causeHeats{sets: s.Texts("sets"), kinds: []sigmoidal{tanh, shifted, flat, sigmoid}}
	rate, hidden := s.Float("rate"), []int{s.Int("units")}
	var heats []*heat
	row := func(hidden []int, g sigmoidal, rate float64) []*heat {
		var out []*heat
		for _, set := range c.sets {
			out = append(out, e.heat(set, hidden, g, rate))
		}
		heats = append(heats, out...)
		return out
	}
	for _, g := range c.kinds {
		c.one, c.deep = append(c.one, row(hidden, g, rate)), append(c.deep, row(s.Ints("deep"), g, rate))
	}
	c.mapped = row(hidden, sigmoid, 4*rate)
	for _, h := range c.mapped {
		h.mapped = true
	}
	if err := e.run(ctx, heats); err != nil {
		return err
	}
	r.Say("What makes one faster than the other, if the functions are the same? Tanh differs in two things: its values are centred on 0, and its slope "+
		"there is 1, that of the sigmoid ¼. Units that have only one of the two tell which matters. All have rate %v:", rate)
	c.table(r, s, e, rate)
	c.checks(r, s, e, rate)
	c.draw(r, s, e)
	return nil
}

// meanSteps returns the geometric mean of the median steps on all sets.
func meanSteps(heats []*heat) float64 {
	var medians []float64
	for _, h := range heats {
		medians = append(medians, h.median())
	}
	return geometricMean(medians)
}

// arrived reports whether the median network arrived on every set.
func (r race) arrived(heats []*heat) bool {
	for _, h := range heats {
		if h.median() >= float64(r.most) {
			return false
		}
	}
	return true
}

// meanText writes the mean, as "over" what it is where a set counts with too few
// steps.
func (r race) meanText(heats []*heat) string {
	text := fmt.Sprintf("%.0f", meanSteps(heats))
	if !r.arrived(heats) {
		return "over " + text
	}
	return text
}

// geometricMean returns the mean by which factors are averaged, of at least one
// positive number.
func geometricMean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += math.Log(v)
	}
	return math.Exp(sum / float64(len(values)))
}

func (c causeHeats) table(r *Report, s Values, e race, rate float64) {
	deep := sizesText(s.Ints("deep"))
	t := Table{Header: []string{"hidden units", "slope", "centred", "steps, " + sizesText([]int{s.Int("units")}), "steps, " + deep}}
	for i, g := range c.kinds {
		centred := "no"
		if g.centred {
			centred = "yes"
		}
		t.Rows = append(t.Rows, []string{g.name, plain(g.slope), centred, e.meanText(c.one[i]), e.meanText(c.deep[i])})
	}
	last := c.kinds[len(c.kinds)-1]
	t.Rows = append(t.Rows, []string{sentence("%s, start of tanh, rate %v", last.name, 4*rate), plain(last.slope), "no",
		e.meanText(c.mapped), ""})
	r.Table(t)
	r.Say("Geometric means over the sets of the median steps. In the last row the sigmoid network starts as the same function as " +
		"its tanh network, by the mapping above, and has 4 times the rate: doubled weights have half the gradient, and have " +
		"twice as far to go.")
}

// checks compares the kinds: the slope where both are centred, the centre where
// both have slope 1.
func (c causeHeats) checks(r *Report, s Values, e race, rate float64) {
	const matters = 1.3 // times the steps: less makes no difference
	tanh := meanSteps(c.one[0])
	slope, centre := meanSteps(c.one[2])/tanh, meanSteps(c.one[1])/tanh
	deepSlope, deepCentre := meanSteps(c.deep[2])/meanSteps(c.deep[0]), meanSteps(c.deep[1])/meanSteps(c.deep[0])
	again := meanSteps(c.mapped) / tanh
	if !e.arrived(c.one[0]) {
		r.Untried("With one hidden layer tanh itself does not get to the target: these settings do not show why it is faster.")
	} else {
		r.Weigh("with one hidden layer it is faster because its values are centred on 0", bearing(centre > matters), slope > 2*centre,
			"With one hidden layer the slope matters more than the centre: centred units of slope ¼ need %.1f times "+
				"the steps of tanh, units of slope 1 that are not centred %.1f times.", slope, centre)
		r.Weigh("a sigmoid network with the start of tanh and four times its rate is slower", bearing(again >= 1.5), e.arrived(c.mapped) && again > 1/1.5 && again < 1.5,
			"From the same start and with %v, four times the rate, the sigmoid needs as many steps as tanh "+
				"with %v, within a factor of 1.5: %.2f times as many.", 4*rate, rate, again)
	}
	if !e.arrived(c.deep[0]) {
		r.Untried("In the network %s tanh itself does not get to the target: these settings do not show whether the centre matters there.", sizesText(s.Ints("deep")))
		return
	}
	var bySet []float64
	for i := range c.sets {
		bySet = append(bySet, c.deep[1][i].median()/c.deep[0][i].median())
	}
	r.Weigh(fmt.Sprintf("in the network %s it is faster because its values are centred on 0", sizesText(s.Ints("deep"))), bearing(deepCentre > matters),
		deepCentre > matters && deepCentre > centre, "In the network %s the centre matters too: units of slope 1 that are not centred "+
			"need %.1f times the steps of tanh, %.1f to %.1f by set. Centred units of slope ¼ need %.1f times the steps.",
		sizesText(s.Ints("deep")), deepCentre, slices.Min(bySet), slices.Max(bySet), deepSlope)
}

// draw draws the table.
func (c causeHeats) draw(r *Report, s Values, e race) {
	known := false // any of the means
	p := plotting.Bars{Title: sentence("Steps to a cost of %v by hidden unit", s.Float("target")), YLabel: "steps", LogY: true,
		Names: []string{sizesText([]int{s.Int("units")}), sizesText(s.Ints("deep"))}}
	for i, g := range c.kinds {
		p.Series = append(p.Series, g.name)
		var row []float64
		for _, heats := range [][]*heat{c.one[i], c.deep[i]} {
			if !e.arrived(heats) {
				row = append(row, math.NaN()) // not known
				continue
			}
			row, known = append(row, meanSteps(heats)), true
		}
		p.Values = append(p.Values, row)
	}
	if !known {
		return
	}
	r.Draw("causes", "Geometric means over the sets, for one hidden layer and for more, without those that did not all get there. With one, units of the same slope are alike, centred or "+
		"not. With more, that of slope 1 that is centred is ahead.", p)
}

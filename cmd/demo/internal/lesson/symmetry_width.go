package lesson

import (
	"context"
	"fmt"
	"slices"

	"chainrule/internal/plotting"
	"chainrule/layers"
)

// widths compares equal and random starts for every number of hidden units.
func (t symmetryTrial) widths(ctx context.Context, r *Report) error {
	widest, seeds := t.Int("widest"), t.Int("seeds")
	value, noise, random := t.Float("value"), t.Float("spread"), drawn{0, t.Float("scale")}
	starts := []symmetryStart{
		{g: layers.Tanh, w1: drawn{value, noise}, w2: drawn{value, noise}},
		{g: layers.Tanh, w1: random, w2: random},
	}
	equal, parted := make([]symmetryGroup, widest), make([]symmetryGroup, widest)
	for i := range widest {
		equal[i], parted[i] = make(symmetryGroup, 1), make(symmetryGroup, seeds)
	}
	err := forEach(ctx, widest*(1+seeds), func(i int) (err error) {
		// The widest take longest and come first.
		units, seed := widest-i/(1+seeds), i%(1+seeds)-1
		if seed < 0 {
			equal[units-1][0], err = t.end(ctx, t.network(starts[0], units, 0))
			return err
		}
		parted[units-1][seed], err = t.end(ctx, t.network(starts[1], units, seed))
		return err
	})
	if err != nil {
		return err
	}
	t.reportWidths(r, equal, parted)
	return nil
}

func (t symmetryTrial) reportWidths(r *Report, equal, parted []symmetryGroup) {
	spread := t.Float("spread")
	r.Say("All weights %v%s, for 1 to %d hidden units with tanh, against random weights.", t.Float("value"), giveOrTake(spread), len(equal))
	table := Table{Header: []string{"hidden units", "equal: units differ by", "equal: accuracy", "random: units differ by", "random: accuracy"}}
	flat, band := plotting.Line{Name: "equal start", Dots: true}, plotting.Line{Name: "random start, median and range of seeds", Dots: true}
	most, best := 0.0, 0.0
	for i, e := range equal {
		p := parted[i]
		most, best = max(most, e[0].apart), max(best, e[0].accuracy)
		table.Rows = append(table.Rows, []string{fmt.Sprint(i + 1), fmt.Sprintf("%.2g", e[0].apart), inPercent(e[0].accuracy),
			fmt.Sprintf("%.2g", p.apart().median()), inPercentRange(p.accuracy())})
		flat.X, flat.Y = append(flat.X, float64(i+1)), append(flat.Y, 100*e[0].accuracy)
		band.X, band.Y = append(band.X, float64(i+1)), append(band.Y, 100*p.accuracy().median())
		band.Low, band.High = append(band.Low, 100*slices.Min(p.accuracy())), append(band.High, 100*slices.Max(p.accuracy()))
	}
	r.Table(table)
	one := equal[0][0].accuracy
	worth := best <= one+0.02
	caption := "Accuracy on the flower by number of hidden units, from equal and from random weights."
	if worth {
		caption += " Units that start equal" + aside(spread) + " are worth one unit, however many there are."
	}
	r.Draw("widths", caption, plotting.Chart{Title: "Equal and random weights to begin with", XLabel: "hidden units", YLabel: "accuracy in %",
		Lines: []plotting.Line{flat, band}, YMin: 45, YMax: 100})
	r.Check(most == 0, "Units with equal weights%s stay equal to the last bit: for 1 to %d of them the largest difference is %.2g.", aside(spread), len(equal), most)
	r.Check(worth, "Equal units are worth one: 1 unit gets %s, and up to %d equal ones%s get at most %s.", inPercent(one), len(equal), aside(spread), inPercent(best))
}

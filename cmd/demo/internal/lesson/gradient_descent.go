package lesson

import (
	"context"
	"fmt"
	"slices"

	"chainrule/internal/plotting"
	"chainrule/internal/words"
)

func gradientDescent() Lesson {
	return Lesson{
		Name:  "gradient-descent",
		Title: "How large a step may be",
		Claim: "With a small learning rate gradient descent lowers the cost in every step; with one too large the cost rises and nothing is learnt.",
		Settings: []Setting{
			{Name: "seeds", Help: "runs of everything, each from its own random numbers", Default: 7, Least: 1, Most: 100},
			{Name: "points", Help: "points of the linear regression", Default: 50, Least: 3, Most: 10_000},
			{Name: "below", Help: "learning rate that is said to converge, as a multiple of 2/λmax", Default: 0.99, Least: 0.001, Most: 1.5},
			{Name: "above", Help: "learning rate that is said to diverge, as a multiple of 2/λmax", Default: 1.01, Least: 0.001, Most: 1.5},
			{Name: "line-steps", Help: "steps of the linear regression", Default: 500, Least: 1, Most: 10_000},
			{Name: "units", Help: "hidden units of the network on the flower", Default: 4, Least: 1, Most: 64},
			{Name: "steps", Help: "steps of the network", Default: 5000, Least: 1, Most: 100_000},
			{Name: "rates", Help: "learning rates of the network", Default: []float64{0.01, 0.1, 1.2, 3, 10, 100}, Least: 1e-6, Most: 1000},
			{Name: "rate", Help: "learning rate of the network that is too large by the claim", Default: 3.0, Least: 1e-6, Most: 1000},
		},
		Run:   runGradientDescent,
		opens: openGradientDescent,
	}
}

// openGradientDescent is what the page opens.
func openGradientDescent(s Values) opening {
	small := network{hidden: []int{s.Int("units")}, seed: 1, rate: 1.2}
	large := small
	large.rate = s.Float("rate")
	return opening{section: descentSection, screen: Train, data: flowerData(), run: small, other: &large,
		difference: sentence("rate %v in place of %v", large.rate, small.rate), steps: s.Int("steps"), numbers: []string{costNumber, accuracyNumber}}
}

func runGradientDescent(ctx context.Context, s Values, r *Report) error {
	if err := descendLines(ctx, s, r); err != nil {
		return err
	}
	if err := descendFlower(ctx, s, r); err != nil {
		return err
	}
	r.Conclude("What holds: a rate small enough lowers the cost in every step, and on a bowl 2/λmax divides learning from " +
		"diverging. On a network a cost that rises now and then does not mean that nothing is learnt.")
	return nil
}

// descendLines is the experiment on linear regression.
func descendLines(ctx context.Context, s Values, r *Report) error {
	fits := make([]*lineFit, s.Int("seeds"))
	below, above := make([]*descent, len(fits)), make([]*descent, len(fits))
	err := forEach(ctx, len(fits), func(i int) (err error) {
		if fits[i], err = newLineFit(s.Int("points"), uint32(i+1)); err != nil {
			return err
		}
		if below[i], err = fits[i].descend(ctx, s.Float("below"), s.Int("line-steps")); err != nil {
			return err
		}
		above[i], err = fits[i].descend(ctx, s.Float("above"), s.Int("line-steps"))
		return err
	})
	if err != nil {
		return err
	}
	r.Say("First a cost that can be understood completely: the line y = w·x + b through %d points, with the mean "+
		"squared error. It is a bowl. How sharply it is curved is in its second derivative, a matrix of 2 rows and 2 "+
		"columns, which the graph makes by differentiating its own gradient. λmax, the larger eigenvalue, is the "+
		"curvature in the steepest direction. In that direction a step with rate α multiplies the distance from the "+
		"minimum by 1 − α·λmax: its size is below 1 exactly if α < 2/λmax.", s.Int("points"))
	lineTable(r, s, fits, below, above)
	lineChecks(r, s, fits, below, above)
	return drawLineFit(ctx, r, fits[0])
}

// lineTable shows the descents by seed.
func lineTable(r *Report, s Values, fits []*lineFit, below, above []*descent) {
	t := Table{Header: []string{"seed", "λmin", "λmax", "2/λmax",
		sentence("excess after, %v·2/λmax", s.Float("below")), "factor per step",
		sentence("excess after, %v·2/λmax", s.Float("above")), "factor per step"}}
	for i, f := range fits {
		t.Rows = append(t.Rows, []string{fmt.Sprint(i + 1), fmt.Sprintf("%.4f", f.small), fmt.Sprintf("%.4f", f.large),
			fmt.Sprintf("%.4f", 2/f.large),
			fmt.Sprintf("%.1e", below[i].change()), fmt.Sprintf("%.4f", below[i].growth()),
			fmt.Sprintf("%.1e", above[i].change()), fmt.Sprintf("%.4f", above[i].growth())})
	}
	r.Table(t)
	r.Say("Excess is the cost above the least possible one, as a multiple of the excess at the start, after %d steps. "+
		"The factor is that of the last step; (1 − α·λmax)² is %.4f and %.4f.", s.Int("line-steps"),
		squareOfStep(s.Float("below")), squareOfStep(s.Float("above")))
}

// squareOfStep returns (1 − α·λmax)² for α = factor·2/λmax.
func squareOfStep(factor float64) float64 { return (1 - 2*factor) * (1 - 2*factor) }

// lineChecks judges the descents by seed.
func lineChecks(r *Report, s Values, fits []*lineFit, below, above []*descent) {
	worst, converged, diverged := 0.0, 0, 0
	down, up := true, true // for all seeds, however far
	for i, f := range fits {
		worst = max(worst, f.off/f.large)
		if below[i].change() < 0.01 {
			converged++
		}
		if above[i].change() > 100 {
			diverged++
		}
		down, up = down && below[i].change() < 1, up && above[i].change() > 1
	}
	r.Check(worst < 1e-12, "The second derivative that the graph makes is 2/m·Σ (x, 1)ᵀ·(x, 1): the largest difference, "+
		"relative to λmax, is %.1e.", worst)
	r.Weigh(sentence("on a bowl with %v·2/λmax, a small rate, the cost falls", s.Float("below")), bearing(down), converged == len(fits),
		"With %v·2/λmax gradient descent converges, to below 1 %% of the excess: for %d of %d seeds.",
		s.Float("below"), converged, len(fits))
	r.Weigh(sentence("on a bowl with %v·2/λmax, one too large, the cost rises and nothing is learnt", s.Float("above")), bearing(up), diverged == len(fits),
		"With %v·2/λmax it diverges, to above 100 times the excess: for %d of %d seeds.",
		s.Float("above"), diverged, len(fits))
}

// drawLineFit draws paths of a few rates over the cost, from a start on a
// slope of the valley.
func drawLineFit(ctx context.Context, r *Report, f *lineFit) error {
	from := *f
	from.startW, from.startB = f.bestW-0.8, f.bestB+3
	p := plotting.Surface{Title: "Three rates over the cost of a line", XLabel: "w", YLabel: "b", Value: f.cost, LogValue: true, ValueLabel: "cost",
		XMin: f.bestW - 3, XMax: f.bestW + 3, YMin: f.bestB - 1, YMax: f.bestB + 4}
	for _, factor := range []float64{0.1, 0.9, 1.05} {
		d, err := from.descend(ctx, factor, 10)
		if err != nil {
			return err
		}
		p.Paths = append(p.Paths, plotting.Line{Name: sentence("%v·2/λmax", factor), X: d.w, Y: d.b, Dots: true})
	}
	r.Draw("paths", "The first 10 steps of gradient descent over the cost, from one start with three rates (points of "+
		"seed 1). With the smallest it goes down the slope and then creeps along the valley. Near 2/λmax every step leaps "+
		"across the valley: below it the leaps become shorter, above it longer.", p)
	return nil
}

// descendFlower is the experiment on a network.
func descendFlower(ctx context.Context, s Values, r *Report) error {
	data, err := toySet("flower")
	if err != nil {
		return err
	}
	rates := slices.Compact(slices.Sorted(slices.Values(append([]float64{s.Float("rate")}, s.Floats("rates")...))))
	seeds := s.Int("seeds")
	var runs []*flowerRun
	for _, rate := range rates {
		runs = append(runs, newFlowerRun(rate, seeds))
	}
	err = forEach(ctx, len(runs)*seeds, func(i int) error {
		return runs[i/seeds].train(ctx, data, s.Int("units"), s.Int("steps"), i%seeds)
	})
	if err != nil {
		return err
	}
	r.Say("Now a network, 2-%d-1 with tanh, on the flower. Its cost is no bowl: the curvature differs from place to "+
		"place, and there is no rate that is right everywhere.", s.Int("units"))
	flowerTable(r, s, runs)
	flowerChecks(r, s, runs)
	drawFlowerRuns(r, runs)
	return nil
}

func flowerTable(r *Report, s Values, runs []*flowerRun) {
	t := Table{Header: []string{"learning rate", "steps that raise the cost", "cost after", "accuracy", "2/λmax at the end"}}
	for _, f := range runs {
		t.Rows = append(t.Rows, []string{plain(f.rate), inPercent(f.rises.median()),
			words.ShortCost(f.last().median(), 3), inPercent(f.accuracy.median()),
			fmt.Sprintf("%.3g", f.border.median())})
	}
	r.Table(t)
	r.Say("Medians over %d seeds after %d steps. The last column is from the second derivative where the network ended: the "+
		"border that a bowl as curved as that would have.", s.Int("seeds"), s.Int("steps"))
}

// flowerChecks judges the runs, from the smallest rate to the largest.
func flowerChecks(r *Report, s Values, runs []*flowerRun) {
	slow := runs[0]
	most := slices.Max(slow.rises)
	r.Supports(sentence("on the flower with the smallest rate, %v, the cost falls in every step", slow.rate), most == 0,
		"With the smallest rate, %v, the cost falls in every step: the largest share of steps that raise "+
			"it, over all seeds, is %s.", slow.rate, inPercent(most))
	i := slices.IndexFunc(runs, func(f *flowerRun) bool { return f.rate == s.Float("rate") })
	fast := runs[i]
	rises, accuracy := fast.rises.median(), fast.accuracy.median()
	r.Weigh(sentence("on the flower with rate %v, one too large, the cost rises", fast.rate), bearing(rises > 0), rises >= 0.25,
		"With rate %v the cost rises in a quarter of the steps at least: in %s.", fast.rate, inPercent(rises))
	before, after := fast.first().median(), fast.last().median()
	r.Weigh(sentence("on the flower with rate %v nothing is learnt", fast.rate), bearing(!(after < before)), accuracy >= 0.85,
		"And yet the network learns with rate %v, to an accuracy of 85 %% or more: %s, and from a cost of %s to %s.",
		fast.rate, inPercent(accuracy), words.ShortCost(before, 3), words.ShortCost(after, 3))
	if i > 0 {
		calm := runs[i-1]
		r.Check(fast.border.median() > calm.border.median(), "It ends where the cost is less curved, with 2/λmax = %.2f; with rate %v "+
			"it is %.2f. Steps that are too long for a narrow valley lead out of it.",
			fast.border.median(), calm.rate, calm.border.median())
	}
}

// drawFlowerRuns draws the costs of seed 1.
func drawFlowerRuns(r *Report, runs []*flowerRun) {
	const most = 300 // steps, so that single ones can be seen
	p := plotting.Chart{Title: "Cost on the flower by learning rate", XLabel: "step", YLabel: "cost", LogY: true}
	for _, f := range runs {
		line := plotting.Line{Name: sentence("rate %v", f.rate)}
		for k, cost := range f.costs[0][:min(most+1, len(f.costs[0]))] {
			line.X, line.Y = append(line.X, float64(k)), append(line.Y, cost)
		}
		p.Lines = append(p.Lines, line)
	}
	r.Draw("rates", "Cost on the flower in the first steps, for several rates (seed 1). The smallest hardly moves. Larger "+
		"ones are faster, until the cost jumps. After the jumps it can still go down; with a rate far too large it stays high.", p)
}

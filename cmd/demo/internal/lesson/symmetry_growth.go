package lesson

import (
	"context"
	"fmt"
	"slices"

	"chainrule/internal/plotting"
	"chainrule/layers"
)

// A symmetryPath is how far the units of a network came apart.
type symmetryPath struct {
	mean, noise float64
	step, apart []float64
	parted      int // the step at which they first differed by 1, −1 if never
	accuracy    float64
}

// growth follows how units that start almost equal come apart.
func (t symmetryTrial) growth(ctx context.Context, r *Report) error {
	var paths []symmetryPath
	for _, mean := range []float64{0, t.Float("value")} {
		for _, noise := range slices.Sorted(slices.Values(t.Floats("noises"))) {
			paths = append(paths, symmetryPath{mean: mean, noise: noise, parted: -1})
		}
	}
	err := forEach(ctx, len(paths), func(i int) error { return t.follow(ctx, &paths[i]) })
	if err != nil {
		return err
	}
	r.Say("How much chance is enough? All weights start at 0 or at %v, plus normal noise. Seed 0.", t.Float("value"))
	table := Table{Header: []string{"weights around", "noise", "differ by 1", "differ at the end by", "accuracy"}}
	chart := plotting.Chart{Title: "Almost equal units come apart", XLabel: "step", YLabel: "largest difference between two units", LogY: true}
	for _, p := range paths {
		after := "never"
		if p.parted >= 0 {
			after = sentence("after %d steps", p.parted)
		}
		table.Rows = append(table.Rows, []string{plain(p.mean), plain(p.noise), after,
			fmt.Sprintf("%.2g", p.apart[len(p.apart)-1]), inPercent(p.accuracy)})
		line := plotting.Line{Name: sentence("%v ± %v", p.mean, p.noise), X: p.step}
		for _, d := range p.apart {
			line.Y = append(line.Y, onLogAxis(d))
		}
		chart.Lines = append(chart.Lines, line)
	}
	chart.Lines = withValues(chart.Lines)
	r.Table(table)
	caption := "The largest difference between two units while they train, from almost equal weights."
	if paths[0].noise < 1e-12 && zeroPartsSooner(paths) {
		caption = "The difference grows like an exponential function until the units do different work. " +
			"Around zero a difference of the size of rounding is enough; around equal weights it takes far longer."
	}
	r.Draw("growth", caption, chart)
	first := paths[0]
	r.Check(first.parted >= 0, "The least noise, %v around 0, is enough to part the units. They differ by 1: %s.", first.noise, table.Rows[0][2])
	return nil
}

// zeroPartsSooner reports whether units around zero, the first half, part in at most
// half the steps of those around equal weights with the same noise.
func zeroPartsSooner(paths []symmetryPath) bool {
	half := len(paths) / 2
	for i, zero := range paths[:half] {
		if other := paths[half+i]; zero.parted < 0 || other.parted >= 0 && other.parted < 2*zero.parted {
			return false
		}
	}
	return true
}

// follow trains a network and notes how far its units are apart.
func (t symmetryTrial) follow(ctx context.Context, p *symmetryPath) error {
	way := drawn{p.mean, p.noise}
	l, err := t.network(symmetryStart{g: layers.Tanh, w1: way, w2: way}, t.Int("units"), 0).learner(t.flower)
	if err != nil {
		return err
	}
	defer l.close()
	every := max(1, t.Int("steps")/500)
	note := func(step int) {
		d := apart(l.hiddenUnits())
		if d >= 1 && p.parted < 0 {
			p.parted = step
		}
		p.step, p.apart = append(p.step, float64(step)), append(p.apart, d)
	}
	note(0)
	_, err = l.train(ctx, t.Int("steps"), func(step int, _ float64) bool {
		if (step+1)%every == 0 {
			note(step + 1)
		}
		return true
	})
	if err != nil {
		return err
	}
	p.accuracy, err = l.accuracy(t.flower)
	return err
}

package lesson

import (
	"context"
	"fmt"
	"math"
	"slices"

	"chainrule/internal/numpyrand"
	"chainrule/internal/plotting"
	"chainrule/internal/words"
	"chainrule/layers"
	"chainrule/optim/dataset"
	"chainrule/optim/experiment"
)

// initDeep tries scales on many layers.
func initDeep(ctx context.Context, s Values, flower *dataset.Set, r *Report) error {
	hidden := slices.Repeat([]int{s.Int("width")}, s.Int("layers")-1)
	small := &initTrial{name: fmt.Sprint(verySmall), init: normal(verySmall), hidden: hidden}
	glorot := &initTrial{name: "Glorot", init: experiment.Init{Kind: "glorot"}, hidden: hidden}
	one := &initTrial{name: "1", init: normal(1), hidden: hidden}
	he := &initTrial{name: "He", g: layers.ReLU, init: experiment.Init{Kind: "he"}, hidden: hidden}
	large := &initTrial{name: "1", g: layers.ReLU, init: normal(1), hidden: hidden}
	trials := []*initTrial{small, glorot, one, he, large}

	n := network{rate: s.Float("deep-rate")}
	for _, t := range trials {
		if err := t.run(ctx, n, s.Float("target"), s.Int("deep-steps"), s.Int("deep-seeds"), flower); err != nil {
			return err
		}
	}
	r.Say("%d layers: %d hidden ones of %d units and the output, on the flower, rate %v, at most %d steps, %s. The scale is the standard deviation of the first weights. NaN is a cost beyond the range of float64.",
		s.Int("layers"), len(hidden), s.Int("width"), s.Float("deep-rate"), s.Int("deep-steps"), seedsText(s.Int("deep-seeds")))
	r.Table(deepTable(trials))
	r.Draw("gradients", "The size of the gradient of each layer's weights at the start, median over the seeds. Every gradient is a product with the weights of all other layers: "+
		"small factors make it vanish, large ones explode, Glorot and He keep it.", gradientChart(trials))
	judgeDeep(r, small, glorot, large)
	return nil
}

func deepTable(trials []*initTrial) Table {
	last := len(trials[0].hidden)
	table := Table{Header: []string{"hidden units", "scale", "cost at the start", "cost at the end", "‖dW1‖ at the start",
		fmt.Sprintf("‖dW%d‖ at the start", last+1), "runs that reach it", "median steps (range)"}}
	for _, t := range trials {
		table.Rows = append(table.Rows, []string{t.g.String(), t.name, fmt.Sprintf("%.3g", t.first.median()), fmt.Sprintf("%.3g", t.last.median()),
			fmt.Sprintf("%.1e", t.norm(0)), fmt.Sprintf("%.1e", t.norm(last)), fmt.Sprintf("%d of %d", t.reached(), len(t.steps)), t.stepsText()})
	}
	return table
}

func gradientChart(trials []*initTrial) plotting.Chart {
	c := plotting.Chart{Title: "Gradients layer by layer", XLabel: "layer", YLabel: "‖dW‖ at the start", LogY: true}
	for _, t := range trials {
		line := plotting.Line{Name: t.g.String() + ", " + t.name, Dots: true}
		for layer := range len(t.hidden) + 1 {
			line.X, line.Y = append(line.X, float64(layer+1)), append(line.Y, onLogAxis(t.norm(layer)))
		}
		c.Lines = append(c.Lines, line)
	}
	c.Lines = withValues(c.Lines)
	return c
}

// judgeDeep checks that the gradient vanishes, keeps its size or explodes.
func judgeDeep(r *Report, small, glorot, large *initTrial) {
	r.Weigh(sentence("%d layers learn from %s", len(small.hidden)+1, small.name), bearing(small.reached() > 0), small.reached() == 0 && small.norm(0) < 1e-10, "0.01 never learns with so many layers: ‖dW1‖ is %.1e at the start, %d of %d runs reach the target, and the cost is still %s.",
		small.norm(0), small.reached(), len(small.steps), words.ShortCost(small.last.median(), 6))
	median := glorot.steps.median()
	r.Check(median < 100 && glorot.reached() == len(glorot.steps), "Glorot learns in under 100 steps: %d of %d runs reach the target, the median is %s.",
		glorot.reached(), len(glorot.steps), glorot.stepsText())
	r.Check(large.reached() == 0 && large.first.median() > 100, "ReLU with standard deviation 1 explodes: the cost starts at %.3g, and %d of %d runs reach the target.",
		large.first.median(), large.reached(), len(large.steps))
}

// glorotScale measures the weights that Glorot and He draw for the layers of the
// deep network.
func glorotScale(s Values, r *Report) error {
	const draws = 20_000 // at least, for each layer
	width, rng := s.Int("width"), numpyrand.New(0)
	t := Table{Header: []string{"inputs", "outputs", "Glorot", "√(2/(inputs + outputs))", "He", "√(2/inputs)"}}
	worst := 0.0
	for _, size := range [][2]int{{2, width}, {width, width}, {width, 1}} {
		in, out := size[0], size[1]
		row := []string{fmt.Sprint(in), fmt.Sprint(out)}
		for _, g := range []struct {
			draw layers.Initializer
			want float64
		}{{layers.Glorot, math.Sqrt(2 / float64(in+out))}, {layers.He, math.Sqrt(2 / float64(in))}} {
			sum, n := 0.0, 0
			for w := make([]float64, in*out); n < draws; n += len(w) {
				if err := g.draw(w, in, out, rng); err != nil {
					return err
				}
				for _, v := range w {
					sum += v * v
				}
			}
			deviation := math.Sqrt(sum / float64(n))
			worst = max(worst, math.Abs(deviation/g.want-1))
			row = append(row, fmt.Sprintf("%.3f", deviation), fmt.Sprintf("%.3f", g.want))
		}
		t.Rows = append(t.Rows, row)
	}
	r.Say("How large are the weights that Glorot and He draw? Glorot goes by the inputs and the outputs of a layer, which keeps values on the way forward and gradients on the way back; " +
		"He by the inputs alone, and doubles the variance because ReLU passes half of the values on. Measured standard deviations beside the formulas:")
	r.Table(t)
	judgeGlorotScale(r, worst)
	return nil
}

// judgeGlorotScale judges how far the drawn weights are from the formulas.
func judgeGlorotScale(r *Report, worst float64) {
	r.Check(worst < 0.03, "The standard deviations are those of the formulas within 3 %%: the farthest is off by %.1f %%.", 100*worst)
}

package terminal

import (
	"fmt"
	"math"
	"strings"

	"github.com/guptarohit/asciigraph"
)

// A Curve is what a chart shows: costs by step.
type Curve struct {
	Steps, Costs []float64
	Log          bool // on a logarithmic axis
}

// chart returns the curve in at most sketchRows lines, with an axis for the
// steps.
func (c Curve) chart() []string {
	costs, format := c.Costs, func(v float64) string { return fmt.Sprintf("%.4g", v) }
	if c.Log {
		costs = make([]float64, len(c.Costs))
		for i, v := range c.Costs {
			costs[i] = math.Log10(v)
		}
		format = func(v float64) string { return fmt.Sprintf("%.2g", math.Pow(10, v)) }
	}
	if len(costs) == 1 {
		costs = []float64{costs[0], costs[0]}
	}
	const axis = 11
	text := asciigraph.Plot(costs, asciigraph.Height(sketchRows-4), asciigraph.Width(LeastColumns-axis),
		asciigraph.YAxisValueFormatter(format),
		asciigraph.XAxisRange(0, c.Steps[len(c.Steps)-1]), asciigraph.XAxisTickCount(3),
		asciigraph.XAxisValueFormatter(func(v float64) string { return fmt.Sprintf("%.0f", v) }))
	return strings.Split(strings.TrimRight(text, "\n"), "\n")
}

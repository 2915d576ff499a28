package lesson

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"chainrule/graph"
	"chainrule/graph/gradtest"
	"chainrule/internal/handgrad"
	"chainrule/internal/plotting"
	"chainrule/layers"
)

func activations() Lesson {
	return Lesson{
		Name:  "activations",
		Title: "Activation functions and their slopes",
		Claim: "The slope of an activation follows from its value: a·(1 − a) for the sigmoid, 1 − a² for tanh, 0 or 1 for ReLU; at z = ±10 sigmoid and tanh are flat, ReLU is not; and tanh is a stretched sigmoid.",
		Settings: []Setting{
			{Name: "at", Help: "where values and slopes are listed", Default: []float64{-10, 0, 10}, Least: -700, Most: 700},
			{Name: "elements", Help: "entries whose computation is timed", Default: 100000, Least: 1, Most: 10000000},
		},
		Run:   slopes{knownActivations()}.run,
		opens: openActivations,
	}
}

// openActivations is what the page opens.
func openActivations(Values) opening {
	tanh, sigmoid := fourUnits(1, 1.2), fourUnits(1, 1.2)
	sigmoid.g = layers.Sigmoid
	return opening{section: activationSection, screen: OneStep, data: flowerData(), run: tanh, other: &sigmoid,
		difference: "sigmoid in place of tanh", numbers: []string{costNumber}}
}

// A knownActivation is an activation with what the claim says of it.
type knownActivation struct {
	g     layers.Activation
	slope func(z, a float64) float64 // by the value a
	text  string                     // the same as a formula
}

// knownActivations returns the activations of the notes.
func knownActivations() []knownActivation {
	step := func(low float64) func(z, a float64) float64 {
		return func(z, _ float64) float64 {
			if z > 0 {
				return 1
			}
			return low
		}
	}
	return []knownActivation{
		{layers.Sigmoid, func(_, a float64) float64 { return a * (1 - a) }, "a·(1 − a)"},
		{layers.Tanh, func(_, a float64) float64 { return 1 - a*a }, "1 − a²"},
		{layers.ReLU, step(0), "1 for z > 0, else 0"},
		{layers.LeakyReLU, step(0.01), "1 for z > 0, else 0.01"},
		{layers.Identity, func(_, _ float64) float64 { return 1 }, "1"},
	}
}

// slopes compares the slopes of activations with a claim about them.
type slopes struct{ claimed []knownActivation }

func (c slopes) run(ctx context.Context, s Values, r *Report) error {
	r.Say("An activation bends the weighted sum z of a unit into its value a = g(z). Back-propagation needs the slope g′(z), and the point of the formulas is that it is made of a, which the forward pass has computed already. " +
		"These are the functions and the slopes that the chain rule of this program makes, dZ for a cost of Σ A:")
	lines, err := c.formulas()
	if err != nil {
		return err
	}
	r.Show(lines)
	if err := c.values(r, s.Floats("at")); err != nil {
		return err
	}
	if err := c.compare(ctx, r); err != nil {
		return err
	}
	if err := c.draw(r); err != nil {
		return err
	}
	if err := flatness(r); err != nil {
		return err
	}
	if err := stretched(r); err != nil {
		return err
	}
	return c.time(ctx, r, s.Int("elements"))
}

// evaluate returns the values and slopes of an activation at some z.
func evaluate(g layers.Activation, z []float64) (a, slope []float64, err error) {
	graphs := graph.New(graph.Settings{})
	in := graphs.Input("Z", 1, len(z))
	out := g.Apply(in)
	grads, err := graph.Grad(graph.Sum(out), in)
	if err != nil {
		return nil, nil, err
	}
	v, err := computed(graph.Feeds{in: asTensor(handgrad.Matrix{Rows: 1, Cols: len(z), Data: z})}, out, grads[0])
	if err != nil {
		return nil, nil, err
	}
	return v[0].Data, v[1].Data, nil
}

// formulas lists the functions with their slopes.
func (c slopes) formulas() (string, error) {
	var b strings.Builder
	for _, k := range c.claimed {
		g := graph.New(graph.Settings{})
		z := g.Input("Z", 1, 5)
		a := k.g.Apply(z)
		if a == z {
			fmt.Fprintf(&b, "%-11s A = Z,   dZ = 1\n", k.g)
			continue
		}
		a.Named("A")
		grads, err := graph.Grad(graph.Sum(a), z)
		if err != nil {
			return "", err
		}
		formulas, err := graph.Formulas(append([]*graph.Node{a}, grads...)...)
		if err != nil {
			return "", err
		}
		var parts []string
		for _, f := range formulas {
			parts = append(parts, f.Symbol+" = "+f.Text)
		}
		fmt.Fprintf(&b, "%-11s %s\n", k.g, strings.Join(parts, ",   "))
	}
	return b.String(), nil
}

// values lists values and slopes at some z.
func (c slopes) values(r *Report, at []float64) error {
	t := Table{Header: []string{""}}
	for _, z := range at {
		t.Header = append(t.Header, sentence("a at z = %v", z), sentence("slope at %v", z))
	}
	for _, k := range c.claimed {
		a, slope, err := evaluate(k.g, at)
		if err != nil {
			return err
		}
		row := []string{k.g.String()}
		for i := range at {
			row = append(row, sentence("%.6g", a[i]), sentence("%.3g", slope[i]))
		}
		t.Rows = append(t.Rows, row)
	}
	r.Table(t)
	return nil
}

// spacedOut returns places from −8 to 8 without 0, where ReLU has a kink.
func spacedOut() []float64 {
	var z []float64
	for i := -400; i <= 400; i++ {
		if i != 0 {
			z = append(z, float64(i)/50)
		}
	}
	return z
}

// compare compares the slopes of the chain rule with the claimed ones and with
// central differences.
func (c slopes) compare(ctx context.Context, r *Report) error {
	z := spacedOut()
	t := Table{Header: []string{"activation", "slope by its value a", "largest slope", "chain rule − formula", "chain rule − difference"}}
	formula, difference, right := 0.0, 0.0, 0
	for _, k := range c.claimed {
		a, slope, err := evaluate(k.g, z)
		if err != nil {
			return err
		}
		claimed := make([]float64, len(z))
		for i := range z {
			claimed[i] = k.slope(z[i], a[i])
		}
		row, err := differences(ctx, k.g, z, slope)
		if err != nil {
			return err
		}
		worst, _ := row.Worst()
		byFormula := farthest(slope, claimed)
		formula, difference = max(formula, byFormula), max(difference, worst.Gap())
		right += row.Count(gradtest.Right)
		t.Rows = append(t.Rows, []string{k.g.String(), k.text, fmt.Sprintf("%.4g", slices.Max(slope)), gapText(byFormula), gapText(worst.Gap())})
	}
	r.Say("At 800 places from −8 to 8 the slopes of the chain rule are compared with the formulas of the claim and with central differences (g(z + h) − g(z − h))/2h, extrapolated to h = 0. " +
		"At z = 0 itself ReLU has a corner and no slope; programs take 0 there. It matters where gradients are checked: with b = 0 the example x = 0 of XOR has z = 0 exactly, and a difference across the corner then looks like a wrong gradient.")
	r.Table(t)
	judgeSlopes(r, formula, difference, right, len(c.claimed)*len(z))
	return nil
}

// judgeSlopes judges how far the slopes by the chain rule differ from formulas in
// a and from differences, and how many of all are what differences say.
func judgeSlopes(r *Report, formula, difference float64, right, all int) {
	const same = 1e-15
	r.Supports("the slope follows from the value", formula <= same, "Slopes by the chain rule and by the formulas in a differ by %s (up to %.0e is rounding).", atMost(formula), same)
	r.Check(right == all, "Of %d slopes by the chain rule %d are what differences say, as near as these are sure; they differ by at most %.1e.", all, right, difference)
}

// differences compares the slopes of g at places z with differences.
func differences(ctx context.Context, g layers.Activation, z, slope []float64) (gradtest.Row, error) {
	in := graph.New(graph.Settings{}).Input("Z", 1, len(z))
	feeds := graph.Feeds{in: asTensor(handgrad.Matrix{Rows: 1, Cols: len(z), Data: z})}
	report, err := gradtest.Judge(ctx, gradtest.Settings{}, graph.Sum(g.Apply(in)), feeds, gradtest.Claim{Of: in, Values: slope})
	if err != nil {
		return gradtest.Row{}, err
	}
	return report.Rows[0], nil
}

// flatness checks what is flat at ±10.
func flatness(r *Report) error {
	ends := map[layers.Activation][2]float64{}
	for _, g := range []layers.Activation{layers.Sigmoid, layers.Tanh, layers.ReLU} {
		_, slope, err := evaluate(g, []float64{-10, 10})
		if err != nil {
			return err
		}
		ends[g] = [2]float64(slope)
	}
	judgeFlatness(r, ends)
	return nil
}

// judgeFlatness judges the slopes at −10 and 10 by activation.
func judgeFlatness(r *Report, ends map[layers.Activation][2]float64) {
	const flat = 1e-4
	most := func(g layers.Activation) float64 { return slices.Max([]float64{ends[g][0], ends[g][1]}) }
	r.Supports("sigmoid and tanh are flat at ±10", most(layers.Sigmoid) < flat && most(layers.Tanh) < flat,
		"At z = ±10 the slope of the sigmoid is at most %.2g and that of tanh %.2g.", most(layers.Sigmoid), most(layers.Tanh))
	relu := ends[layers.ReLU]
	r.Supports("ReLU is not flat at 10", relu[1] >= flat, "At z = 10 the slope of ReLU is %v: a unit with a large z learns slowly but for ReLU.", relu[1])
	r.Refutes("ReLU is not flat at −10", relu[0] < flat, "At z = −10 the slope of ReLU is %v: left of 0 it is as flat as can be.", relu[0])
}

// stretched checks tanh(z) = 2σ(2z) − 1.
func stretched(r *Report) error {
	z := spacedOut()
	tanh, _, err := evaluate(layers.Tanh, z)
	if err != nil {
		return err
	}
	double := make([]float64, len(z))
	for i, v := range z {
		double[i] = 2 * v
	}
	sigmoid, _, err := evaluate(layers.Sigmoid, double)
	if err != nil {
		return err
	}
	for i, v := range sigmoid {
		sigmoid[i] = 2*v - 1
	}
	judgeStretched(r, farthest(tanh, sigmoid))
	return nil
}

// judgeStretched judges how far tanh(z) and 2σ(2z) − 1 are apart.
func judgeStretched(r *Report, worst float64) {
	const same = 5e-16
	r.Supports("tanh is the sigmoid stretched and moved down", worst <= same, "tanh(z) and 2σ(2z) − 1 differ by at most %.1e (up to %.0e is rounding): tanh is the sigmoid, twice as high and twice as steep in z, moved down to have 0 in its middle. Its slope at 0 is 1, the sigmoid's ¼.", worst, same)
}

// draw draws the functions and their slopes.
func (c slopes) draw(r *Report) error {
	var z []float64
	for i := range 241 {
		z = append(z, float64(i-120)/20)
	}
	functions := plotting.Chart{Title: "Activations", XLabel: "z", YLabel: "a = g(z)", YMin: -1.3, YMax: 2.5}
	derivatives := plotting.Chart{Title: "Their slopes", XLabel: "z", YLabel: "g′(z)", YMin: -0.05, YMax: 1.1}
	for _, k := range slices.Backward(c.claimed) { // dashes over the full line of identity, with which they share a part
		a, slope, err := evaluate(k.g, z)
		if err != nil {
			return err
		}
		functions.Lines = append(functions.Lines, plotting.Line{Name: k.g.String(), X: z, Y: a})
		if k.g == layers.ReLU || k.g == layers.LeakyReLU {
			slope = slices.Clone(slope)
			slope[120] = math.NaN() // the corner: a jump, not a slanted line
		}
		derivatives.Lines = append(derivatives.Lines, plotting.Line{Name: k.g.String(), X: z, Y: slope})
	}
	r.Draw("functions", "Sigmoid and tanh end in plateaus at both ends, ReLU has one on the left, leaky ReLU and identity have none.", functions)
	r.Draw("slopes", "A plateau is where the slope is near 0. The sigmoid is never steeper than ¼, tanh reaches 1 in the middle.", derivatives)
	return nil
}

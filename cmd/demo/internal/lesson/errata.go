package lesson

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"chainrule/graph"
	"chainrule/internal/handgrad"
	"chainrule/internal/plotting"
	"chainrule/internal/toy"
	"chainrule/internal/words"
	"chainrule/optim/dataset"
)

func errata() Lesson {
	return Lesson{
		Name:  "errata",
		Title: "Slips in notes",
		Claim: fourSlips(3, 4),
		Settings: []Setting{
			{Name: "inputs", Help: "inputs of the layer whose W is (units, inputs)", Default: 3, Least: 1, Most: 1000},
			{Name: "units", Help: "units of that layer", Default: 4, Least: 1, Most: 1000},
			{Name: "z", Help: "a positive z, said to flatten the sigmoid", Default: 1.0, Least: 1e-6, Most: 700},
			{Name: "large", Help: "a large positive z, which does", Default: 10.0, Least: 1e-6, Most: 700},
			{Name: "steps", Help: "steps of the network on the flower", Default: 2000, Least: 0, Most: 100000},
			{Name: "target", Help: "the largest target of the regression; 1 or less fits a sigmoid", Default: 3.0, Least: 0, Most: 1000},
		},
		Reworded: func(s Values) string { return fourSlips(s.Int("inputs"), s.Int("units")) },
		Run:      errataRun{hiddenAndSum}.run,
		opens:    openErrata,
	}
}

// openErrata is what the page opens.
func openErrata(s Values) opening {
	return opening{section: layersSection, screen: Train, data: flowerData(), run: fourUnits(2, 1.2), steps: s.Int("steps"),
		numbers: []string{costNumber, accuracyNumber}}
}

// fourSlips is the claim for a layer of so many inputs and units.
func fourSlips(inputs, units int) string {
	return fmt.Sprintf("Four sentences that stand in notes are slips: W[1] is (%d,%d) for %s and %s; layer 2 averages the hidden units; a positive z flattens the sigmoid; the output of a linear regression goes through a sigmoid.",
		inputs, units, words.Count(inputs, "input"), words.Count(units, "unit"))
}

// errataRun shows that sentences are slips. Layer 2 is what layer2 returns, A1 and
// Z2 of a trained network.
type errataRun struct {
	layer2 func(l *learner, data *dataset.Set) (a1, z2 []float64, err error)
}

func (e errataRun) run(ctx context.Context, s Values, r *Report) error {
	r.Say("The claim of this lesson is that the sentences are wrong, and every part tries one.")
	wrongWeights(r, s.Int("inputs"), s.Int("units"))
	if err := e.notAnAverage(ctx, r, s.Int("steps")); err != nil {
		return err
	}
	if err := notFlat(r, s.Float("z"), s.Float("large")); err != nil {
		return err
	}
	return linearOutput(ctx, r, s.Float("target"))
}

// wrongWeights multiplies an input by W as the slip has it and as it is.
func wrongWeights(r *Report, inputs, units int) {
	says := func(rows, cols int) string {
		g := graph.New(graph.Settings{})
		w := param(g, "W1", handgrad.Matrix{Rows: rows, Cols: cols, Data: make([]float64, rows*cols)})
		z := graph.MatMul(w, g.Input("x", inputs, 1))
		if err := g.Err(); err != nil {
			return mistake(err)
		}
		return "W1·x is " + words.Shape(z.Shape()...)
	}
	slip, right := says(inputs, units), says(units, inputs)
	r.Say("1. \"W[1] is (%d,%d).\" W[1] multiplies x from the left, so it has a column for each of the %s, and a row for each of the %s.",
		inputs, units, words.Count(inputs, "input"), words.Count(units, "unit"))
	r.Table(Table{Header: []string{"W1", "what the program says"}, Rows: [][]string{{words.Shape(inputs, units), slip}, {words.Shape(units, inputs), right}}})
	r.Weigh("the sentence on W[1] is a slip", bearing(!strings.HasPrefix(slip, "W1·x is")), !strings.HasPrefix(slip, "W1·x is") && right == "W1·x is "+words.Shape(units, 1),
		"W[1] of %s does not fit; with %s, Z1 is %s.", words.Shape(inputs, units), words.Shape(units, inputs), words.Shape(units, 1))
}

// notAnAverage trains on the flower and compares z[2] with averages of a[1].
func (e errataRun) notAnAverage(ctx context.Context, r *Report, steps int) error {
	data, err := toy.New("flower", toy.Settings{})
	if err != nil {
		return err
	}
	l, err := network{hidden: []int{4}, seed: 2, rate: 1.2}.learner(data)
	if err != nil {
		return err
	}
	defer l.close()
	if _, err := l.train(ctx, steps, nil); err != nil {
		return err
	}
	a1, z2, err := e.layer2(l, data)
	if err != nil {
		return err
	}
	outside, m := 0, len(z2)
	for j := range m {
		unit := []float64{a1[j], a1[m+j], a1[2*m+j], a1[3*m+j]}
		if z2[j] < slices.Min(unit) || z2[j] > slices.Max(unit) {
			outside++
		}
	}
	w := l.W[1].Value().Float64s()
	sum, negative := 0.0, 0
	for _, v := range w {
		sum += v
		if v < 0 {
			negative++
		}
	}
	r.Say("2. \"Layer 2 averages the hidden units.\" It weighs them, z[2] = W[2]·a[1] + b[2], and weights are no shares: they need not be positive nor add up to 1. "+
		"After %d steps on the flower W[2] is", steps)
	r.Show(fmt.Sprintf("W2 = (%s), its sum %s, b2 = %s\n", signedList(w), sentence("%.2f", sum), sentence("%.2f", l.B[1].Value().Float64s()[0])))
	r.Supports("the sentence on averages is a slip", 2*outside > m && (negative > 0 || math.Abs(sum-1) > 0.1),
		"An average lies between the least and the greatest of what it averages. z[2] does not for %d of %d points, %d of the 4 weights are negative, and they add up to %s.",
		outside, m, negative, sentence("%.2f", sum))
	return nil
}

// signedList writes numbers with two digits.
func signedList(values []float64) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = sentence("%.2f", v)
	}
	return strings.Join(words, ", ")
}

// hiddenAndSum returns A1 and Z2 of a network on its data.
func hiddenAndSum(l *learner, data *dataset.Set) (a1, z2 []float64, err error) {
	g := graph.New(graph.Settings{})
	x := g.Input("X", len(data.Features), data.Len())
	n := l.Forward(x)
	v, err := computed(graph.Feeds{x: l.batch["X"]}, n.A[0], n.Z[1])
	if err != nil {
		return nil, nil, err
	}
	return v[0].Data, v[1].Data, nil
}

// notFlat compares slopes of the sigmoid.
func notFlat(r *Report, z, large float64) error {
	at := []float64{0, z, large}
	known := knownActivations()[0]
	a, slope, err := evaluate(known.g, at)
	if err != nil {
		return err
	}
	share := func(i int) float64 { return slope[i] / slope[0] }
	t := Table{Header: []string{"z", "σ(z)", "slope", "of the slope at 0"}}
	for i, v := range at {
		t.Rows = append(t.Rows, []string{plain(v), fmt.Sprintf("%.6f", a[i]), fmt.Sprintf("%.3g", slope[i]), fmt.Sprintf("%.3g %%", 100*share(i))})
	}
	r.Say("3. \"If z is positive, the slope of the sigmoid is nearly 0.\" It has to be large.")
	r.Table(t)
	if err := drawSlope(r, z, large); err != nil {
		return err
	}
	r.Weigh("the sentence on a positive z is a slip", bearing(share(1) > 0.1), share(1) > 0.1 && share(2) < 0.01, "At z = %v the sigmoid has %.3g %% of its largest slope, at z = %v it has %.3g %%: only the second is flat.",
		z, 100*share(1), large, 100*share(2))
	return nil
}

// drawSlope draws the slope of the sigmoid with two places on it.
func drawSlope(r *Report, z, large float64) error {
	var at []float64
	for i := range 201 {
		at = append(at, 1.2*large*float64(i-50)/150)
	}
	known := knownActivations()[0]
	_, slope, err := evaluate(known.g, at)
	if err != nil {
		return err
	}
	marked := []float64{z, large}
	_, there, err := evaluate(known.g, marked)
	if err != nil {
		return err
	}
	r.Draw("sigmoid-slope", "Right of 0 the slope falls slowly first. It is near 0 only where z is large.", plotting.Chart{
		Title: "The slope of the sigmoid", XLabel: "z", YLabel: "σ′(z)",
		Lines: []plotting.Line{{Name: "slope", X: at, Y: slope}, {Name: sentence("z = %v and z = %v", z, large), X: marked, Y: there, NoLine: true}},
	})
	return nil
}

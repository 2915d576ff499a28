package lesson

import (
	"fmt"
	"math"
	"strings"

	"chainrule/graph"
	"chainrule/graph/explain"
	"chainrule/internal/handgrad"
	"chainrule/internal/words"
	"chainrule/losses"
)

// An outputStep is the way back through a sigmoid output in two steps: dA of the
// output, then dZ as dA times the slope.
type outputStep struct {
	lines  []explain.Line // of dA2 and dZ2
	values [2]handgrad.Matrix
}

// newOutputStep derives the steps for outputs with the logits z and the labels y,
// one of each for every example.
func newOutputStep(z, y []float64) (*outputStep, error) {
	g := graph.New(graph.Settings{})
	in, label := g.Input("Z2", 1, len(z)), g.Input("Y", 1, len(y))
	d, err := explain.DeriveRaw(losses.BinaryCrossEntropy(graph.Sigmoid(in).Named("A2"), label).Named("J"), in)
	if err != nil {
		return nil, err
	}
	if len(d.Output) != 2 {
		return nil, fmt.Errorf("%d lines for the output, dA2 and dZ2 expected", len(d.Output))
	}
	feed := func(v []float64) handgrad.Matrix { return handgrad.Matrix{Rows: 1, Cols: len(v), Data: v} }
	if err := d.Evaluate(graph.Feeds{in: asTensor(feed(z)), label: asTensor(feed(y))}); err != nil {
		return nil, err
	}
	s := &outputStep{lines: d.Output}
	for i, l := range d.Output {
		s.values[i] = asMatrix(l.Value)
	}
	return s, nil
}

// text writes the lines one below the other.
func (s *outputStep) text() string {
	var b strings.Builder
	for _, l := range s.lines {
		fmt.Fprintf(&b, "%s = %s   %s\n", l.Symbol, l.Text, words.Shape(l.Node.Shape()...))
	}
	return b.String()
}

// throughOutput shows the step at the output that notes take first, and what it
// costs where an output is sure.
func throughOutput(r *Report) error {
	z := []float64{-2, -0.5, 0, 0.5, 2, 10, 30, 40}
	y := make([]float64, len(z)) // all of class 0: the last are sure and wrong
	s, err := newOutputStep(z, y)
	if err != nil {
		return err
	}
	r.Say("Where does A2 − Y come from? Notes take the derivative by A2 first, and then go through the sigmoid: dZ2 = dA2 ⊙ σ′(Z2). From the cost −(Y ⊙ log A2 + (1 − Y) ⊙ log(1 − A2)) the chain rule of this program makes, " +
		"each column the derivative of that example's own loss:")
	r.Show(s.text())
	r.Say("With a common denominator dA2 is (A2 − Y)/(A2 ⊙ (1 − A2)), and the slope cancels it. In numbers, for examples of class 0:")
	t := Table{Header: []string{"Z2", "dA2", "σ′(Z2)", "dA2·σ′(Z2)", "A2 − Y"}}
	moderate, lost := 0.0, 0
	for i := range z {
		a := logisticOf(z[i])
		da, dz, want := s.values[0].Data[i], s.values[1].Data[i], a-y[i]
		t.Rows = append(t.Rows, []string{plain(z[i]), infinite("%.4g", da), infinite("%.3g", a*(1-a)), infinite("%.6g", dz), sentence("%.6g", want)})
		if math.Abs(z[i]) <= 2 {
			moderate = max(moderate, math.Abs(dz-want))
		}
		if math.IsNaN(dz) {
			lost++
		}
	}
	r.Table(t)
	judgeOutputStep(r, moderate, lost)
	return nil
}

// judgeOutputStep judges how far the two steps are from A2 − Y where the output is
// not sure, and for how many examples they have no value.
func judgeOutputStep(r *Report, moderate float64, lost int) {
	r.Check(moderate < 1e-12, "Both steps give A2 − Y: for |Z2| ≤ 2 they differ by %s (up to 1e-12 is rounding).", atMost(moderate))
	r.Check(lost > 0, "Where A2 rounds to 1 and the label is 0, dA2 is infinite and the slope 0, and their product is no number: so for %s here. A2 − Y is right there too, "+
		"which is why the cost and its derivative are computed from Z2.", words.Count(lost, "example"))
}

// infinite is signed, with words for what is no finite number.
func infinite(format string, v float64) string {
	switch {
	case math.IsNaN(v):
		return "no number"
	case math.IsInf(v, 0):
		return "infinite"
	}
	return sentence(format, v)
}

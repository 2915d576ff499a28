package lesson

import (
	"fmt"
	"math"
	"strings"

	"chainrule/graph"
	"chainrule/internal/handgrad"
	"chainrule/internal/plotting"
)

// param adds a matrix as a parameter of the given name.
func param(g *graph.Graph, name string, m handgrad.Matrix) *graph.Node {
	return g.Use(graph.NewParam(name, asTensor(m)))
}

// weigh returns w·v + b and how that is written.
func weigh(w, v []float64, b float64) (sum float64, text string) {
	var terms []string
	for i := range w {
		sum += w[i] * v[i]
		terms = append(terms, fmt.Sprintf("%s·%s", inBrackets(w[i]), inBrackets(v[i])))
	}
	if len(terms) > 4 {
		terms = append(terms[:2], "…", terms[len(terms)-1])
	}
	return sum + b, strings.Join(terms, " + ") + plus(b)
}

// plus writes a number that is added.
func plus(v float64) string {
	if v < 0 {
		return " − " + number(-v)
	}
	return " + " + number(v)
}

// inBrackets writes a factor.
func inBrackets(v float64) string {
	if v < 0 {
		return "(" + number(v) + ")"
	}
	return number(v)
}

// number writes a number for reading, with at most four digits behind the point.
func number(v float64) string { return sentence("%v", math.Round(1e4*v)/1e4+0) } // + 0 makes 0 of −0

// bothWays returns a row with a value by hand and by the graph, and how far they
// differ.
func bothWays(name string, hand, graph float64) []string {
	return []string{name, sentence("%.10g", hand), sentence("%.10g", graph), gapText(math.Abs(hand - graph))}
}

// small writes an index in small digits.
func small(n int) string {
	return strings.Map(func(r rune) rune { return r - '0' + '₀' }, fmt.Sprint(n))
}

// logisticOf returns σ(z).
func logisticOf(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// crossEntropy returns the cost of one probability, for a label of 0 or 1.
func crossEntropy(a, y float64) float64 {
	if y == 1 {
		return -math.Log(a)
	}
	return -math.Log(1 - a)
}

// drawUnits draws what went into each unit and what came out.
func drawUnits(r *Report, z1, a1 []float64, z2, a2 float64) {
	b := plotting.Bars{Title: "What each unit sums up, z, and what it makes of it, a", YLabel: "value", Series: []string{"z", "a"}}
	for i := range z1 {
		b.Names = append(b.Names, "hidden"+small(i+1))
	}
	b.Names = append(b.Names, "output")
	b.Values = [][]float64{append(append([]float64(nil), z1...), z2), append(append([]float64(nil), a1...), a2)}
	r.Draw("units", "tanh keeps the sign of z and bends it into the range from −1 to 1; the sigmoid of the output turns it into a probability between 0 and 1.", b)
}

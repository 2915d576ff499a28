package graph_test

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/internal/formulatest"
	"chainrule/internal/handgrad"
)

// Derivatives are stated by the nodes that Grad applies.
func TestDerivativeTexts(t *testing.T) {
	want := strings.Split(strings.TrimSpace(`
negative′ = −1
square′ = 2·Z
sqrt′ = 1/(2·A)
exp′ = A
expm1′ = exp(Z)
log′ = 1/Z
log1p′ = 1/(Z + 1)
sin′ = cos(Z)
cos′ = −sin(Z)
atan′ = 1/(Z² + 1)
erf′ = 1.12838·exp(−Z²)
abs′ = 1 above 0, −1 below 0, else 0
sign′ = 0
reciprocal′ = −A²
pow′ = 1.5·Z^0.5
σ′ = A ⊙ (1 − A)
tanh′ = 1 − A²
softplus′ = σ(Z)
relu′ = 1 above 0, else 0
step′ = 0
leakyrelu′ = 1 above 0, else 0.01
leakystep′ = 0
elu′ = 1 above 0, else exp(Z)
silu′ = σ(Z) + A ⊙ (1 − σ(Z))
gelu′ = Φ(Z) + Z ⊙ (0.398942·exp(−Z²/2))
Φ′ = 0.398942·exp(−Z²/2)
clip′ = 1 from −1 to 2, else 0`), "\n")
	var got []string
	for _, op := range graph.Operations() {
		if op.Slope != nil {
			got = append(got, op.Derivative())
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// What SlopeWords say in words is what Slope computes, on both sides of every
// bound and on it.
func TestSlopeWords(t *testing.T) {
	count := 0
	for _, op := range graph.Operations() {
		if op.SlopeWords == "" {
			continue
		}
		count++
		points := []float64{-7.5, -0.3, 0.4, 8}
		for _, word := range strings.FieldsFunc(op.SlopeWords, func(r rune) bool { return r == ' ' || r == ',' }) {
			if bound, err := parseNumber(word); err == nil {
				points = append(points, bound, math.Nextafter(bound, -9), math.Nextafter(bound, 9))
			}
		}
		for i, got := range slopes(t, op, points) {
			want, err := inWords(op.SlopeWords, points[i])
			if err != nil {
				t.Fatalf("%s: %v", op.Name, err)
			}
			if math.Abs(got-want) > 1e-15 {
				t.Errorf("%s at %v: the slope is %v, and %q says %v", op.Name, points[i], got, op.SlopeWords, want)
			}
		}
	}
	if count < 5 {
		t.Errorf("%d operations with words, at least 5 expected", count)
	}
}

func parseNumber(s string) (float64, error) {
	return strconv.ParseFloat(strings.Replace(s, "−", "-", 1), 64)
}

// inWords evaluates "1 from −1 to 2, x above 3, else 0" at z.
func inWords(words string, z float64) (float64, error) {
	for _, piece := range strings.Split(words, ", ") {
		formula, holds := strings.CutPrefix(piece, "else ")
		if !holds {
			var condition string
			formula, condition, _ = strings.Cut(piece, " ")
			var err error
			if holds, err = holdsAt(condition, z); err != nil {
				return 0, err
			}
		}
		if holds {
			e := &formulatest.Evaluator{Values: map[string]handgrad.Matrix{"Z": formulatest.Scalar(z)}}
			m, err := e.Evaluate(formula, 1, 1)
			return m.Data[0], err
		}
	}
	return 0, fmt.Errorf("no case of %q holds at %v", words, z)
}

func holdsAt(condition string, z float64) (bool, error) {
	words := strings.Fields(condition)
	var bounds []float64
	for i := 1; i < len(words); i += 2 {
		b, err := parseNumber(words[i])
		if err != nil {
			return false, err
		}
		bounds = append(bounds, b)
	}
	switch {
	case len(bounds) == 1 && words[0] == "above":
		return z > bounds[0], nil
	case len(bounds) == 1 && words[0] == "below":
		return z < bounds[0], nil
	case len(bounds) == 2 && words[0] == "from" && words[2] == "to":
		return bounds[0] <= z && z <= bounds[1], nil
	}
	return false, fmt.Errorf("the condition %q is not known", condition)
}

// slopes returns the derivative of op at points.
func slopes(t *testing.T, op *graph.Op, points []float64) []float64 {
	t.Helper()
	g := graph.New(graph.Settings{})
	x := g.Input("x", len(points))
	d, err := graph.Grad(graph.Sum(op.Apply(x)), x)
	if err != nil {
		t.Fatal(err)
	}
	p, err := graph.Compile(graph.Spec{Outputs: d})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Run(graph.Feeds{x: graph.Tensor(points, len(points))}); err != nil {
		t.Fatal(err)
	}
	v, err := p.Value(d[0])
	if err != nil {
		t.Fatal(err)
	}
	return v.Data().([]float64)
}

// What flows back is written as by hand: a sign in front, a division by what the
// slope is the reciprocal of, and nothing for a slope of 1.
func TestSlopeForms(t *testing.T) {
	for want, slope := range map[string]func(x, y node) node{
		"V":                        func(x, _ node) node { return x.Graph().Const(1) },
		"−V":                       func(x, _ node) node { return x.Graph().Const(-1) },
		"V ⊙ exp(x)":               func(x, _ node) node { return graph.Exp(x) },
		"−V ⊙ exp(x)":              func(x, _ node) node { return graph.Neg(graph.Exp(x)) },
		"V / exp(x)":               func(x, _ node) node { return graph.Reciprocal(graph.Exp(x)) },
		"V / sin(x)":               func(x, _ node) node { return graph.Div(x.Graph().Const(1), graph.Sin(x)) },
		"−V / exp(x)":              func(x, _ node) node { return graph.Neg(graph.Reciprocal(graph.Exp(x))) },
		"3·V":                      func(x, _ node) node { return x.Graph().Const(3) },
		"V ⊙ F(x)":                 func(_, y node) node { return y },
		"V ⊙ (2 / x)":              func(x, _ node) node { return graph.Div(x.Graph().Const(2), x) },
		"0":                        func(_, _ node) node { return nil },
		"V ⊙ ((Σ exp(x)) / (Σ x))": func(x, _ node) node { return graph.Div(graph.Sum(graph.Exp(x)), graph.Sum(x)) },
	} {
		g := graph.New(graph.Settings{})
		x, v := g.Input("x", 3), g.Input("V", 3)
		op := &graph.Op{Name: "F", Unary: math.Exp, Slope: slope}
		y := op.Apply(x)
		d, err := graph.GradRaw(graph.Sum(graph.Mul(v, y)), y, x)
		if err != nil {
			t.Fatal(err)
		}
		// The gradient of y, 1 ⊙ V, is called t1.
		got := strings.ReplaceAll(textOf(t, d[1], d[0]), "t1", "V")
		if got != want && !(want == "V" && d[1] == d[0]) {
			t.Errorf("the gradient is %s, want %s", got, want)
		}
	}
}

// A slope may be a scalar, and else has the shape of the input.
func TestSlopeShapes(t *testing.T) {
	for _, c := range []struct {
		op   graph.Op
		want string
	}{
		{graph.Op{Name: "Mean", Unary: math.Exp, Slope: func(x, _ node) node { return graph.Mean(x) }}, ""},
		{graph.Op{Name: "Row", Unary: math.Exp, Slope: func(x, _ node) node { return graph.Reduce{KeepDims: true}.Sum(x, 0) }}, "the rule of Row, gradient for input 0: the slope has shape (1,5), that of the input, (3,5), expected"},
		{graph.Op{Name: "Turned", Unary: math.Exp, Slope: func(x, _ node) node { return graph.Transpose(x) }}, "(5,3)"},
		{graph.Op{Name: "Elsewhere", Unary: math.Exp, Slope: func(node, node) node { return graph.New(graph.Settings{}).Const(2) }}, "another graph"},
		{graph.Op{Name: "RowBack", Unary: math.Exp, Backward: func(x []node, _, dy node) []node { return []node{graph.Reduce{KeepDims: true}.Sum(dy, 0)} }}, "the rule of RowBack, gradient for input 0: it has shape (1,5), (3,5) expected"},
		{graph.Op{Name: "Both", Unary: math.Exp, Slope: func(x, _ node) node { return x }, Backward: func(x []node, _, dy node) []node { return x }}, "both a Slope and Backward"},
		{graph.Op{Name: "Two", Binary: math.Pow, Slope: func(x, _ node) node { return x }}, "not Unary"},
	} {
		g := graph.New(graph.Settings{})
		x := g.Input("x", 3, 5)
		in := []node{x, x}
		if c.op.Unary != nil {
			in = in[:1]
		}
		_, err := graph.Grad(graph.Sum(c.op.Apply(in...)), x)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), c.op.Name)) {
			t.Errorf("%s: error %v, want %q", c.op.Name, err, c.want)
		}
	}
}

// textOf returns the formula of n beside those of others, which have names of
// their own in it.
func textOf(t *testing.T, n node, others ...node) string {
	t.Helper()
	if c, ok := n.ConstValue(); ok {
		return fmt.Sprint(c)
	}
	lines, err := graph.Formulas(append(others, n)...)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		if l.Node == n {
			return l.Text
		}
	}
	return n.Symbol()
}

// A user's operation is written as a built-in one is.
func TestUsersNotation(t *testing.T) {
	g := graph.New(graph.Settings{})
	x, y := g.Input("x", 3), g.Input("y", 3)
	dist := &graph.Op{Name: "Hypot", Sign: "∘", Binary: math.Hypot}
	soft := &graph.Op{Name: "SoftSign", Text: "softsign", Unary: func(v float64) float64 { return v / (1 + math.Abs(v)) }}
	n := graph.Add(dist.Apply(graph.Add(x, y), soft.Apply(x)), y)
	if got, want := textOf(t, n), "(x + y) ∘ softsign(x) + y"; got != want {
		t.Errorf("written as %s, want %s", got, want)
	}
	bump := &graph.Op{Name: "Bump", Unary: math.Exp, Slope: func(z, a node) node { return graph.Mul(graph.Neg(z), a) }}
	if got, want := bump.Derivative(), "Bump′ = (−Z) ⊙ A"; got != want {
		t.Errorf("the derivative is %s, want %s", got, want)
	}
	scaled := &graph.Op{Name: "Scaled", Unary: math.Exp, Slope: func(z, _ node) node { return graph.Mul(z, x) }}
	foreign := &graph.Op{Name: "Foreign", Unary: math.Exp, Slope: func(node, node) node { return y }}
	if scaled.Derivative()+foreign.Derivative() != "" {
		t.Errorf("slopes that read other nodes are stated as %q and %q", scaled.Derivative(), foreign.Derivative())
	}
}

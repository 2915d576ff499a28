package netspec

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"chainrule/graph/explain"
	"chainrule/internal/handgrad"
	"chainrule/layers"
)

// A rareMistake is one of the less common ones, with what its cause says.
type rareMistake struct {
	kind, says string
	line       Line
	value      handgrad.Matrix
}

// rareMistakes are those that a network of three square layers can have.
func rareMistakes(s *Spec, r *Result) []rareMistake {
	m := float64(s.Examples())
	tanhOf := r.Z[1].Apply(func(z float64) float64 { return value(layers.Tanh, z) })
	dA := s.W[2].Transpose().Mul(r.DZ[2])
	return []rareMistake{
		{"missing bias", "this is W1·X without b1", Line{kindZ, 1}, s.W[0].Mul(s.X)},
		{Transposed, "this is W2ᵀ·A1 + b2, and Z2 is W2·A1 + b2", Line{kindZ, 2}, s.W[1].Transpose().Mul(r.A[0]).AddColumn(s.B[1])},
		{"missing activation", "this is W2·Z1 + b2, and Z2 is W2·A1 + b2", Line{kindZ, 2}, s.W[1].Mul(r.Z[0]).AddColumn(s.B[1])},
		{"missing activation", "this is Z2 itself, without sigmoid", Line{kindA, 2}, r.Z[1]},
		{"wrong activation", "this is tanh of Z2, and activations[2] is sigmoid", Line{kindA, 2}, tanhOf},
		{"sign", "the sign is wrong", Line{kindDZ, 3}, r.DZ[2].Scale(-1)},
		{"1/m twice", "once too often", Line{kindDW, 3}, r.DW[2].Scale(1 / m)},
		{"activation derivative of Z", "the derivative of sigmoid was written for A2 = g(Z2), and Z2 was put in", Line{kindDZ, 2},
			throughActivation(layers.Sigmoid, dA, r.Z[1], r.Z[1])},
		{"wrong activation derivative", "this has the derivative of tanh, and activations[2] is sigmoid", Line{kindDZ, 2},
			throughActivation(layers.Tanh, dA, r.Z[1], r.A[1])},
		{Transposed, "this has W3·dZ3, and dZ2 has W3ᵀ·dZ3", Line{kindDZ, 2},
			throughActivation(layers.Sigmoid, s.W[2].Mul(r.DZ[2]), r.Z[1], r.A[1])},
		{"missing activation", "this is dZ2·Z1ᵀ, and dW2 is dZ2·A1ᵀ", Line{kindDW, 2}, r.DZ[1].Mul(r.Z[0].Transpose())},
		{Transposed, "this is dZ2·A1, and dW2 is dZ2·A1ᵀ", Line{kindDW, 2}, r.DZ[1].Mul(r.A[0])},
		{Transposed, "this is X·dZ1ᵀ, and dW1 is dZ1·Xᵀ", Line{kindDW, 1}, r.DW[0].Transpose()},
		{"missing sum", "this is dZ1 itself, and db1 is its sum over the examples", Line{kindDB, 1}, r.DZ[0]},
		{WrongAxis, "this is the sum over units and examples, and db1", Line{kindDB, 1}, spread(sumAll(r.DZ[0]), 4)},
	}
}

// The less common mistakes are named as well.
func TestRareMistakes(t *testing.T) {
	for _, loss := range []Loss{CrossEntropy, SquaredError} {
		s := plan(t, 8, loss, 4, []int{4, 4, 4, 4}, "tanh", "sigmoid", "sigmoid")
		r := compute(t, s)
		for _, rare := range rareMistakes(s, r) {
			g := givenOf(r)
			g[rare.line] = arrayOf(rare.value)
			c := Compare(s, r, g, 1e-6, explain.MeanCost)
			checkMistake(t, string(loss)+", "+rare.says, c, mistake{name: rare.kind, line: rare.line})
			if len(c.Wrong) > 0 && strings.Count(strings.Join(strings.Fields(fmt.Sprint(c.Wrong[0].Causes)), " "), rare.says) != 1 {
				t.Errorf("%s: %v", rare.says, c.Wrong[0].Causes)
			}
		}
	}
}

// Where db has no 1/m there is one way to leave the sum out.
func TestMissingSumIsNamedOnce(t *testing.T) {
	s := plan(t, 8, CrossEntropy, 5, []int{2, 4, 1}, "tanh", "sigmoid")
	r := compute(t, s)
	g := givenOf(r)
	g.put(kindDB, 1, r.DZ[0])
	c := Compare(s, r, g, 1e-6, explain.MeanCost)
	if len(c.Wrong) != 1 || len(c.Wrong[0].Causes) != 1 || strings.Contains(c.Wrong[0].Causes[0].Text, "  ") {
		t.Errorf("%+v", c.Wrong)
	}
}

// At the output and in the cost, the mistakes depend on the loss.
func TestOutputMistakes(t *testing.T) {
	cross := plan(t, 8, CrossEntropy, 5, []int{2, 4, 3}, "tanh", "sigmoid")
	squared := plan(t, 8, SquaredError, 5, []int{2, 4, 3}, "tanh", "sigmoid")
	for _, c := range []struct {
		s     *Spec
		kind  string
		line  Line
		value func(s *Spec, r *Result) handgrad.Matrix
	}{
		{cross, "activation derivative twice", Line{kindDZ, 2}, func(_ *Spec, r *Result) handgrad.Matrix {
			return throughActivation(layers.Sigmoid, r.DZ[1], r.Z[1], r.A[1])
		}},
		{cross, MissingSlope, Line{kindDZ, 2}, func(s *Spec, r *Result) handgrad.Matrix { return outputGradient(s, r, r.A[1]) }},
		{squared, MissingSlope, Line{kindDZ, 2}, func(s *Spec, r *Result) handgrad.Matrix { return outputGradient(s, r, r.A[1]) }},
		{squared, "factor ½", Line{kindDZ, 2}, func(_ *Spec, r *Result) handgrad.Matrix { return r.DZ[1].Scale(0.5) }},
		{squared, "factor ½", Line{kindCost, 0}, func(_ *Spec, r *Result) handgrad.Matrix { return number(r.Cost / 2) }},
		{squared, "mean over the outputs", Line{kindCost, 0}, func(_ *Spec, r *Result) handgrad.Matrix { return number(r.Cost / 3) }},
		{cross, "sign", Line{kindCost, 0}, func(_ *Spec, r *Result) handgrad.Matrix { return number(-r.Cost) }},
	} {
		r := compute(t, c.s)
		g := givenOf(r)
		g[c.line] = arrayOf(c.value(c.s, r))
		if c.line.Kind == kindCost {
			g[c.line] = Array{Data: g[c.line].Data}
		}
		checkMistake(t, c.kind, Compare(c.s, r, g, 1e-6, explain.MeanCost), mistake{name: c.kind, line: c.line})
	}
}

// An update that came too early is not seen where there was none.
func TestNoUpdate(t *testing.T) {
	s := plan(t, 1, CrossEntropy, 5, []int{2, 4, 1})
	r := compute(t, s)
	check := func(what string, s *Spec, r *Result, dZ handgrad.Matrix) {
		g := givenOf(r)
		g.put(kindDZ, 1, dZ)
		c := Compare(s, r, g, 1e-6, explain.MeanCost)
		if len(c.Wrong) != 1 || slices.Contains(kinds(c.Wrong[0].Causes), UpdatedTooEarly) {
			t.Errorf("%s: %+v", what, c.Wrong)
		}
	}
	up := s.W[1].Sub(r.DW[1].Scale(-0.1))
	check("ascent", s, r, throughActivation(layers.Tanh, up.Transpose().Mul(r.DZ[1]), r.Z[0], r.A[0]))
	for i := range r.DZ[0].Data { // errors hardly above the tolerance
		dZ := r.DZ[0].Scale(1)
		dZ.Data[i] += 1.2e-6 * norm(dZ.Data)
		check(fmt.Sprint("entry ", i), s, r, dZ)
	}
	s = plan(t, 1, CrossEntropy, 1, []int{2, 2, 2})
	r = compute(t, s)
	for i := range 4 { // that a fit brings below it
		dZ := r.DZ[0].Scale(1)
		dZ.Data[i%2] += float64(i/2*2-1) * 1.02e-6 * norm(dZ.Data)
		check(fmt.Sprint("two entries, ", i), s, r, dZ)
	}
	s = plan(t, 1, CrossEntropy, 5, []int{2, 1, 1}) // where an update of W2 multiplies dZ1
	r = compute(t, s)
	check("one unit", s, r, r.DZ[0].Scale(0.375))
}

// Rounding excuses nothing that is not rounding.
func TestRoundingIsSmall(t *testing.T) {
	for i, s := range specsForMistakes(t) {
		r := compute(t, s)
		for l, rounding := range roundingOf(s, r) {
			if size := norm(r.value(l).Data); rounding > 1e-12*size {
				t.Errorf("network %d: %v has entries of %v, and rounding of %v", i, l, size, rounding)
			}
		}
	}
}

func TestNeeds(t *testing.T) {
	for text, want := range map[[2]Line]bool{
		{{kindA, 1}, {kindZ, 1}}:     true,
		{{kindCost, 0}, {kindA, 2}}:  true,
		{{kindDZ, 2}, {kindCost, 0}}: false,
		{{kindDW, 2}, {kindDZ, 2}}:   true,
		{{kindDB, 2}, {kindDZ, 2}}:   true,
		{{kindDZ, 1}, {kindDZ, 2}}:   true,
		{{kindDW, 2}, {kindDZ, 1}}:   false,
		{{kindDB, 2}, {kindDW, 2}}:   false,
		{{kindDZ, 1}, {kindDB, 2}}:   false,
	} {
		if got := text[0].needs(text[1]); got != want {
			t.Errorf("%v needs %v: %v", text[0], text[1], got)
		}
	}
	if got := fmt.Sprint(lines(2)); got != "[Z1 A1 Z2 A2 cost dZ2 dW2 db2 dZ1 dW1 db1]" {
		t.Error(got)
	}
}

// A whose examples moved is told of A where Z is right, and of Z, whose mistake it
// may be, where Z is not given.
func TestShiftedActivation(t *testing.T) {
	for i, s := range specsForMistakes(t) {
		r := compute(t, s)
		for l := range s.Layers() {
			for _, by := range []int{1, -1} {
				g := givenOf(r)
				g.put(kindA, l+1, rolled(r.A[l], by))
				what := fmt.Sprintf("network %d, layer %d, by %d", i, l+1, by)
				c := Compare(s, r, g, 1e-6, explain.MeanCost)
				checkMistake(t, what, c, mistake{name: "examples shifted", line: Line{kindA, l + 1}})
				if got := c.Wrong[0].Causes; len(got) != 1 || got[0].Line != (Line{kindA, l + 1}) {
					t.Errorf("%s: %+v", what, got)
				}
				delete(g, Line{kindZ, l + 1})
				c = Compare(s, r, g, 1e-6, explain.MeanCost)
				if got := c.Wrong[0].Causes; len(got) != 1 || got[0].Line != (Line{kindZ, l + 1}) {
					t.Errorf("%s, without Z: %+v", what, got)
				}
			}
		}
	}
}

// Two lines that one mistake in a line that is not given makes wrong share it:
// neither is a consequence of the other.
func TestSharedMistake(t *testing.T) {
	for i, s := range specsForMistakes(t) {
		r := compute(t, s)
		g := givenOf(r)
		g.backward(s, r, s.W, 1, s.W[1].Transpose().Mul(r.DZ[1]))
		delete(g, Line{kindDZ, 1})
		c := Compare(s, r, g, 1e-6, explain.MeanCost)
		if len(c.Wrong) != 2 || c.Wrong[0].Shared || !c.Wrong[1].Shared || c.Wrong[1].Independent {
			t.Errorf("network %d: %+v", i, c.Wrong)
		}
	}
}

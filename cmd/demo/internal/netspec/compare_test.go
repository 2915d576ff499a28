package netspec

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"testing"

	"chainrule/graph/explain"
	"chainrule/internal/handgrad"
)

// A mistake is one that students make.
type mistake struct {
	name  string // of the cause
	line  Line   // the first that is wrong
	plant func(s *Spec, r *Result, g Given)
}

// commonMistakes are those of a two-layer network, in the order of the issue.
func commonMistakes() []mistake {
	return []mistake{
		{MissingMean, Line{kindDZ, 2}, func(s *Spec, r *Result, g Given) {
			g.backward(s, r, s.W, 2, r.DZ[1].Scale(float64(s.Examples())))
		}},
		{MissingMean, Line{kindDW, 1}, func(s *Spec, r *Result, g Given) {
			g.put(kindDW, 1, r.DW[0].Scale(float64(s.Examples())))
		}},
		{MissingMean, Line{kindDB, 2}, func(s *Spec, r *Result, g Given) {
			g.put(kindDB, 2, r.DB[1].Scale(float64(s.Examples())))
		}},
		{MissingMean, Line{kindCost, 0}, func(s *Spec, r *Result, g Given) {
			g[Line{kindCost, 0}] = Array{Data: []float64{r.Cost * float64(s.Examples())}}
		}},
		{Transposed, Line{kindDW, 1}, func(_ *Spec, r *Result, g Given) { g.put(kindDW, 1, r.DW[0].Transpose()) }},
		{Transposed, Line{kindDW, 2}, func(_ *Spec, r *Result, g Given) { g.put(kindDW, 2, r.DW[1].Transpose()) }},
		{Transposed, Line{kindZ, 1}, func(_ *Spec, r *Result, g Given) { g.put(kindZ, 1, r.Z[0].Transpose()) }},
		{Transposed, Line{kindDB, 1}, func(_ *Spec, r *Result, g Given) { g.put(kindDB, 1, r.DB[0].Transpose()) }},
		{MissingSlope, Line{kindDZ, 1}, func(s *Spec, r *Result, g Given) {
			g.backward(s, r, s.W, 1, s.W[1].Transpose().Mul(r.DZ[1]))
		}},
		{WrongAxis, Line{kindDB, 1}, func(s *Spec, r *Result, g Given) { g.put(kindDB, 1, r.DZ[0].SumRows().Scale(r.atParams(s))) }},
		{WrongAxis, Line{kindDB, 1}, func(s *Spec, r *Result, g Given) {
			g.put(kindDB, 1, r.DZ[0].SumRows().Scale(r.atParams(s)))
			g.flatten(kindDB, 1)
		}},
		{WrongAxis, Line{kindDB, 1}, func(s *Spec, r *Result, g Given) {
			g[Line{kindDB, 1}] = Array{Data: sumAll(r.DZ[0]).Scale(r.atParams(s)).Data}
		}},
		{RankOneBias, Line{kindDB, 1}, func(_ *Spec, _ *Result, g Given) { g.flatten(kindDB, 1) }},
		{RankOneBias, Line{kindDB, 2}, func(_ *Spec, _ *Result, g Given) { g.flatten(kindDB, 2) }},
		{UpdatedTooEarly, Line{kindDZ, 1}, func(s *Spec, r *Result, g Given) {
			w := []handgrad.Matrix{s.W[0], s.W[1].Sub(r.DW[1].Scale(0.1))}
			g.backward(s, r, w, 1, throughActivation(s.Activations[0], w[1].Transpose().Mul(r.DZ[1]), r.Z[0], r.A[0]))
		}},
	}
}

// specsForMistakes are networks in which no two mistakes give the same.
func specsForMistakes(t *testing.T) []*Spec {
	return []*Spec{
		plan(t, 1, CrossEntropy, 5, []int{2, 4, 1}, "tanh", "sigmoid"),
		plan(t, 2, CrossEntropy, 7, []int{3, 5, 4}, "sigmoid", "softmax"),
		plan(t, 3, SquaredError, 5, []int{2, 4, 2}, "tanh", "identity"),
		plan(t, 4, SquaredError, 6, []int{2, 3, 2}, "leaky-relu", "tanh"),
		plan(t, 5, CrossEntropy, 4, []int{4, 4, 4}, "tanh", "sigmoid"), // every matrix is square
		plan(t, 6, CrossEntropy, 9, []int{3, 6, 2}, "relu", "sigmoid"),
	}
}

// Each of the common mistakes is named, at the line where it is made.
func TestMistakes(t *testing.T) {
	for i, s := range specsForMistakes(t) {
		for _, convention := range []explain.Convention{explain.MeanCost, explain.Notes} {
			r := compute(t, s).in(convention, s)
			for j, mistake := range commonMistakes() {
				if convention == explain.Notes && mistake.name == MissingMean && mistake.line.Kind == kindDZ {
					continue // which is the other convention
				}
				g := givenOf(r)
				mistake.plant(s, r, g)
				what := fmt.Sprintf("network %d, mistake %d (%s), %s", i, j, mistake.name, convention)
				checkMistake(t, what, Compare(s, r, g, 1e-6, convention), mistake)
				if convention == explain.Notes {
					checkMistake(t, what+" recognised", Compare(s, r, g, 1e-6, ""), mistake)
				}
			}
		}
	}
}

// Somebody whose dZ are those of the notes, and whose dW and db lack 1/m, is told
// that: the lines dZ are right.
func TestMissingMeanInNotes(t *testing.T) {
	for i, s := range specsForMistakes(t) {
		r := compute(t, s)
		g := givenOf(r)
		g.backward(s, r, s.W, 2, r.DZ[1].Scale(float64(s.Examples())))
		c := Compare(s, r, g, 1e-6, "")
		checkMistake(t, fmt.Sprint("network ", i), c, mistake{name: MissingMean, line: Line{kindDW, 2}})
		if c.Convention != explain.Notes || len(c.Wrong) != 4 {
			t.Errorf("network %d: %v, %+v", i, c.Convention, c.Wrong)
		}
	}
}

func checkMistake(t *testing.T, what string, c Comparison, want mistake) {
	t.Helper()
	if len(c.Wrong) == 0 {
		t.Errorf("%s: nothing is wrong", what)
		return
	}
	first := c.Wrong[0]
	if first.Line != want.line {
		t.Errorf("%s: %v is the first wrong line, %v expected", what, first.Line, want.line)
	}
	if names := kinds(first.Causes); len(names) == 0 || names[0] != want.name {
		t.Errorf("%s: causes %q", what, first.Causes)
	}
}

// They are named too if only dW and db were given, or dW1 alone.
func TestMistakesInSubsets(t *testing.T) {
	early := func(fields ...Line) {
		for i, s := range specsForMistakes(t) {
			r := compute(t, s)
			for j, mistake := range commonMistakes() {
				if mistake.line.Kind != kindDZ {
					continue
				}
				g := givenOf(r)
				mistake.plant(s, r, g)
				for l := range g {
					if !slices.Contains(fields, l) {
						delete(g, l)
					}
				}
				c := Compare(s, r, g, 1e-6, explain.MeanCost)
				if len(c.Wrong) == 0 || !slices.Contains(kinds(c.Wrong[0].Causes), mistake.name) {
					t.Errorf("network %d, mistake %d (%s), %v given: %+v", i, j, mistake.name, fields, c)
				}
			}
		}
	}
	early(Line{kindDW, 2}, Line{kindDB, 2}, Line{kindDW, 1}, Line{kindDB, 1})
	early(Line{kindDW, 1})
	early(Line{kindDB, 1}) // of which dZ1 alone is summed
}

// Of two mistakes the first in the order of computation is named, and what
// cannot come from it is called a mistake of its own.
func TestTwoMistakes(t *testing.T) {
	all := commonMistakes()
	for i, s := range specsForMistakes(t) {
		r := compute(t, s)
		order := lines(s.Layers())
		for _, a := range all {
			for _, b := range all {
				before, after := slices.Index(order, a.line), slices.Index(order, b.line)
				if before >= after {
					continue
				}
				g := givenOf(r)
				a.plant(s, r, g)
				b.plant(s, r, g)
				what := fmt.Sprintf("network %d, %s at %v and %s at %v", i, a.name, a.line, b.name, b.line)
				c := Compare(s, r, g, 1e-6, explain.MeanCost)
				checkMistake(t, what, c, a)
				for _, m := range c.Wrong[min(1, len(c.Wrong)):] {
					if m.Independent == m.Line.needs(a.line) {
						t.Errorf("%s: %v independent: %v", what, m.Line, m.Independent)
					}
				}
			}
		}
	}
}

// Right results are right, also if they were printed with seven digits, and if
// another program rounds otherwise.
func TestNoMistakes(t *testing.T) {
	for seed := range uint64(100) {
		s := randomSpec(t, seed)
		r := compute(t, s)
		want := reference(t, s)
		g := givenOf(&want)
		for _, a := range g {
			for i, v := range a.Data {
				a.Data[i], _ = strconv.ParseFloat(strconv.FormatFloat(v, 'g', 7, 64), 64)
			}
		}
		if c := Compare(s, r, g, 1e-6, explain.MeanCost); len(c.Wrong) > 0 || len(c.Right) != len(g) {
			t.Errorf("seed %d, %v %v %v: %+v", seed, s.Sizes, s.Activations, s.Loss, c.Wrong[0])
		}
	}
}

// Numbers that are not finite, and a mistake nobody knows.
func TestUnknownMistakes(t *testing.T) {
	s := plan(t, 1, CrossEntropy, 5, []int{2, 4, 1})
	r := compute(t, s)
	for _, v := range []float64{math.NaN(), math.Inf(1), 1e9, 0} {
		g := givenOf(r)
		g[Line{kindDW, 1}].Data[3] = v
		c := Compare(s, r, g, 1e-6, explain.MeanCost)
		if len(c.Wrong) != 1 || len(c.Wrong[0].Causes) != 0 {
			t.Fatalf("%v: %+v", v, c)
		}
		m := c.Wrong[0]
		if m.Row != 2 || m.Col != 2 || m.Value != r.DW[0].Data[3] || (m.Given != v && !math.IsNaN(v)) {
			t.Errorf("%v: %+v", v, m)
		}
		if want := math.Abs(v-m.Value) / norm(r.DW[0].Data); m.Error != want && !math.IsInf(m.Error, 1) {
			t.Errorf("%v: error %v, %v expected", v, m.Error, want)
		}
	}
	g := givenOf(r)
	g.put(kindDW, 1, r.DW[0].Scale(0.375))
	c := Compare(s, r, g, 1e-6, explain.MeanCost)
	if got := c.Wrong[0].Causes; len(got) != 1 || got[0].Text != "every entry is 0.375 times the right one" {
		t.Errorf("causes %+v", got)
	}
}

// A bias that is a list is added along the wrong axis where the shapes allow it.
func TestRankOneBiasForward(t *testing.T) {
	s := plan(t, 1, CrossEntropy, 4, []int{2, 4, 1})
	r := compute(t, s)
	g := givenOf(r)
	g.put(kindZ, 1, addRow(s.W[0].Mul(s.X), s.B[0]))
	checkMistake(t, "b1 as a row", Compare(s, r, g, 1e-6, explain.MeanCost), mistake{name: RankOneBias, line: Line{kindZ, 1}})
}

// A cost in brackets is right but for its shape, and a mistake that changes
// nothing in a network is none of its causes.
func TestShapesOnly(t *testing.T) {
	s := plan(t, 1, SquaredError, 5, []int{2, 3, 1}, "identity", "identity")
	r := compute(t, s)
	g := givenOf(r)
	g.put(kindCost, 0, number(r.Cost))
	g.flatten(kindDW, 2)
	g.flatten(kindDB, 1)
	for _, want := range []mistake{{name: "too many axes", line: Line{kindCost, 0}},
		{name: "an axis is missing", line: Line{kindDW, 2}}, {name: RankOneBias, line: Line{kindDB, 1}}} {
		c := Compare(s, r, g, 1e-6, explain.MeanCost)
		checkMistake(t, "shape", c, want)
		if causes := c.Wrong[0].Causes; len(causes) != 1 {
			t.Errorf("causes %+v", causes)
		}
		delete(g, want.line)
	}
}

// The rate of an update that came too early is found.
func TestUpdateRate(t *testing.T) {
	s := plan(t, 1, CrossEntropy, 5, []int{2, 4, 3, 1})
	r := compute(t, s)
	for _, rate := range []float64{1.2, 0.1, 0.001} {
		g := givenOf(r)
		w := s.W[1].Sub(r.DW[1].Scale(rate))
		g.put(kindDZ, 1, throughActivation(s.Activations[0], w.Transpose().Mul(r.DZ[1]), r.Z[0], r.A[0]))
		c := Compare(s, r, g, 1e-6, explain.MeanCost)
		want := fmt.Sprintf("W2 was updated, with a learning rate of %v, before dZ1 was computed from it; all gradients come first, then all updates", rate)
		if len(c.Wrong) != 1 || len(c.Wrong[0].Causes) != 1 || c.Wrong[0].Causes[0].Text != want {
			t.Errorf("rate %v: %+v", rate, c.Wrong)
		}
	}
}

package netspec

import (
	"math"
	"slices"

	"chainrule/graph/explain"
	"chainrule/internal/handgrad"
)

// The conventions of dZ are those of explain. All other lines are the same in both.
// "" stands for one that nobody told.

// in returns the result with dZ in a convention.
func (r *Result) in(c explain.Convention, s *Spec) *Result {
	if r.Convention == c {
		return r
	}
	factor := float64(s.Examples())
	if c == explain.MeanCost {
		factor = 1 / factor
	}
	out := *r
	out.Convention, out.DZ = c, nil
	for _, dZ := range r.DZ {
		out.DZ = append(out.DZ, dZ.Scale(factor))
	}
	return &out
}

// atOutput returns the factor of the convention with which dZ of the last layer
// begins, and atParams that of dW and db: one of them is 1/m.
func (r *Result) atOutput(s *Spec) float64 {
	if r.Convention == explain.Notes {
		return 1
	}
	return 1 / float64(s.Examples())
}

func (r *Result) atParams(s *Spec) float64 {
	if r.Convention == explain.Notes {
		return 1 / float64(s.Examples())
	}
	return 1
}

// recognise returns the convention of the given lines, and whether anything tells
// it: without dZ, or with a single example, there is none.
func recognise(s *Spec, r *Result, given Given, tolerance float64) (explain.Convention, bool) {
	dZ := slices.DeleteFunc(lines(s.Layers()), func(l Line) bool {
		_, there := given[l]
		return l.Kind != kindDZ || !there
	})
	if s.Examples() == 1 || len(dZ) == 0 {
		return explain.Notes, false
	}
	both := [2]*Result{r.in(explain.Notes, s), r.in(explain.MeanCost, s)}
	tell := func(fits func(r *Result) bool) (explain.Convention, bool) {
		notes, mean := fits(both[0]), fits(both[1])
		if mean && !notes {
			return explain.MeanCost, true
		}
		return explain.Notes, notes && !mean
	}
	var rounding [2]map[Line]float64
	for i, r := range both {
		rounding[i] = roundingOf(s, r)
	}
	for _, l := range dZ { // a line that is right
		c, ok := tell(func(r *Result) bool {
			y := yardstick{tolerance, rounding[slices.Index(both[:], r)][l]}
			_, wrong := y.compare(l, given[l], r.value(l))
			return !wrong
		})
		if ok {
			return c, true
		}
	}
	for _, l := range dZ { // what dW and db were made of it
		if c, ok := tell(func(r *Result) bool { return given.follows(s, r, l.Layer, tolerance) }); ok {
			return c, true
		}
	}
	c, ok := tell(func(r *Result) bool { // a slip that is known
		return slices.ContainsFunc(judge(s, r, given, tolerance).Wrong, func(m Mismatch) bool {
			return m.Line.Kind == kindDZ && len(m.Causes) > 0
		})
	})
	if ok {
		return c, true
	}
	// Nothing but the size is left.
	size := norm(given[dZ[0]].Data) / norm(both[1].value(dZ[0]).Data)
	if size < math.Sqrt(float64(s.Examples())) {
		return explain.MeanCost, true
	}
	return explain.Notes, true
}

// follows reports whether dW or db of a layer was computed from the dZ that is
// given with it as the convention of r says, right or not.
func (g Given) follows(s *Spec, r *Result, layer int, tolerance float64) bool {
	dZ := g[Line{kindDZ, layer}]
	if !slices.Equal(dZ.Shape, []int{s.Sizes[layer], s.Examples()}) {
		return false
	}
	in := inputOf(s, r, layer-1)
	if a, ok := g[Line{kindA, layer - 1}]; ok && slices.Equal(a.Shape, []int{in.Rows, in.Cols}) {
		in = a.matrix()
	}
	agrees := func(kind string, from func(dZ handgrad.Matrix) handgrad.Matrix) bool {
		a, ok := g[Line{kind, layer}]
		v := from(dZ.matrix()).Scale(r.atParams(s))
		if !ok || len(a.Data) != len(v.Data) || norm(v.Data) == 0 {
			return false
		}
		gap, _ := difference(a.Data, v.Data)
		return gap <= tolerance*norm(v.Data)
	}
	return agrees(kindDB, handgrad.Matrix.SumColumns) ||
		agrees(kindDW, func(dZ handgrad.Matrix) handgrad.Matrix { return dZ.Mul(in.Transpose()) })
}

package netspec

import (
	"math"

	"chainrule/internal/handgrad"
)

// roundings is how many roundings of its largest terms a correct value may
// differ by from another correct one.
const roundings = 100

// roundingOf returns for every line how far correct computations of it may lie
// apart by rounding alone, where terms cancel or activations saturate: the same
// sums over the absolute values of their terms, times some roundings.
func roundingOf(s *Spec, r *Result) map[Line]float64 {
	const unit = 0x1p-53 * roundings
	out := map[Line]float64{}
	largest := func(l Line, terms handgrad.Matrix) { out[l] = unit * norm(terms.Data) }
	depth := len(r.Z)
	for l := range depth {
		z := absolute(s.W[l]).Mul(absolute(inputOf(s, r, l))).AddColumn(absolute(s.B[l]))
		largest(Line{kindZ, l + 1}, z)
		out[Line{kindA, l + 1}] = max(unit, out[Line{kindZ, l + 1}])
	}
	out[Line{kindCost, 0}] = unit * (1 + math.Abs(r.Cost))

	at := r.atOutput(s)
	terms := r.A[depth-1].Combine(s.Y, func(a, y float64) float64 { return 2 * (math.Abs(a) + math.Abs(y)) * at })
	for l := depth - 1; l >= 0; l-- {
		if l < depth-1 { // no slope of an activation is larger than 1
			terms = absolute(s.W[l+1]).Transpose().Mul(terms)
		}
		largest(Line{kindDZ, l + 1}, terms)
		largest(Line{kindDW, l + 1}, terms.Mul(absolute(inputOf(s, r, l)).Transpose()).Scale(r.atParams(s)))
		largest(Line{kindDB, l + 1}, terms.SumColumns().Scale(r.atParams(s)))
	}
	return out
}

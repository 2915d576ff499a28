package netspec

import (
	"fmt"
	"math"

	"chainrule/internal/handgrad"
)

// updated reports whether a line was computed from dZ of its layer with weights
// of the next layer that had been updated before: W − α·dW for a single α. The
// α is fitted by least squares; all entries must agree.
func (d *diagnosis) updated() (Cause, bool) {
	l := d.line.Layer - 1
	next := l + 1
	if next >= d.s.Layers() || d.line.Kind == kindCost {
		return Cause{}, false
	}
	dA := d.r.DW[next].Transpose().Mul(d.r.DZ[next])
	change := d.fromDZ(throughActivation(d.s.Activations[l], dA, d.r.Z[l], d.r.A[l]))
	right := d.r.value(d.line)
	if change == nil || !d.matchesShape(right) || parallel(*change, right) {
		return Cause{}, false
	}
	given := handgrad.Matrix{Rows: right.Rows, Cols: right.Cols, Data: d.array.Data}
	off := right.Sub(given)
	alpha := fit(off, *change)
	gap, _ := difference(off.Data, (*change).Scale(alpha).Data)
	if !(alpha > 0) || !d.near(gap, norm(right.Data)) || gap > 0.01*norm(off.Data) {
		return Cause{}, false
	}
	return Cause{UpdatedTooEarly, d.line, fmt.Sprintf("W%d was updated, with a learning rate of %.3g, before dZ%d was computed from it; all gradients come first, then all updates",
		next+1, alpha, l+1)}, true
}

// fromDZ returns what the line makes of dZ of its layer, nil if it isn't
// computed from it.
func (d *diagnosis) fromDZ(dZ handgrad.Matrix) *handgrad.Matrix {
	switch d.line.Kind {
	case kindDZ:
	case kindDW:
		dZ = dZ.Mul(inputOf(d.s, d.r, d.line.Layer-1).Transpose()).Scale(d.r.atParams(d.s))
	case kindDB:
		dZ = dZ.SumColumns().Scale(d.r.atParams(d.s))
	default:
		return nil
	}
	return &dZ
}

// matchesShape reports whether the line has the shape of a matrix.
func (d *diagnosis) matchesShape(a handgrad.Matrix) bool {
	return len(d.array.Shape) == 2 && d.array.Shape[0] == a.Rows && d.array.Shape[1] == a.Cols
}

// factor returns the cause of a line that is a multiple of the right one.
func (d *diagnosis) factor() (Cause, bool) {
	right := d.r.value(d.line)
	if len(d.array.Data) != len(right.Data) || len(right.Data) < 2 {
		return Cause{}, false
	}
	given := handgrad.Matrix{Rows: right.Rows, Cols: right.Cols, Data: d.array.Data}
	k := fit(given, right)
	gap, _ := difference(given.Data, right.Scale(k).Data)
	if k == 0 || !d.near(gap, math.Abs(k)*norm(right.Data)) {
		return Cause{}, false
	}
	return Cause{"a factor", d.line, fmt.Sprintf("every entry is %.6g times the right one", k)}, true
}

// fit returns the k for which k·b is nearest to a, 0 if there is none.
func fit(a, b handgrad.Matrix) float64 {
	size := norm(b.Data) // which keeps the squares in range
	if size == 0 || math.IsInf(size, 0) {
		return 0
	}
	var ab, bb float64
	for i, v := range b.Data {
		ab += a.Data[i] * (v / size)
		bb += (v / size) * (v / size)
	}
	k := ab / bb / size
	if math.IsNaN(k) || math.IsInf(k, 0) {
		return 0
	}
	return k
}

// parallel reports whether a is a multiple of b, to rounding.
func parallel(a, b handgrad.Matrix) bool {
	gap, _ := difference(a.Data, b.Scale(fit(a, b)).Data)
	return gap <= 1e-9*norm(a.Data)
}

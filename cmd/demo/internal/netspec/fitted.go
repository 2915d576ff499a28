package netspec

import (
	"fmt"
	"math"

	"chainrule/internal/handgrad"
)

// The slips with a number in them that has to be found: the strength of a penalty,
// which example was left out.

// penalty returns the cause of a dW, or of a cost, to which an L2 penalty was added.
func (d *diagnosis) penalty() (Cause, bool) {
	switch d.line.Kind {
	case kindDW:
		if k, ok := d.penaltyOf(d.line, d.array); ok {
			return Cause{"L2 penalty", d.line, fmt.Sprintf("%.6g·W%d was added, of a penalty that the cost of this network has not", k, d.line.Layer)}, true
		}
	case kindCost:
		for l := range d.s.W {
			line := Line{kindDW, l + 1}
			k, ok := d.penaltyOf(line, d.given[line])
			if !ok {
				continue
			}
			squares := 0.0
			for _, w := range d.s.W {
				for _, v := range w.Data {
					squares += v * v
				}
			}
			if d.matches(number(d.r.Cost + k/2*squares)) {
				return Cause{"L2 penalty", d.line, fmt.Sprintf("%.6g·Σ W² was added, a penalty that the cost of this network has not", k/2)}, true
			}
		}
	}
	return Cause{}, false
}

// penaltyOf returns the k > 0 for which a dW is the right one and k·W.
func (d *diagnosis) penaltyOf(line Line, a Array) (k float64, ok bool) {
	right, w := d.r.value(line), d.s.W[line.Layer-1]
	if len(a.Data) < 2 || len(a.Shape) != 2 || a.Shape[0] != w.Rows || a.Shape[1] != w.Cols || parallel(w, right) {
		return 0, false
	}
	added := a.matrix().Sub(right)
	k = fit(added, w)
	gap, _ := difference(added.Data, w.Scale(k).Data)
	near := d.near(gap, norm(right.Data)) && gap <= 0.01*norm(added.Data)
	return k, k > 0 && near && norm(added.Data) > d.tolerance*norm(right.Data)
}

// dropped returns the cause of a line from which one example is missing: as a
// column, or in a sum.
func (d *diagnosis) dropped() (Cause, bool) {
	m, l := d.s.Examples(), d.line.Layer-1
	if m == 1 {
		return Cause{}, false
	}
	for j := range m {
		missing := false
		switch d.line.Kind {
		case kindCost:
			if j == 0 || j == m-1 { // of a single number one of many would always be near
				losses := sumAll(column(d.s.losses(d.r.A[d.s.Layers()-1]).Scale(1/float64(m)), j))
				missing = d.without(losses)
			}
		case kindDW:
			in := inputOf(d.s, d.r, l)
			missing = d.withoutProduct(column(d.r.DZ[l], j), column(in, j))
		case kindDB:
			missing = d.without(column(d.r.DZ[l], j).Scale(d.r.atParams(d.s)))
		default:
			missing = d.withoutColumn(j)
		}
		if missing {
			return Cause{"example left out", d.line, fmt.Sprintf("example %d of %d is missing, and all else is right", j+1, m)}, true
		}
	}
	return Cause{}, false
}

// without reports whether the line is the right sum without a part, or the mean of
// all other examples.
func (d *diagnosis) without(part handgrad.Matrix) bool {
	m := float64(d.s.Examples())
	rest := d.r.value(d.line).Sub(part)
	if d.line.Kind != kindCost && len(rest.Data) < 2 {
		return false // a single number may be anything
	}
	return d.matches(rest) && !d.harmless(rest) || d.matches(rest.Scale(m/(m-1)))
}

// withoutProduct is without for the part dz·aᵀ of a dW, of which it looks at one
// entry first.
func (d *diagnosis) withoutProduct(dz, a handgrad.Matrix) bool {
	right, m, p := d.r.value(d.line), float64(d.s.Examples()), d.r.atParams(d.s)
	if len(d.array.Data) != len(right.Data) || len(right.Data) < 2 {
		return false
	}
	first := right.Data[0] - p*dz.Data[0]*a.Data[0]
	slack := 2 * max(d.tolerance*norm(right.Data)*m, d.rounding)
	near := func(v float64) bool { return math.Abs(d.array.Data[0]-v) <= slack }
	return (near(first) || near(first*m/(m-1))) && d.without(dz.Mul(a.Transpose()).Scale(p))
}

// withoutColumn reports whether the line is the right one without column j, or
// with zeros there.
func (d *diagnosis) withoutColumn(j int) bool {
	right := d.r.value(d.line)
	if len(d.array.Shape) != 2 || d.array.Shape[0] != right.Rows {
		return false
	}
	gap := max(d.tolerance*norm(right.Data), d.rounding)
	given := func(i, k int) float64 { return d.array.Data[i*d.array.Shape[1]+k] }
	for k := range right.Cols {
		for i := range right.Rows {
			want, at := right.Data[i*right.Cols+k], k
			switch d.array.Shape[1] {
			case right.Cols - 1:
				if k == j {
					continue
				}
				if k > j {
					at--
				}
			case right.Cols:
				if k == j {
					want = 0
				}
			default:
				return false
			}
			if !(math.Abs(given(i, at)-want) <= gap) {
				return false
			}
		}
	}
	return right.Rows*right.Cols > right.Rows // another column tells
}

package gradtest

import (
	"fmt"
	"math"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// A Verdict is what differences say about an entry of a gradient.
type Verdict int

// The verdicts.
const (
	Right     Verdict = iota // as near as the estimated error, which is small
	Wrong                    // several errors away
	Kink                     // there is no derivative, or differences cannot tell on which side of a kink
	Undecided                // differences do not tell, for a reason
)

// String returns "right", "wrong", "at a kink" or "undecided".
func (v Verdict) String() string {
	names := [...]string{"right", "wrong", "at a kink", "undecided"}
	if v < 0 || int(v) >= len(names) {
		return fmt.Sprintf("Verdict(%d)", int(v))
	}
	return names[v]
}

const (
	small     = 1e-5    // an error by the largest entry with which an entry can be right
	certain   = 1e-9    // with which no smaller steps are needed
	margin    = 4       // errors between what is wrong and what is right
	roundings = 0x1p-46 // of a right symbolic gradient, relative
	constants = 0x1p-20 // the same in a float32 graph, whose rules round their constants, by the largest entry
)

// decide fills in the row of x, which has the given values and whose gradient is
// symbolic; rounding says how far that may be off.
func (p *point) decide(row *Row, cost, x *graph.Node, values, symbolic []float64, rounding func() (float64, error), entries []int) error {
	v, err := newVariation(p, cost, x, values)
	if err != nil {
		return err
	}
	defer v.close()
	for _, g := range symbolic {
		row.Scale = max(row.Scale, finite(g))
	}
	d := decision{point: p, v: v, size: norm(values), largest: row.Scale}
	var found []estimate
	for _, e := range entries {
		est, err := d.first(e, symbolic[e])
		if err != nil {
			return err
		}
		if est.err <= small*math.Abs(est.slope) {
			row.Scale = max(row.Scale, math.Abs(est.slope))
		}
		found = append(found, est)
	}
	for i, e := range entries {
		entry := d.judge(symbolic[e], found[i], row.Scale)
		if entry.Verdict != Right && !d.measured {
			if d.rounding, err = rounding(); err != nil {
				return err
			}
			d.measured = true
			entry = d.judge(symbolic[e], found[i], row.Scale)
		}
		if entry.Verdict == Wrong || entry.Verdict == Undecided && found[i].steps > 2 {
			if entry, err = d.second(e, entry, row.Scale); err != nil {
				return err
			}
		}
		entry.Index = unravel(e, row.Shape)
		row.Entries = append(row.Entries, entry)
	}
	return nil
}

// A decision is about the entries of one node.
type decision struct {
	*point
	v       *variation
	size    float64 // of the node's largest entry
	largest float64 // of the symbolic gradient

	rounding float64 // how far that may be off, once measured
	measured bool
}

// first returns the derivative with respect to entry e. It is content with few
// steps only where they agree with the symbolic gradient.
func (d decision) first(e int, symbolic float64) (estimate, error) {
	if d.v.prog == nil {
		return estimate{steps: few, flat: true}, nil
	}
	return d.search(e, func(est estimate) bool {
		return est.err <= certain*d.largest && math.Abs(est.slope-symbolic) <= est.err && !est.flat
	}).estimate()
}

// second looks at an entry that seems not to be right with other steps and more
// noise. Wrong is only what both find wrong.
func (d decision) second(e int, first Entry, scale float64) (Entry, error) {
	if d.v.prog == nil {
		return first, nil
	}
	s := d.search(e, func(estimate) bool { return false })
	s.scale = rerun
	var err error
	if first.Verdict == Wrong {
		if s.noise, err = d.v.conditioning(); err != nil {
			return first, err
		}
	}
	est, err := s.estimate()
	if err != nil {
		return first, err
	}
	again := d.judge(first.Symbolic, est, scale)
	switch {
	case first.Verdict == Wrong && again.Verdict == Right:
		again.Verdict = Undecided
		again.Reason = fmt.Sprintf("the differences disagree: %.9g ± %.1g and %.9g ± %.1g", first.Numeric, first.Error, again.Numeric, again.Error)
		return again, nil
	case first.Verdict == Wrong, again.Verdict == Right:
		return again, nil
	}
	return first, nil
}

func (d decision) search(e int, enough func(estimate) bool) search {
	f := func(x float64) (float64, bool, error) {
		if err := d.ctx.Err(); err != nil {
			return 0, false, err
		}
		return d.v.at(e, x)
	}
	return search{f: f, x: d.v.x[e], y: d.v.base, size: d.size, scale: 1, enough: enough}
}

// judge compares an entry of a gradient whose largest entry is scale with an
// estimate.
func (d decision) judge(symbolic float64, est estimate, scale float64) Entry {
	entry := Entry{Symbolic: symbolic, Numeric: est.slope, Error: est.err + roundings*max(finite(symbolic), finite(est.slope)) + d.rounding + least}
	if d.g.Dtype() == tensor.Float32 {
		entry.Error += constants * scale
	}
	undecided := func(format string, args ...any) Entry {
		entry.Verdict, entry.Reason = Undecided, fmt.Sprintf(format, args...)
		return entry
	}
	scale = max(scale, est.secant)
	if symbolic == 0 {
		scale = max(scale, est.steepest)
	}
	known := est.steps > 1 && entry.Error <= small*scale
	switch gap := entry.Gap(); {
	case est.flat && symbolic == 0:
		entry.Verdict, entry.Numeric = Right, 0
	case !isFinite(symbolic) && est.kink:
		return undecided("the symbolic gradient is not finite, at a kink")
	case !isFinite(symbolic) && !known:
		return undecided("the symbolic gradient is not finite, and differences settle on nothing")
	case !isFinite(symbolic):
		entry.Verdict = Wrong
	case est.kink && (est.steps <= 2 || !known):
		entry.Verdict = Kink
	case est.steps < 2 && est.left:
		return undecided("every step leaves the domain or overflows")
	case gap > margin*entry.Error && math.Abs(symbolic-est.nearSlope) > margin*est.nearErr:
		entry.Verdict = Wrong
	case !known:
		return undecided("the differences are too coarse: ±%.1g, where the largest entry is %.1g", entry.Error, scale)
	case gap > entry.Error:
		return undecided("it is %.1f estimated errors of ±%.1g away from the differences", gap/entry.Error, entry.Error)
	}
	return entry
}

func norm(values []float64) float64 {
	largest := 0.0
	for _, v := range values {
		largest = max(largest, finite(v))
	}
	return largest
}

// finite returns the absolute value of v, 0 if it is not finite.
func finite(v float64) float64 {
	if !isFinite(v) {
		return 0
	}
	return math.Abs(v)
}

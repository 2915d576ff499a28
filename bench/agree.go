package main

import (
	"fmt"
	"math"

	"chainrule/internal/words"
)

// Tolerances of a check: of the cost and the gradients, and of what the steps
// changed. In float32 a step is a small difference of large parameters, and Adam
// turns a gradient near zero into a step of either sign, hence the wide bound: a
// wrong rule is off by more.
type tolerance struct{ value, step float64 }

func toleranceOf(dtype string) tolerance {
	if dtype == "float32" {
		return tolerance{1e-4, 2e-2}
	}
	return tolerance{1e-9, 1e-9}
}

// Deviation returns how far a system's cost and gradients are off, relative to
// the largest entry of each array, and an error if that or its steps are out of
// bounds.
func (p *Problem) Deviation(got, want Outcome) (float64, error) {
	tol := toleranceOf(p.Dtype)
	worst := relative(got.Cost, want.Cost)
	if !(worst <= tol.value) {
		return worst, fmt.Errorf("the cost is %v, %v expected", got.Cost, want.Cost)
	}
	if len(got.Values) != len(want.Values) || len(got.After) != len(want.After) {
		return 0, fmt.Errorf("%s and %s returned, %d and %d expected",
			words.Count(len(got.Values), "value"), words.Count(len(got.After), "parameter"), len(want.Values), len(want.After))
	}
	for i, w := range want.Values {
		d := maxNorm(got.Values[i], w)
		worst = math.Max(worst, d)
		if !(d <= tol.value) {
			return worst, fmt.Errorf("%s is off by %.1e", p.valueName(i), d)
		}
	}
	for i, w := range want.After {
		if d := stepNorm(got.After[i], w, p.Params()[i].Data); !(d <= tol.step) {
			return worst, fmt.Errorf("%d steps change %s by what is off by %.1e", checkSteps, p.paramName(i), d)
		}
	}
	return worst, nil
}

func (p *Problem) paramName(i int) string { return fmt.Sprintf("%c%d", "Wb"[i%2], i/2+1) }

func (p *Problem) valueName(i int) string {
	if p.Rule == "descent" || p.Rule == "adam" {
		return "d" + p.paramName(i)
	}
	return "the result"
}

func relative(got, want float64) float64 {
	if got == want {
		return 0
	}
	return math.Abs(got-want) / math.Abs(want)
}

// maxNorm is the largest difference over the largest entry.
func maxNorm(got, want []float64) float64 {
	if len(got) != len(want) {
		return math.Inf(1)
	}
	diff, size := 0.0, 0.0
	for i, w := range want {
		diff, size = math.Max(diff, math.Abs(got[i]-w)), math.Max(size, math.Abs(w))
	}
	if diff == 0 {
		return 0
	}
	return diff / size
}

// stepNorm is the distance of two ends of steps from the same start, over the
// length of the right step.
func stepNorm(got, want, start []float64) float64 {
	if len(got) != len(want) {
		return math.Inf(1)
	}
	diff, size := 0.0, 0.0
	for i, w := range want {
		diff += (got[i] - w) * (got[i] - w)
		size += (w - start[i]) * (w - start[i])
	}
	if diff == 0 {
		return 0
	}
	return math.Sqrt(diff / size)
}

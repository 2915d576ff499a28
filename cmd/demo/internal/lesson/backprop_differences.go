package lesson

import (
	"context"
	"math"

	"chainrule/graph"
	"chainrule/graph/gradtest"
	"chainrule/internal/handgrad"
)

// differences compares each gradient, as one of the cost, with differences of it.
func (d *derivation) differences(ctx context.Context, feeds graph.Feeds, grads []handgrad.Matrix) (gradtest.Report, error) {
	var claims []gradtest.Claim
	for i, n := range d.of {
		claims = append(claims, gradtest.Claim{Of: n, Values: grads[i].Scale(1 / d.times(i)).Data})
	}
	return gradtest.Judge(ctx, gradtest.Settings{}, d.cost, feeds, claims...)
}

// largest returns the largest absolute value.
func largest(values []float64) float64 {
	most := 0.0
	for _, v := range values {
		most = max(most, math.Abs(v))
	}
	return most
}

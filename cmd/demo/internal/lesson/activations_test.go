package lesson

import (
	"context"
	"errors"
	"math"
	"testing"

	"chainrule/graph/gradtest"
)

var quickActivations = Values{"elements": 1000}

func TestActivationsHold(t *testing.T) {
	for _, s := range []Values{nil, {"at": []float64{-700, 700}, "elements": 1}} {
		r := measured(t, activations(), quickActivations, s)
		mustHold(t, r)
		distinctPictures(t, r)
	}
}

// A slope that is wrong at one place is found by differences.
func TestActivationsFailByDifference(t *testing.T) {
	z := spacedOut()
	for _, k := range knownActivations() {
		_, slope, err := evaluate(k.g, z)
		if err != nil {
			t.Fatal(err)
		}
		slope[99] += 1e-6
		row, err := differences(t.Context(), k.g, z, slope)
		if err != nil || row.Count(gradtest.Wrong) != 1 || row.Count(gradtest.Right) != len(z)-1 {
			t.Errorf("%s: %v, %d wrong and %d right", k.g, err, row.Count(gradtest.Wrong), row.Count(gradtest.Right))
		}
	}
}

// A slope that leaves the derivative of the square out is found out.
func TestActivationsFailByFormula(t *testing.T) {
	l := activations()
	known := knownActivations()
	known[1].slope = func(_, a float64) float64 { return 1 - a }
	l.Run = slopes{known}.run
	mustFail(t, tried(t, l, quickActivations), 0)
}

func TestActivationsStop(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := activations().Run(ctx, activations().Defaults(), &Report{}); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v, want that of the context", err)
	}
}

func TestEvaluateActivations(t *testing.T) {
	for _, k := range knownActivations() {
		a, slope, err := evaluate(k.g, []float64{2})
		if err != nil {
			t.Fatal(err)
		}
		if want := k.slope(2, a[0]); math.Abs(slope[0]-want) > 1e-15 {
			t.Errorf("%s: slope %v at 2, want %v", k.g, slope[0], want)
		}
	}
}

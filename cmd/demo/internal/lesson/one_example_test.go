package lesson

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
)

func TestOneExampleHolds(t *testing.T) {
	for _, s := range []Values{nil, {"x": []float64{0}, "units": 1}, {"x": []float64{1000, -1000}, "y": 0}, {"units": 20, "seed": 9}} {
		r := tried(t, oneExample(), s)
		mustHold(t, r)
		distinctPictures(t, r)
	}
}

func TestOneExampleFails(t *testing.T) {
	l := oneExample()
	l.Run = byHand{hidden: logisticOf}.run // not tanh
	mustFail(t, tried(t, l), 2)
	l.Run = byHand{hidden: func(z float64) float64 { return math.Tanh(z) + 1e-12 }}.run
	mustFail(t, tried(t, l), 2)
}

func TestOneExampleRejects(t *testing.T) {
	l := oneExample()
	err := l.Run(context.Background(), changed(t, l, Values{"x": make([]float64, 21)}), &Report{})
	if err == nil || !strings.Contains(err.Error(), "at most 20 expected") {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := l.Run(ctx, l.Defaults(), &Report{}); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v, want that of the context", err)
	}
}

func TestWeigh(t *testing.T) {
	sum, text := weigh([]float64{1, -2}, []float64{0.5, -0.25}, -3)
	if sum != -2 || text != "1·0.5 + (−2)·(−0.25) − 3" {
		t.Errorf("%s = %v", text, sum)
	}
	if _, text := weigh(make([]float64, 9), make([]float64, 9), 0); text != "0·0 + 0·0 + … + 0·0 + 0" {
		t.Errorf("%s", text)
	}
}

package gradtest

import (
	"math"
	"testing"

	"chainrule/graph"
)

// An entry that the first steps find wrong and the second right is undecided, with
// both findings as the reason.
func TestOpinionsThatDisagree(t *testing.T) {
	x := graph.New(graph.Settings{}).Input("x")
	cost := graph.Exp(graph.Sin(x))
	p, err := newPoint(t.Context(), Settings{}, cost, graph.Feeds{x: 0.3}, []*graph.Node{x})
	if err != nil {
		t.Fatal(err)
	}
	v, err := newVariation(p, cost, x, []float64{0.3})
	if err != nil {
		t.Fatal(err)
	}
	defer v.close()
	slope := math.Exp(math.Sin(0.3)) * math.Cos(0.3)
	first := Entry{Verdict: Wrong, Symbolic: slope, Numeric: 7, Error: 1e-9}
	got, err := decision{point: p, v: v, size: 0.3, largest: slope}.second(0, first, slope)
	want := "the differences disagree: 7 ± 1e-09 and "
	if err != nil || got.Verdict != Undecided || len(got.Reason) < len(want) || got.Reason[:len(want)] != want {
		t.Errorf("%v: %s, error %v", got.Verdict, got.Reason, err)
	}
}

// A gradient is not wrong that the small steps agree with: larger ones may have
// jumped over many waves and agree on something else.
func TestSmallStepsDefendAGradient(t *testing.T) {
	d := decision{point: &point{g: graph.New(graph.Settings{})}}
	est := estimate{slope: 2, err: 1e-9, steps: 9, nearSlope: 1.001, nearErr: 1e-3}
	if e := d.judge(1, est, 1); e.Verdict != Undecided {
		t.Errorf("small steps agree: %v", e.Verdict)
	}
	est.nearErr = 1e-6
	if e := d.judge(1, est, 1); e.Verdict != Wrong {
		t.Errorf("all steps disagree: %v", e.Verdict)
	}
}

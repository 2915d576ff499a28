package play

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"chainrule/internal/handgrad"
)

// costByHand returns the cost of chain i at its start by hand, with an entry of W1 moved.
func costByHand(t *testing.T, d derived, g string, delta float64) (cost, gradient float64) {
	t.Helper()
	a, err := handgrad.ActivationByName(g)
	if err != nil {
		t.Fatal(err)
	}
	w := lineOf(t, d, "W1")
	w.Data[3] += delta
	net := handgrad.MLP{W: []handgrad.Matrix{w, lineOf(t, d, "W2")}, B: []handgrad.Matrix{lineOf(t, d, "b1"), lineOf(t, d, "b2")}, Hidden: []handgrad.Activation{a}}
	out, err := net.Gradients(lineOf(t, d, "X"), lineOf(t, d, "Y"))
	if err != nil {
		t.Fatal(err)
	}
	w.Data[3] -= delta
	return out.Cost, out.DW[0].Data[3]
}

// A nudge says what the cost would become by formulas that are derived by hand, and changes
// nothing.
func TestNudgesAreThoseByHand(t *testing.T) {
	for _, i := range []int{0, 2, 5} {
		s := open(t, Limits{}, chainOf(t, i))
		ask[frame](t, s, `{"do":"goto","step":5}`)
		r := s.runs[0]
		before := bitsOf(t, nil, r.training.Trainer, r.exp.Network)
		d := ask[derived](t, s, `{"do":"derive"}`)
		for _, delta := range []float64{0.25, -1e-3, 0} {
			n := ask[nudged](t, s, `{"do":"nudge","param":"W1","row":1,"col":1,"delta":%v}`, delta)
			cost, gradient := costByHand(t, d, chains[i].g[0], 0)
			moved, _ := costByHand(t, d, chains[i].g[0], float64(n.Delta))
			for _, c := range []struct {
				what      string
				got, want float64
			}{{"cost", float64(n.Cost), cost}, {"gradient", float64(n.Gradient), gradient}, {"actual change", float64(n.Actual), moved - cost},
				{"predicted change", float64(n.Predicted), gradient * float64(n.Delta)}, {"value", float64(n.Value), lineOf(t, d, "W1").Data[3]}} {
				if !(math.Abs(c.got-c.want) <= 1e-13) {
					t.Errorf("network %d, δ = %v: %s %v, %v expected", i, delta, c.what, c.got, c.want)
				}
			}
			if math.Abs(float64(n.Delta)-delta) > 1e-15 {
				t.Errorf("δ is %v, %v expected", n.Delta, delta)
			}
			if e := float64(n.Central.Error); !(e <= 1e-7) && chains[i].g[0] != "relu" {
				t.Errorf("network %d: the central difference is %v off", i, e)
			}
		}
		if after := bitsOf(t, nil, r.training.Trainer, r.exp.Network); after != before {
			t.Errorf("network %d: a nudge changed the network", i)
		}
	}
}

// The errors of central differences make a V: truncation falls with h², and then rounding
// grows.
func TestErrorsOfDifferencesMakeAV(t *testing.T) {
	s := open(t, Limits{}, flower)
	ask[frame](t, s, `{"do":"goto","step":50}`)
	n := ask[nudged](t, s, `{"do":"nudge","param":"W2","row":0,"col":2,"delta":0.1}`)
	if len(n.Curve) != 23 || n.Curve[0].H != 0.1 || math.Abs(float64(n.Curve[22].H)-1e-12) > 1e-20 {
		t.Fatalf("%d points from %v", len(n.Curve), n.Curve[0].H)
	}
	least := 0
	for i, p := range n.Curve {
		if p.Error < n.Curve[least].Error {
			least = i
		}
		cost := float64(n.Curve[i].Central) - float64(n.Gradient)
		if math.Abs(math.Abs(cost)-float64(p.Error)) > 1e-18 {
			t.Errorf("h = %v: the error %v is not that of %v", p.H, p.Error, p.Central)
		}
	}
	first, last, best := float64(n.Curve[0].Error), float64(n.Curve[22].Error), float64(n.Curve[least].Error)
	if least < 5 || least > 15 || first < 1e4*best || last < 1e3*best {
		t.Errorf("errors %v at h = 0.1, %v at 1e-12 and %v at best, at h = %v", first, last, best, n.Curve[least].H)
	}
	if ratio := first / float64(n.Curve[2].Error); ratio < 80 || ratio > 120 { // h a tenth, the error a hundredth
		t.Errorf("the error falls to its %.0fth where h falls to its tenth", ratio)
	}
}

// A kink that is passed is told, and one that isn't is not.
func TestKinksAreTold(t *testing.T) {
	s := open(t, Limits{}, chainOf(t, 2))
	if n := ask[nudged](t, s, `{"do":"nudge","param":"b1","row":0,"col":0,"delta":3}`); !strings.Contains(n.Kink, "of A1 pass a kink") {
		t.Errorf("kink: %q", n.Kink)
	}
	if n := ask[nudged](t, s, `{"do":"nudge","param":"b1","row":0,"col":0,"delta":1e-12}`); n.Kink != "" {
		t.Errorf("kink: %q", n.Kink)
	}
	s = open(t, Limits{}, flower)
	if n := ask[nudged](t, s, `{"do":"nudge","param":"b1","row":0,"col":0,"delta":3}`); n.Kink != "" {
		t.Errorf("tanh has the kink %q", n.Kink)
	}
}

// TestStepsOfDifferences holds h of the central difference to ³√ε times the entry or 1, and
// the quotient to the numbers that an entry takes: where w + h is w there is none.
func TestStepsOfDifferences(t *testing.T) {
	for _, test := range []struct {
		dtype   string
		epsilon float64
	}{{"float64", 0x1p-52}, {"float32", 0x1p-23}} {
		s := open(t, Limits{}, net(2, "tanh", `{"kind":"gd","rate":1}`, `{"kind":"toy","name":"flower"}`, fmt.Sprintf(`,"dtype":%q`, test.dtype)))
		p := s.runs[0].params[0]
		v := p.Value()
		for i, x := range []float64{3, -0.25} {
			switch data := v.Data().(type) {
			case []float64:
				data[i] = x
			case []float32:
				data[i] = float32(x)
			}
		}
		if err := p.Set(v); err != nil {
			t.Fatal(err)
		}
		for i, x := range []float64{3, -0.25} {
			n := ask[nudged](t, s, `{"do":"nudge","param":"W1","row":0,"col":%d,"delta":0.1}`, i)
			if want := math.Cbrt(test.epsilon) * max(1, math.Abs(x)); float64(n.Value) != x || float64(n.Central.H) != want {
				t.Errorf("%s: at %v h is %v, %v expected", test.dtype, n.Value, n.Central.H, want)
			}
			last := n.Curve[len(n.Curve)-1]
			if lost := math.IsNaN(float64(last.Central)); lost != (test.dtype == "float32") {
				t.Errorf("%s: at %v and h = %v the difference is %v, and only in float32 w + h is w", test.dtype, n.Value, last.H, last.Central)
			}
		}
	}
}

package oracletest

import (
	"cmp"
	"fmt"
	"math"
	"testing"
)

// Every result has to be that of the table, and must not be if the table is
// changed in any entry.
func TestAgainstPyTorch(t *testing.T) {
	for dtype, tolerance := range tolerances {
		t.Run(fmt.Sprint(dtype), func(t *testing.T) {
			t.Parallel()
			worst, where := 0.0, ""
			for _, r := range table(t) {
				pairs, err := r.compute(dtype)
				if err != nil {
					t.Errorf("%s: %v", r.label(), err)
				}
				for _, p := range pairs {
					if err := cmp.Or(p.check(tolerance), p.checkNotices(tolerance)); err != nil {
						t.Errorf("%s: %v", r.label(), err)
						continue
					}
					if d, _ := p.distance(); d > worst {
						worst, where = d, r.label()+", "+p.what
					}
				}
			}
			t.Logf("the largest difference is %.2g: %s", worst, where)
		})
	}
}

func TestCheck(t *testing.T) {
	want := array{Shape: []int{1, 2}, Data: []float64{1, -1000}}
	for _, c := range []struct {
		shape []int
		data  []float64
		right bool
	}{ // the scale is 1000
		{[]int{1, 2}, []float64{1, -1000}, true},
		{[]int{1, 2}, []float64{1.009, -1000}, true},
		{[]int{1, 2}, []float64{1.011, -1000}, false},
		{[]int{1, 2}, []float64{1, -1000.011}, false},
		{[]int{1, 2}, []float64{1, 1000}, false},
		{[]int{1, 2}, []float64{math.NaN(), -1000}, false},
		{[]int{1, 2}, []float64{1, math.Inf(-1)}, false},
		{[]int{2, 1}, []float64{1, -1000}, false},
		{[]int{2}, []float64{1, -1000}, false},
		{[]int{1, 1}, []float64{1}, false},
	} {
		p := pair{want: want, got: array{Shape: c.shape, Data: c.data}}
		if err := p.check(1e-5); (err == nil) != c.right {
			t.Errorf("%v of shape %v: %v", c.data, c.shape, err)
		}
	}
}

func TestCheckOfEachEntry(t *testing.T) {
	want := array{Shape: []int{4}, Data: []float64{1, -1000, 1e-20, 1e-44}}
	for _, c := range []struct {
		data  []float64
		right bool
	}{
		{[]float64{1, -1000, 1e-20, 1e-44}, true},
		{[]float64{1, -1000.009, 1e-20, 0}, true},
		{[]float64{1.00002, -1000, 1e-20, 1e-44}, false},
		{[]float64{1, -1000, 1.00002e-20, 1e-44}, false},
		{[]float64{1, -1000, 0, 1e-44}, false},
		{[]float64{1, -1000, 1e-20, math.NaN()}, false},
	} {
		p := pair{want: want, got: array{Shape: want.Shape, Data: c.data}, each: true}
		if err := p.check(1e-5); (err == nil) != c.right {
			t.Errorf("%v: %v", c.data, err)
		}
	}
}

func TestInputsAreFloat32(t *testing.T) {
	for _, r := range table(t) {
		for _, a := range r.inputs() {
			for _, v := range a.Data {
				if float64(float32(v)) != v {
					t.Errorf("%s: input %v is no float32", r.label(), v)
				}
			}
		}
	}
}

// A table that was cut short does not pass.
func TestTableIsComplete(t *testing.T) {
	ops, nets := map[string]int{}, 0
	for _, r := range table(t) {
		if op, ok := r.(*opRow); ok {
			ops[op.Name]++
			continue
		}
		nets++
	}
	if nets < 30 {
		t.Errorf("%d networks", nets)
	}
	for name := range builders {
		if ops[name] == 0 {
			t.Errorf("the table has no row for %s", name)
		}
	}
}

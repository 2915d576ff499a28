package main

import (
	"fmt"
	"math"
	"testing"
)

// The numbers that others published for the flower: tanh, rate 1.2, weights
// 0.01·randn with NumPy seed 2.
var (
	publishedCosts = map[int]float64{ // of 4 hidden units, by step
		0: 0.693048020123982, 1000: 0.288083293569018, 2000: 0.254385494073246,
		3000: 0.233864150389522, 4000: 0.226792487448540, 5000: 0.222644275492990,
	}
	publishedRight = []int{270, 269, 363, 362, 365} // of 400 after 5000 steps, by hidden units from 1
)

func TestPublishedNumbers(t *testing.T) {
	for i, right := range publishedRight {
		c := defaultConfig()
		c.hidden, c.steps = i+1, 5000
		if testing.Short() && c.hidden != 4 {
			continue
		}
		t.Run(fmt.Sprintf("%d hidden", c.hidden), func(t *testing.T) {
			t.Parallel()
			p, err := newProblem(c)
			if err != nil {
				t.Fatal(err)
			}
			next, compared := 0, 0
			got, err := p.train(t.Context(), func(step int, cost float64) {
				if step != next {
					t.Errorf("step %d reported, %d expected", step, next)
				}
				next++
				want, ok := publishedCosts[step]
				if !ok || c.hidden != 4 {
					return
				}
				if compared++; !(math.Abs(cost-want) <= 1e-9) {
					t.Errorf("cost after %d steps is %.15f, %.15f expected", step, cost, want)
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			if c.hidden == 4 && compared != len(publishedCosts) {
				t.Errorf("%d costs compared, %d expected", compared, len(publishedCosts))
			}
			if got.right != right || got.steps != 5000 || next != 5001 {
				t.Errorf("%d right after %d steps, %d costs; %d, 5000 and 5001 expected", got.right, got.steps, next, right)
			}
		})
	}
}

// A curve keeps the start, the end and evenly spaced steps between.
func TestCurve(t *testing.T) {
	for _, n := range []int{0, 1, 100, maxCurve - 1, maxCurve, maxCurve + 1, 5*maxCurve + 3} {
		var c curve
		for step := range n + 1 {
			c.add(step, float64(-step))
		}
		if len(c.steps) > maxCurve || len(c.steps) != len(c.costs) || len(c.steps) < min(n+1, maxCurve/2) {
			t.Errorf("%d steps: %d and %d entries", n, len(c.steps), len(c.costs))
		}
		if c.steps[0] != 0 || c.steps[len(c.steps)-1] != float64(n) {
			t.Errorf("%d steps: from %v to %v", n, c.steps[0], c.steps[len(c.steps)-1])
		}
		for i := range c.steps {
			if c.costs[i] != -c.steps[i] {
				t.Errorf("%d steps: cost %v at step %v", n, c.costs[i], c.steps[i])
			}
			if i > 0 && i < len(c.steps)-1 && c.steps[i]-c.steps[i-1] != float64(c.stride) {
				t.Errorf("%d steps: step %v behind %v", n, c.steps[i], c.steps[i-1])
			}
		}
	}
}

// The gradients agree for every kind of network, also where the entries of a
// parameter are sampled.
func TestCheckGradients(t *testing.T) {
	for _, activation := range []string{"tanh", "sigmoid", "relu"} {
		for dtype, bound := range map[string]float64{"float64": 1e-12, "float32": 1e-4} {
			if testing.Short() && dtype == "float64" {
				continue
			}
			c := defaultConfig()
			c.activation, c.dtype, c.hidden = activation, dtype, 30
			p, err := newProblem(c)
			if err != nil {
				t.Fatal(err)
			}
			check, err := p.checkGradients()
			if err != nil {
				t.Fatal(err)
			}
			if err := wrongGradients(check); err != nil {
				t.Error(err)
			}
			names, entries := []string{"W1", "b1", "W2", "b2"}, []int{60, 30, 30, 1}
			for i, c := range check {
				if c.Parameter != names[i] || c.Entries != entries[i] {
					t.Errorf("%s %s: row %d is %+v", activation, dtype, i, c)
				}
				if !(c.Formulas <= bound) || !(c.Differences <= 1e-6) || c.RelativeTo < gradientFloor || c.Compared > 50 {
					t.Errorf("%s %s: %+v", activation, dtype, c)
				}
			}
		}
	}
}

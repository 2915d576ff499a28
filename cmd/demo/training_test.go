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
		units := i + 1
		c.hidden, c.steps = []int{units}, 5000
		if testing.Short() && units != 4 {
			continue
		}
		t.Run(fmt.Sprintf("%d hidden", units), func(t *testing.T) {
			t.Parallel()
			p := build(t, c)
			next, compared := 0, 0
			got, err := p.fit(t.Context(), func(step int, cost float64) {
				if step != next {
					t.Errorf("step %d reported, %d expected", step, next)
				}
				next++
				want, ok := publishedCosts[step]
				if !ok || units != 4 {
					return
				}
				if compared++; !(math.Abs(cost-want) <= 1e-9) {
					t.Errorf("cost after %d steps is %.15f, %.15f expected", step, cost, want)
				}
			}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if units == 4 && compared != len(publishedCosts) {
				t.Errorf("%d costs compared, %d expected", compared, len(publishedCosts))
			}
			if got.trained.Right != right || got.steps != 5000 || next != 5001 {
				t.Errorf("%d right after %d steps, %d costs; %d, 5000 and 5001 expected", got.trained.Right, got.steps, next, right)
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

func TestCurveWide(t *testing.T) {
	for want, lists := range map[bool][][]float64{
		false: {{0.7}, {0.7, 0.02}, {0.7, 0}, {1, 1e-200}},
		true:  {{0.7, 0.01}, {0.01, 0.7, 0.3}},
	} {
		for _, costs := range lists {
			if got := (&curve{costs: costs}).wide(); got != want {
				t.Errorf("%v: %v, %v expected", costs, got, want)
			}
		}
	}
}

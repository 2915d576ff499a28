package main

import (
	"strconv"
	"strings"
	"time"
)

// A reporter tells about a training while it goes on.
type reporter interface {
	// start is called with the untrained problem.
	start(p *problem)

	// gradients is called before the training with its gradients' comparison.
	gradients(c check)

	// progress is called before the first step and after every one.
	progress(step int, cost float64)

	// result is called at the end, with the files written and the pictures that
	// were left out.
	result(t training, files []string, without []omission)
}

// milestones are the steps at which the cost is told: 0, about every tenth,
// and the last.
type milestones struct{ steps, every int }

func newMilestones(steps int) milestones { return milestones{steps, max((steps+9)/10, 1)} }

func (m milestones) at(step int) bool { return step%m.every == 0 || step == m.steps }

// percent writes a fraction as in "90.5 %".
func percent(fraction float64) string {
	digits := strings.TrimRight(strconv.FormatFloat(100*fraction, 'f', 2, 64), "0")
	return strings.TrimSuffix(digits, ".") + " %"
}

// duration writes a time with three digits.
func duration(d time.Duration) string {
	s := d.Seconds()
	for _, unit := range []struct {
		name string
		size float64
	}{{"s", 1}, {"ms", 1e-3}, {"µs", 1e-6}} {
		if s >= unit.size || unit.size == 1e-6 {
			return strconv.FormatFloat(s/unit.size, 'g', 3, 64) + " " + unit.name
		}
	}
	return d.String()
}

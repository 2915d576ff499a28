package main

import (
	"context"
	"strconv"
	"time"

	"chainrule/optim"
	"chainrule/optim/experiment"
)

// A reporter tells about a training while it goes on.
type reporter interface {
	// start is called with the untrained problem.
	start(p *problem)

	// gradients is called before the training with its gradients' comparison.
	gradients(c check)

	// training is called before the training begins.
	training()

	// progress is called before the first step and after every one. It may wait
	// until ctx is done.
	progress(ctx context.Context, step int, cost float64)

	// record is called after epochs that are measured, of a training that is told of by
	// epochs.
	record(r optim.Record)

	// fold is called before the training with the score on each part held out in turn.
	fold(i int, s experiment.Score)

	// trained is called when there are no more steps, after errors too.
	trained()

	// result is called at the end, with the files written and the pictures that
	// were left out.
	result(t training, files []string, without []omission)
}

// milestones are the steps at which the cost is told: 0, about every tenth,
// and the last.
type milestones struct{ steps, every int }

func newMilestones(steps int) milestones { return milestones{steps, max((steps+9)/10, 1)} }

func (m milestones) at(step int) bool { return step%m.every == 0 || step == m.steps }

// duration writes a time with three digits.
func duration(d time.Duration) string {
	s := d.Seconds()
	for _, unit := range []struct {
		name string
		size float64
	}{{"s", 1}, {"ms", 1e-3}, {"µs", 1e-6}} {
		digits := strconv.FormatFloat(s/unit.size, 'g', 3, 64)
		if rounded, _ := strconv.ParseFloat(digits, 64); rounded >= 1 || unit.size == 1e-6 {
			if rounded >= 1000 { // seconds
				digits = strconv.FormatFloat(s, 'f', 0, 64)
			}
			return digits + " " + unit.name
		}
	}
	return d.String()
}

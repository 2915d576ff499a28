package main

import (
	"context"
	"errors"
	"fmt"

	"chainrule/cmd/demo/internal/cli"
	"chainrule/cmd/demo/internal/terminal"
	"chainrule/internal/plotting"
	"chainrule/internal/words"
	"chainrule/optim"
)

// ratesName is the picture of --find-rate.
const ratesName = "rates.png"

// A ratesEvent is what --find-rate finds, as its only line of JSON.
type ratesEvent struct {
	Event     string      `json:"event"` // "rates"
	Points    []ratePoint `json:"points"`
	Suggested *float64    `json:"suggested"` // null if the cost falls at no rate
	Diverged  bool        `json:"diverged"`  // before the last rate
	Files     []string    `json:"files"`
}

// A ratePoint is the cost that the rates before have led to.
type ratePoint struct {
	Rate float64 `json:"rate"`
	Cost float64 `json:"cost"`
}

// checkFindRate reports what has no effect on a test of rates.
func (c config) checkFindRate(given func(flag string) bool) error {
	if !c.findRate {
		return nil
	}
	if kind := c.withDefaults().optimizer; optimizerOf(kind).rate == 0 {
		return fmt.Errorf("--find-rate has no effect: %s has no learning rate", kind)
	}
	for _, flag := range []string{"lr", "steps", "epochs", "schedule", "patience", "average", "val", "folds", "save", "resume", "watch", "profile"} {
		if given(flag) {
			return fmt.Errorf("--%s has no effect: --find-rate only finds out about rates, and trains nothing", flag)
		}
	}
	return nil
}

// findRate tells which learning rates train.
func (p *problem) findRate(ctx context.Context, dir *directory, out *terminal.Writer) error {
	fit, err := p.Training()
	if err != nil {
		return err
	}
	defer fit.Close()
	curve, err := optim.RangeTest{}.Run(ctx, fit.Trainer, fit.Data)
	switch {
	case errors.Is(err, context.Canceled):
		return cli.ErrInterrupted
	case err != nil:
		return err
	case len(curve.Points) == 0:
		return fmt.Errorf("the first step is refused, at whatever rate: try smaller first weights than those of --init-scale %v", p.scale)
	}
	picture, err := encode(p.ratesPicture(curve), nil)
	if err != nil {
		return err
	}
	files, err := dir.write([]file{{ratesName, picture}})
	if err != nil {
		return err
	}
	if p.json {
		e := ratesEvent{Event: "rates", Diverged: curve.Diverged, Files: files}
		for _, at := range curve.Points {
			e.Points = append(e.Points, ratePoint{at.Rate, at.Cost})
		}
		if curve.Suggested > 0 {
			e.Suggested = &curve.Suggested
		}
		(&jsonReport{Writer: out}).line(e)
		return out.Err
	}
	p.writeRates(out, curve, files)
	return out.Err
}

// ratesPicture is the cost against the rate.
func (p *problem) ratesPicture(curve optim.RangeCurve) plotting.Picture {
	line := plotting.Line{Name: "cost"}
	mark := plotting.Line{Name: fmt.Sprintf("suggested: %.2g", curve.Suggested), NoLine: true, Dots: true}
	for _, at := range curve.Points {
		line.X, line.Y = append(line.X, at.Rate), append(line.Y, at.Cost)
		if at.Rate == curve.Suggested {
			mark.X, mark.Y = []float64{at.Rate}, []float64{at.Cost}
		}
	}
	c := plotting.Chart{Title: fmt.Sprintf("%s: %s, %s", p.title, p.network(), optimizerOf(p.optimizer).name),
		XLabel: "learning rate", YLabel: "cost", LogX: true, Lines: []plotting.Line{line}}
	if mark.X != nil {
		c.Lines = append(c.Lines, mark)
	}
	return c
}

// writeRates writes some of the points, and what they say.
func (p *problem) writeRates(out *terminal.Writer, curve optim.RangeCurve, files []string) {
	out.Text("%s. The network: %s. Steps of %s at rates that grow from step to step:", p.about, p.network(), optimizerOf(p.optimizer).name)
	out.Print("\n")
	out.Printf("%8s  %12s\n", "rate", "cost")
	told := newMilestones(len(curve.Points) - 1)
	for i, at := range curve.Points {
		if told.at(i) {
			out.Printf("%8.2g  %12s\n", at.Rate, words.Cost(at.Cost))
		}
	}
	out.Print("\n")
	if last := curve.Points[len(curve.Points)-1]; curve.Diverged {
		out.Text("Behind the rate %.2g the training diverged.", last.Rate)
	}
	if curve.Suggested > 0 {
		out.Text("The cost falls most steeply at the rate %.2g: --lr %.2[1]g is one to begin with.", curve.Suggested)
	} else {
		out.Text("The cost falls at none of these rates.")
	}
	out.Print("\n")
	out.Text("Drawn: %s", words.List(files, "and"))
}

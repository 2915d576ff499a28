package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"chainrule/cmd/demo/internal/cli"
	"chainrule/cmd/demo/internal/terminal"
	"chainrule/internal/schema"
	"chainrule/internal/words"
	"chainrule/optim"
	"chainrule/optim/experiment"
)

// A textReport writes for people.
type textReport struct {
	*terminal.Writer
	milestones
	p *problem

	beside io.Writer      // where a progress bar goes, nil if nowhere
	bar    *terminal.Bar  // nil if there is none
	live   *terminal.Live // nil if the training is not watched
	ended  bool           // by its watcher
	costs  *curve         // for the sketch, nil if there is no room
	last   optim.Record   // of the epochs
	told   bool           // the last record has its row
}

var _ reporter = (*textReport)(nil)

// newTextReport returns a reporter that writes to out. It shows a bar on stderr
// if both are terminals: into a pipe go plain lines only.
func newTextReport(out *terminal.Writer, stderr io.Writer) *textReport {
	r := &textReport{Writer: out}
	if terminal.Is(out.W) && terminal.Is(stderr) {
		r.beside = stderr
	}
	return r
}

func (r *textReport) start(p *problem) {
	r.p, r.milestones = p, newMilestones(p.total())
	hidden := "no hidden units"
	if len(p.hidden) > 0 {
		hidden = words.List(words.Distinct(p.activation), "and") + " hidden units"
	}
	acts := p.activations()
	hidden += p.besides()
	output := acts[len(acts)-1] + " output"
	if p.numbers() {
		output = "the output as it is"
	}
	r.Text("%s. The network: %s, %s, %s, %s; the first weights are %s.",
		p.about, p.units(), hidden, output, p.config.dtype, p.describeWeights())
	r.dimensions(p)
	if r.sketch() != nil {
		r.costs = new(curve)
	}
}

// sketch returns the sketch for the terminal as large as it is now, nil if there is
// no room.
func (r *textReport) sketch() *terminal.Sketch {
	columns, rows := terminal.Screen(r.W)
	return terminal.NewSketch(r.p.scene(), columns, rows)
}

func (r *textReport) gradients(c check) {
	r.gradientTable(c)
	r.gradientNotes(c)
}

func (r *textReport) training() {
	p := r.p
	r.Print("\n")
	r.Text("Training: %s.", p.describeTraining())
	if r.live != nil {
		r.live.Scene, r.live.Steps, r.live.Speed = p.scene(), p.total(), p.speed
		return
	}
	switch {
	case !p.byEpoch():
		r.Printf("%8s  %12s\n", "step", "cost")
	case p.Val != nil && r.Width >= fourColumns:
		r.Printf("%8s  %12s  %12s  %s\n", "epoch", "cost", "validation", p.measure())
	case p.Val != nil:
		r.Printf("%8s  %12s  %12s\n", "epoch", "cost", "validation")
	default:
		r.Printf("%8s  %12s\n", "epoch", "cost")
	}
	if r.beside != nil {
		r.bar = terminal.NewBar(r.beside, p.total())
	}
}

func (r *textReport) progress(ctx context.Context, step int, cost float64) {
	if r.costs != nil {
		r.costs.add(step, cost)
	}
	switch {
	case r.live != nil && step < r.p.total(): // the weights are one step ahead of the cost
		r.Fail(r.live.Step(ctx, step+1, cost, r.costs.drawn))
	case r.live != nil:
	case r.at(step) && !r.p.byEpoch():
		r.costLine(step, cost)
	case r.bar != nil:
		r.bar.Update(step)
	}
}

// record writes a row of the table of epochs, of about ten of them and the last.
func (r *textReport) record(rec optim.Record) {
	r.last = rec
	if r.live != nil {
		return
	}
	epochs := newMilestones(r.p.epochsAtMost())
	if r.told = epochs.at(rec.Epoch) || rec.Epoch == 1; r.told {
		r.recordLine(rec)
	}
}

// fourColumns is how wide the table of epochs is with a measure beside the costs.
const fourColumns = 50

func (r *textReport) recordLine(rec optim.Record) {
	if r.bar != nil {
		r.bar.Hide()
	}
	r.Printf("%8d  %12s", rec.Epoch, words.Cost(rec.Cost))
	for i, m := range rec.Metrics {
		switch {
		case i > 1 || i == 1 && r.Width < fourColumns: // one of them says enough
		case m.Name == "val-accuracy":
			r.Printf("  %s", words.Percent(m.Value))
		case i == 1:
			r.Printf("  %.4g", m.Value)
		default:
			r.Printf("  %12s", words.Cost(m.Value))
		}
	}
	r.Print("\n")
	if r.bar != nil {
		r.bar.Draw(rec.Step)
	}
}

func (r *textReport) fold(i int, s experiment.Score) {
	if i == 0 {
		r.Print("\n")
		r.Text("Trained on all but one of %s, and judged by that one:", words.Count(r.p.folds, "part"))
	}
	r.Print(words.Wrap(fmt.Sprintf("part %d %s", i+1, r.p.scoreText(s)), "  ", r.Width) + "\n")
}

// draw draws the sketch of what became of the training.
func (r *textReport) draw(t training) {
	sketch := r.sketch()
	if sketch == nil || t.diverged || r.costs == nil || len(r.costs.steps) == 0 {
		return
	}
	drawn, what := r.costs.drawn(), "Cost against steps"
	if training, val := epochCurves(t.history); r.p.byEpoch() && len(training.steps) > 0 {
		drawn = training.drawn()
		if drawn.Val = val.costs; val.costs != nil {
			what += ", the line of training and the dots of validation"
			drawn.Log = drawn.Log && val.positive()
		}
	}
	lines, err := sketch.Lines(drawn)
	r.Fail(err)
	r.Printf("\n%s\n", strings.Join(lines, "\n"))
	if legend := sketch.Legend(); legend != "" {
		r.Text("%s; regions: %s.", what, legend)
	} else {
		r.Text("%s.", what)
	}
}

// costLine writes a row of the table of costs, above the bar.
func (r *textReport) costLine(step int, cost float64) {
	if r.bar != nil {
		r.bar.Hide()
	}
	r.Printf("%8d  %12s\n", step, words.Cost(cost))
	if r.bar != nil {
		r.bar.Draw(step)
	}
}

// trained gives the terminal back if the training was watched.
func (r *textReport) trained() {
	if r.live != nil {
		r.live.Close()
	}
}

func (r *textReport) result(t training, files []string, without []omission) {
	r.Width = terminal.Width(r.W) // it may have another one by now
	if r.live == nil && r.last.Epoch > 0 && !r.told {
		r.recordLine(r.last)
	}
	if r.live == nil && !t.diverged && !r.p.byEpoch() && !r.at(t.steps) {
		r.costLine(t.steps, t.cost)
	}
	if r.bar != nil {
		r.bar.Hide()
	}
	r.draw(t)
	r.Print("\n")
	if t.interrupted {
		r.Text("%s after %d of %s.", r.stopped(), t.steps, words.Count(r.p.total(), "step"))
	}
	if best, ok := t.history.Best(); ok && r.p.patience > 0 && !t.interrupted {
		if t.early {
			r.Text("Ended after %d epochs without a better one: this is the network after epoch %d, the best.", r.p.patience, best.Epoch)
		} else {
			r.Text("This is the network after epoch %d, the best.", best.Epoch)
		}
	}
	if text := r.p.ending(t); text != "" && !t.interrupted {
		r.Text("%s", text)
	}
	if t.before > 0 && t.before == t.steps {
		how := "."
		if t.early {
			how = ", by --patience: a larger one goes on."
		}
		r.Text("No step was left to take: the training had ended after %s%s", words.Count(t.steps, "step"), how)
	} else if t.steps > 0 {
		line := words.Count(t.steps-t.before, "step") + " in " + duration(t.elapsed)
		if t.perStep > 0 {
			line += ", " + duration(t.perStep) + " per step"
		} else {
			line += ", compilation included"
		}
		if t.before > 0 {
			line += fmt.Sprintf(", after %d before", t.before)
		}
		r.Printf("%s\n", line)
		if t.before == 0 && r.p.resume != "" {
			r.Text("%s has weights, but no step of a training to go on from: this one is new, and began with them.", r.p.resume)
		}
	}
	if !t.diverged {
		r.scores(t)
	}
	if t.profile != nil {
		r.profile(t.profile)
	}
	if t.saved != "" {
		files = append(files, t.saved)
	}
	r.written(files)
	if t.interrupted && strings.EqualFold(filepath.Ext(t.saved), ".safetensors") {
		r.Text("To go on: demo train --resume %s", cli.Quoted(t.saved))
	}
	for _, o := range without {
		r.omission(o)
	}
}

// written lists the files, each beside or over what it shows.
func (r *textReport) written(files []string) {
	if len(files) > 0 {
		r.Print("\nWritten:\n")
	}
	column, widest := r.longest(files), 0
	for _, path := range files {
		widest = max(widest, utf8.RuneCountInString(describePicture(filepath.Base(path))))
	}
	for _, path := range files {
		about := describePicture(filepath.Base(path))
		if column+widest+4 <= r.Width {
			r.Printf("  %-*s  %s\n", column, path, about)
		} else {
			r.Printf("  %s\n%s\n", path, words.Wrap(about, "      ", r.Width))
		}
	}
}

// scores writes how the network does in the end.
func (r *textReport) scores(t training) {
	if len(t.folds) > 0 {
		r.Text("mean of %d parts: %s", len(t.folds), r.p.scoreText(meanScore(t.folds)))
	}
	if r.p.numbers() {
		r.Printf("cost %s\n", words.Cost(t.cost))
		r.errors("on the examples trained on", &t.trained)
		r.errors("on the examples held out", t.held)
		if advice := r.p.advice(t); advice != "" {
			r.Text("%s", advice)
		}
		return
	}
	r.Printf("cost %s\naccuracy %s (%d of %d)\n", words.Cost(t.cost), words.Percent(t.trained.Accuracy), t.trained.Right, t.trained.Of)
	if t.held != nil {
		r.Printf("held-out accuracy %s (%d of %d)\n", words.Percent(t.held.Accuracy), t.held.Right, t.held.Of)
	}
	if r.p.same() {
		r.Text("Without noise the points held out are those trained on.")
	}
	if advice := r.p.advice(t); advice != "" {
		r.Text("%s", advice)
	}
}

// errors writes how far predicted numbers are off.
func (r *textReport) errors(where string, s *experiment.Score) {
	if s != nil {
		if t := r.p.Train.Targets; len(t) > 1 {
			where += fmt.Sprintf(", mean over %s", schema.List(t))
		}
		r.Text("%s: %s", where, r.p.scoreText(*s))
	}
}

// omission says why a picture was left out.
func (r *textReport) omission(o omission) {
	old := ""
	if o.Old {
		old = "; the one there is of an earlier run"
	}
	r.Text("No %s: %s%s.", o.Picture, o.Reason, old)
}

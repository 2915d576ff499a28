package main

import (
	"context"
	"io"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"chainrule/cmd/demo/internal/terminal"
	"chainrule/internal/words"
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
	r.p, r.milestones = p, newMilestones(p.steps)
	hidden := "no hidden units"
	if len(p.hidden) > 0 {
		hidden = words.List(distinct(p.activation), "and") + " hidden units"
	}
	acts := p.activations()
	r.Text("%s. The network: %s, %s, %s output, %s; the first weights are %s.",
		p.about, unitsText(p.sizes()), hidden, acts[len(acts)-1], p.config.dtype, p.describeWeights())
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
	p := r.p
	r.Print("\n")
	r.Text("Training: %s at rate %v, %s.", p.method(), p.rate, words.Count(p.steps, "step"))
	if r.live != nil {
		r.live.Scene, r.live.Steps, r.live.Speed = p.scene(), p.steps, p.speed
		return
	}
	r.Printf("%8s  %12s\n", "step", "cost")
	if r.beside != nil {
		r.bar = terminal.NewBar(r.beside, p.steps)
	}
}

func (r *textReport) progress(ctx context.Context, step int, cost float64) {
	if r.costs != nil {
		r.costs.add(step, cost)
	}
	switch {
	case r.live != nil && step < r.p.steps: // the weights are one step ahead of the cost
		r.Fail(r.live.Step(ctx, step+1, cost, r.costs.drawn))
	case r.live != nil:
	case r.at(step):
		r.costLine(step, cost)
	case r.bar != nil:
		r.bar.Update(step)
	}
}

// draw draws the sketch of what became of the training.
func (r *textReport) draw(t training) {
	sketch := r.sketch()
	if sketch == nil || t.diverged || r.costs == nil || len(r.costs.steps) == 0 {
		return
	}
	lines, err := sketch.Lines(r.costs.drawn())
	r.Fail(err)
	r.Printf("\n%s\n", strings.Join(lines, "\n"))
	if legend := sketch.Legend(); legend != "" {
		r.Text("Cost against steps; regions: %s.", legend)
	} else {
		r.Text("Cost against steps.")
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
	if r.live == nil && !t.diverged && !r.at(t.steps) {
		r.costLine(t.steps, t.cost)
	}
	if r.bar != nil {
		r.bar.Hide()
	}
	r.draw(t)
	r.Print("\n")
	if t.interrupted {
		r.Text("%s after %d of %s.", r.stopped(), t.steps, words.Count(r.p.steps, "step"))
	}
	if t.steps > 0 {
		line := words.Count(t.steps, "step") + " in " + duration(t.elapsed)
		if t.perStep > 0 {
			line += ", " + duration(t.perStep) + " per step"
		} else {
			line += ", compilation included"
		}
		r.Printf("%s\n", line)
	}
	if !t.diverged {
		r.scores(t)
	}
	if t.profile != nil {
		r.profile(t.profile)
	}
	r.written(files)
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

// omission says why a picture was left out.
func (r *textReport) omission(o omission) {
	old := ""
	if o.Old {
		old = "; the one there is of an earlier run"
	}
	r.Text("No %s: %s%s.", o.Picture, o.Reason, old)
}

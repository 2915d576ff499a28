package main

import (
	"io"
	"path/filepath"
	"unicode/utf8"
)

// A textReport writes for people.
type textReport struct {
	*output
	width int
	milestones
	p *problem

	terminal io.Writer // where a progress bar goes, nil if nowhere
	bar      *bar      // nil if there is none
}

var _ reporter = (*textReport)(nil)

// newTextReport returns a reporter that writes to out. It shows a bar on stderr
// if both are terminals: into a pipe go plain lines only.
func newTextReport(out *output, stderr io.Writer) *textReport {
	r := &textReport{output: out, width: columns(out.w)}
	if isTerminal(out.w) && isTerminal(stderr) {
		r.terminal = stderr
	}
	return r
}

func (r *textReport) start(p *problem) {
	r.p, r.milestones = p, newMilestones(p.steps)
	hidden := "no hidden units"
	if len(p.hidden) > 0 {
		hidden = listed(distinct(p.activation), "and") + " hidden units"
	}
	acts := p.activations()
	r.text("%s. The network: %s, %s, %s output, %s; the first weights are %s.",
		p.about, unitsText(p.sizes()), hidden, acts[len(acts)-1], p.config.dtype, p.describeWeights())
	r.dimensions(p)
}

func (r *textReport) gradients(c check) {
	r.gradientTable(c)
	r.gradientNotes(c)
	p := r.p
	r.print("\n")
	r.text("Training: %s at rate %v, %s.", p.method(), p.rate, counted(p.steps, "step"))
	r.printf("%8s  %12s\n", "step", "cost")
	if r.terminal != nil {
		r.bar = newBar(r.terminal, min(r.width, columns(r.terminal)), p.steps)
	}
}

func (r *textReport) progress(step int, cost float64) {
	if r.at(step) {
		r.costLine(step, cost)
	} else if r.bar != nil {
		r.bar.update(step)
	}
}

// costLine writes a row of the table of costs, above the bar.
func (r *textReport) costLine(step int, cost float64) {
	if r.bar != nil {
		r.bar.hide()
	}
	r.printf("%8d  %12.9f\n", step, cost)
	if r.bar != nil {
		r.bar.draw(step)
	}
}

func (r *textReport) result(t training, files []string, without []omission) {
	if !t.diverged && !r.at(t.steps) {
		r.costLine(t.steps, t.cost)
	}
	if r.bar != nil {
		r.bar.hide()
	}
	r.print("\n")
	if t.interrupted {
		r.text("Interrupted after %d of %s.", t.steps, counted(r.p.steps, "step"))
	}
	if t.steps > 0 {
		line := counted(t.steps, "step") + " in " + duration(t.elapsed)
		if t.perStep > 0 {
			line += ", " + duration(t.perStep) + " per step"
		} else {
			line += ", compilation included"
		}
		r.printf("%s\n", line)
	}
	if !t.diverged {
		r.scores(t)
	}
	if t.profile != nil {
		r.printf("\nWhere a step spends its time, instruction by instruction:\n%v", *t.profile)
	}
	r.written(files)
	for _, o := range without {
		r.omission(o)
	}
}

// written lists the files, each beside or over what it shows.
func (r *textReport) written(files []string) {
	if len(files) > 0 {
		r.print("\nWritten:\n")
	}
	column, widest := r.longest(files), 0
	for _, path := range files {
		widest = max(widest, utf8.RuneCountInString(describePicture(filepath.Base(path))))
	}
	for _, path := range files {
		about := describePicture(filepath.Base(path))
		if column+widest+4 <= r.width {
			r.printf("  %-*s  %s\n", column, path, about)
		} else {
			r.printf("  %s\n%s\n", path, wrap(about, "      ", r.width))
		}
	}
}

// scores writes how the network does in the end.
func (r *textReport) scores(t training) {
	r.printf("cost %.9f\naccuracy %s (%d of %d)\n", t.cost, percent(t.trained.accuracy), t.trained.right, t.trained.of)
	if t.held != nil {
		r.printf("held-out accuracy %s (%d of %d)\n", percent(t.held.accuracy), t.held.right, t.held.of)
	}
	if r.p.same() {
		r.text("Without noise the points held out are those trained on.")
	}
	if t.cost > t.first {
		r.text("The cost has risen since the start: a smaller learning rate (--lr) may do better.")
	}
}

// omission says why a picture was left out.
func (r *textReport) omission(o omission) {
	old := ""
	if o.Old {
		old = "; the one there is of an earlier run"
	}
	r.text("No %s: %s%s.", o.Picture, o.Reason, old)
}

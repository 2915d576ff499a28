package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"chainrule/graph"
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
	r.text("The flower: %d points of two classes. The network: %s, %s hidden units, sigmoid output, %s; "+
		"the first weights are %v times NumPy's randn with seed %d.",
		p.data.M, p.sizes(), p.activation, p.config.dtype, initialScale, p.seed)
	r.dimensions(p)
}

func (r *textReport) gradients(check []comparison) {
	r.gradientTable(check)
	r.gradientNotes(check)
	p := r.p
	r.print("\n")
	r.text("Training: %s at rate %v, %s.", p.method(), p.rate, counted(p.steps, "step"))
	r.printf("%8s  %12s\n", "step", "cost")
	if r.terminal != nil {
		r.bar = newBar(r.terminal, min(r.width, columns(r.terminal)), p.steps)
	}
}

// dimensions writes the shapes of the data and of every layer.
func (r *textReport) dimensions(p *problem) {
	e := p.express(p.newGraph(), p.data.M)
	shape := func(n *graph.Node) string {
		return fmt.Sprintf("(%d,%d)", n.Shape()[0], n.Shape()[1])
	}
	r.print("\n")
	r.text("Dimensions, one column per example:")
	r.printf("  X  %s  Y  %s\n", shape(e.x), shape(e.y))
	rows := [][]string{{"", "layer 1", "layer 2"}}
	for _, row := range []struct {
		name          string
		first, second *graph.Node
	}{{"W", e.params[0], e.params[2]}, {"b", e.params[1], e.params[3]}, {"Z", e.z1, e.z2}, {"A", e.a1, e.a2}} {
		rows = append(rows, []string{row.name, shape(row.first), shape(row.second)})
	}
	r.table(rows)
}

// gradientTable writes how far the gradients are from each other.
func (r *textReport) gradientTable(check []comparison) {
	r.print("\n")
	r.text("Gradients before training, by the chain rule: their largest relative difference to the formulas " +
		"written by hand and to central differences.")
	rows := [][]string{{"", "formulas", "differences"}}
	for _, c := range check {
		differences := fmt.Sprintf("%.1e", c.Differences)
		if c.Compared == 0 {
			differences = "at a kink"
		}
		rows = append(rows, []string{"d" + c.Parameter, fmt.Sprintf("%.1e", c.Formulas), differences})
	}
	r.table(rows)
}

// gradientNotes says what is special about the numbers.
func (r *textReport) gradientNotes(check []comparison) {
	var small []string
	sampled, kinks := false, false
	for _, c := range check {
		if c.RelativeTo == gradientFloor {
			small = append(small, "d"+c.Parameter)
		}
		sampled = sampled || c.Entries > r.p.sample()
		kinks = kinks || c.Compared < min(c.Entries, r.p.sample())
	}
	if len(small) > 0 {
		r.text("All entries of %s are below %v: their difference is relative to that.", listed(small, "and"), gradientFloor)
	}
	if r.p.config.dtype == "float32" {
		r.text("Both columns have references in float64. The formulas are compared with the gradient in float32, " +
			"the differences with that of the same graph computed in float64.")
	}
	if sampled {
		r.text("Differences: %d entries of each parameter, chosen at random.", r.p.sample())
	}
	if kinks {
		r.text("Entries at a kink of %s, where there is no derivative, have no difference.", r.p.activation)
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

func (r *textReport) result(t training, files []string) {
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
		r.printf("cost %.9f\naccuracy %s (%d of %d)\n", t.cost, percent(t.accuracy), t.right, r.p.data.M)
		if t.cost > t.first {
			r.text("The cost has risen since the start: a smaller learning rate (--lr) may do better.")
		}
	}
	r.print("\nWritten:\n")
	for _, path := range files {
		about := describePicture(filepath.Base(path))
		if utf8.RuneCountInString(path)+len(about)+8 <= r.width {
			r.printf("  %-*s  %s\n", r.longest(files), path, about)
			continue
		}
		r.printf("  %s\n%s\n", path, wrap(about, "      ", r.width))
	}
}

// text writes a wrapped paragraph.
func (r *textReport) text(format string, args ...any) {
	r.print(wrap(fmt.Sprintf(format, args...), "", r.width) + "\n")
}

// table writes rows of cells with aligned columns.
func (r *textReport) table(rows [][]string) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		line := ""
		for i, cell := range row {
			line += "  " + cell + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
		}
		r.print(strings.TrimRight(line, " ") + "\n")
	}
}

// longest returns the width of the longest path.
func (r *textReport) longest(paths []string) int {
	n := 0
	for _, path := range paths {
		n = max(n, utf8.RuneCountInString(path))
	}
	return n
}

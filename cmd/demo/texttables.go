package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"chainrule/cmd/demo/internal/terminal"
	"chainrule/graph"
	"chainrule/internal/words"
)

// dimensions writes the shapes of the data and of every layer.
func (r *textReport) dimensions(p *problem) {
	e := p.Express(p.NewGraph(), p.Train.Len())
	r.Print("\n")
	r.Text("Dimensions, one column per example:")
	r.Printf("  X  %s  Y  %s\n", shape(e.X), shape(e.Y))
	if len(e.Z) == 0 { // of a network with other layers
		var rows [][]string
		for _, p := range e.Params {
			rows = append(rows, []string{p.Name(), shape(p)})
		}
		r.Table(rows)
		return
	}
	rows := [][]string{{"", "W", "b", "Z", "A"}}
	for l := range e.Z {
		rows = append(rows, []string{fmt.Sprintf("layer %d", l+1), shape(e.Params[2*l]), shape(e.Params[2*l+1]), shape(e.Z[l]), shape(e.A[l])})
	}
	if across := terminal.Turned(rows); terminal.TableWidth(across) <= r.Width {
		r.Table(across)
		return
	}
	if rows = merged(rows); terminal.TableWidth(rows) <= r.Width {
		r.Table(rows)
		return
	}
	for _, row := range rows[1:] {
		r.Print(words.Wrap(fmt.Sprintf("%s: W %s, b %s, Z %s, A %s", row[0], row[1], row[2], row[3], row[4]), "  ", r.Width) + "\n")
	}
}

// profile lists where a step spends its time: as the profile does where there is
// room, else what each instruction does below its numbers.
func (r *textReport) profile(p *graph.Profile) {
	r.Print("\n")
	r.Text("Where a step spends its time, instruction by instruction:")
	wide := p.String()
	fits := true
	for line := range strings.Lines(wide) {
		fits = fits && utf8.RuneCountInString(line)-1 <= r.Width
	}
	if fits {
		r.Print(wide)
		return
	}
	rows, total := [][]string{{"result", "shape", "time", "share", "GFLOP/s", "GB/s", "parts"}}, time.Duration(0)
	for _, row := range p.Rows {
		total += row.Time
		seconds := max(row.Time.Seconds(), 1e-12)
		rows = append(rows, []string{row.Symbol, words.Shape(row.Shape...), row.Time.String(), fmt.Sprintf("%.1f %%", 100*row.Share),
			fmt.Sprintf("%.2f", float64(row.FLOP)/seconds/1e9), fmt.Sprintf("%.2f", float64(row.Bytes)/seconds/1e9), fmt.Sprint(row.Parts)})
	}
	if terminal.TableWidth(rows) > r.Width {
		for i := range rows {
			rows[i] = rows[i][:4]
		}
	}
	for i, line := range strings.Split(strings.TrimSuffix(terminal.Table{Rows: rows}.Text(0), "\n"), "\n") {
		r.Print(line + "\n")
		if i > 0 {
			does := strings.ReplaceAll(p.Rows[i-1].Does, "·", " · ") // which may be broken at spaces
			if text := p.Rows[i-1].Text; text != "" {
				does = text + ": " + does
			}
			r.Print(words.Wrap(does, "      ", r.Width) + "\n")
		}
	}
	r.Printf("%v a run, the mean of %d\n", total, p.Runs)
}

// shape writes that of a matrix.
func shape(n *graph.Node) string { return words.Shape(n.Shape()...) }

// merged makes one row of neighbours that are equal but for their names.
func merged(rows [][]string) [][]string {
	var out [][]string
	for from := 0; from < len(rows); {
		to := from + 1
		for to < len(rows) && slices.Equal(rows[to][1:], rows[from][1:]) {
			to++
		}
		row := slices.Clone(rows[from])
		if to-from > 1 {
			_, last, _ := strings.Cut(rows[to-1][0], " ")
			row[0] = strings.Replace(row[0], " ", "s ", 1) + " to " + last
		}
		out = append(out, row)
		from = to
	}
	return out
}

// maxRows is how many parameters the report lists; of a network with more it
// lists those with the largest differences.
const maxRows = 16

// gradientTable writes how far the gradients are from each other.
func (r *textReport) gradientTable(c check) {
	r.Print("\n")
	formulas := r.p.byHand()
	rows := [][]string{{"", "formulas", "differences"}}
	if formulas {
		r.Text("Gradients before training, by the chain rule: their largest relative difference to the formulas " +
			"written by hand and to central differences.")
	} else {
		r.Text("Gradients before training, by the chain rule, of the network as it predicts: their largest relative difference to central differences.")
		rows = [][]string{{"", "differences"}}
	}
	for _, c := range worst(c.rows, maxRows) {
		differences := fmt.Sprintf("%.1e", c.Differences)
		switch {
		case c.Compared == 0 && c.Kinks > 0:
			differences = "at a kink"
		case c.Compared == 0:
			differences = "undecided"
		}
		row := []string{"d" + c.Parameter, differences}
		if formulas {
			row = slices.Insert(row, 1, fmt.Sprintf("%.1e", *c.Formulas))
		}
		rows = append(rows, row)
	}
	r.Table(rows)
	if n := len(c.rows); n > maxRows {
		r.Text("These are the %d of %d parameters with the largest differences.", maxRows, n)
	}
}

// worst returns the n comparisons with the largest differences, in their order.
func worst(rows []comparison, n int) []comparison {
	if len(rows) <= n {
		return rows
	}
	sorted := slices.Clone(rows)
	slices.SortStableFunc(sorted, func(a, b comparison) int { return cmp.Compare(b.Differences, a.Differences) })
	bound := sorted[n-1].Differences
	var out []comparison
	for _, row := range rows {
		if row.Differences >= bound && len(out) < n {
			out = append(out, row)
		}
	}
	return out
}

// gradientNotes says what is special about the numbers.
func (r *textReport) gradientNotes(c check) {
	var small []string
	sampled, kinks := false, false
	for _, row := range c.rows {
		if row.RelativeTo == c.floor {
			small = append(small, "d"+row.Parameter)
		}
		sampled = sampled || row.Entries > c.sample
		kinks = kinks || row.Kinks > 0
	}
	switch n := len(small); {
	case !r.p.byHand():
	case n > maxRows:
		r.Text("All entries of %d of the gradients are below %.3g: their difference to the formulas is relative to that.", n, c.floor)
	case n > 0:
		r.Text("All entries of %s are below %.3g: their difference to the formulas is relative to that.", words.List(small, "and"), c.floor)
	}
	if r.p.config.dtype == "float32" {
		largest := 0.0
		for _, row := range c.rows {
			largest = max(largest, row.Rounding)
		}
		r.Text("All this is computed in float64, with the parameters and constants of float32. In float32 the gradients "+
			"differ from those by %.1e at most.", largest)
	}
	if c.examples < r.p.Train.Len() {
		r.Text("Compared on %d of the %d examples, to be quick.", c.examples, r.p.Train.Len())
	}
	if sampled {
		r.Text("Differences: %d entries of each parameter, chosen at random.", c.sample)
	}
	r.undecidedNote(c)
	if kinks {
		r.Text("Entries at a kink of %s, where there is no derivative, have no difference.", words.List(kinked(r.p.activation), "or"))
	}
}

// undecidedNote says what the differences do not tell.
func (r *textReport) undecidedNote(c check) {
	undecided, compared, first := 0, 0, ""
	for _, row := range c.rows {
		undecided += row.Undecided
		compared += row.Compared + row.Undecided
		if row.Undecided > 0 && first == "" {
			first = "d" + row.Parameter + ": " + row.undecided
		}
	}
	if undecided > 0 {
		r.Text("Undecided by differences: %d of %d entries. The first is of %s.", undecided, compared, first)
	}
}

// kinked returns those of the activations that have a kink.
func kinked(activations []string) []string {
	return slices.DeleteFunc(words.Distinct(activations), func(name string) bool { return name != "relu" && name != "leaky-relu" })
}

// longest returns the width of the longest path.
func (r *textReport) longest(paths []string) int {
	n := 0
	for _, path := range paths {
		n = max(n, utf8.RuneCountInString(path))
	}
	return n
}

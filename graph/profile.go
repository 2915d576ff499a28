package graph

import (
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"chainrule/internal/plan"
	"gorgonia.org/tensor"
)

// A Profile tells where the runs of a program spent their time.
type Profile struct {
	Runs int // measured
	Rows []ProfileRow
}

// A ProfileRow is one instruction of a program.
type ProfileRow struct {
	Symbol string        // of the node that it computes
	Text   string        // its formula
	Shape  tensor.Shape  // of the result
	Does   string        // the work, such as "matmul" or the names of fused functions
	Time   time.Duration // in one run, the mean over all
	Share  float64       // of the time of all instructions, 0 to 1
	FLOP   int64         // operations in one run
	Bytes  int64         // read and written in one run, every array counted once
	Parts  int           // that workers share
}

// Profile returns the measurements of all runs since the program was made with
// Spec.Profile.
func (p *Program) Profile() (Profile, error) {
	if err := p.idle(); err != nil {
		return Profile{}, err
	}
	if !p.profile {
		return Profile{}, errors.New("graph: the program was compiled without Spec.Profile")
	}
	out := Profile{Runs: p.runs}
	total := time.Duration(0)
	for _, m := range p.exec.measures() {
		n := m.Node
		total += m.Spent
		out.Rows = append(out.Rows, ProfileRow{Symbol: n.Label, Text: n.Text, Shape: n.Shape, Does: m.Verb,
			Time: m.Spent / time.Duration(max(1, p.runs)), Share: float64(m.Spent), FLOP: m.FLOP, Bytes: m.Bytes, Parts: m.Parts})
	}
	for i := range out.Rows {
		out.Rows[i].Share /= max(1, float64(total))
	}
	return out, nil
}

// String returns the profile as a table, in the order of computation.
func (p Profile) String() string {
	var b strings.Builder
	total := time.Duration(0)
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "result\tshape\ttime\tshare\tGFLOP/s\tGB/s\tparts\t  does\n")
	for _, r := range p.Rows {
		total += r.Time
		seconds := max(r.Time.Seconds(), 1e-12)
		fmt.Fprintf(w, "%s\t%s\t%v\t%.1f %%\t%.2f\t%.2f\t%d\t  %s\n", r.Symbol, shapeString(r.Shape), r.Time,
			100*r.Share, float64(r.FLOP)/seconds/1e9, float64(r.Bytes)/seconds/1e9, r.Parts, r.does())
	}
	w.Flush() // writing to a strings.Builder does not fail
	fmt.Fprintf(&b, "%v a run, the mean of %d\n", total, p.Runs)
	return b.String()
}

func (r ProfileRow) does() string {
	if r.Text == "" {
		return r.Does
	}
	return r.Text + ": " + r.Does
}

func (e *execution[T]) profile()                 { e.machine.Profile() }
func (e *execution[T]) measures() []plan.Measure { return e.machine.Measures() }

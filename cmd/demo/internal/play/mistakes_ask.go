package play

import (
	"maps"
	"math"
	"slices"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// mistakeReply is a mistake that a run can be told to make.
type mistakeReply struct {
	Name      string `json:"name"`
	Title     string `json:"title"`
	What      string `json:"what"` // what is done in place of what, in a sentence
	Available bool   `json:"available"`
	Why       string `json:"why,omitempty"` // it is not
}

// askMistakes lists all, and says which the first run's network can make.
func (s *Session) askMistakes(nothing) (any, error) {
	if err := s.ready(); err != nil {
		return nil, err
	}
	out := []mistakeReply{}
	for _, m := range mistakes() {
		why := m.unfit(s.runs[0].exp)
		out = append(out, mistakeReply{m.name, m.title, m.what, why == "", why})
	}
	return out, nil
}

// faults returns the lines of the step that a run is about to take that are not the right
// ones, in order of computation.
func (r *run) faults(u *upcoming) ([]fault, error) {
	if r.planted == nil {
		return nil, nil
	}
	at := r.training.State()
	batch, _, err := r.training.Data.Batch(at.Epoch, at.Batch)
	if err != nil {
		return nil, err
	}
	rates, err := r.training.Rates()
	if err != nil {
		return nil, err
	}
	all, err := r.planted.faults(planStep{r.training.Trainer, batch, rates}, u.derivation.convention)
	if err != nil {
		return nil, err
	}
	kept, err := r.keptFaults(u, all)
	return append(all, kept...), err
}

// keptFaults returns the lines of what a rule keeps and uses besides, such as Adam's means,
// that are not the right ones since the gradients are not, which faults tell.
func (r *run) keptFaults(u *upcoming, faults []fault) (out []fault, err error) {
	d := u.derivation
	var kept []line
	var asked []*graph.Node
	for _, l := range d.lines {
		if l.Phase == "update" && d.regiven[l.node] != nil && !slices.Contains(r.params, l.sets) {
			kept, asked = append(kept, l), append(asked, l.node, d.regiven[l.node])
		}
	}
	if len(kept) == 0 {
		return nil, nil
	}
	gradients := d.explained.Gradients()
	right, err := u.values(gradients...)
	if err != nil {
		return nil, err
	}
	feeds := maps.Clone(u.feeds)
	for i, n := range gradients {
		values := right[n].data
		for _, f := range faults {
			if f.phase == "backward" && f.name == "d"+r.params[i].Name() {
				values = f.value
			}
		}
		feeds[d.regiven[n]] = r.planted.gradient(r.exp.Dtype(), n.Shape(), values)
	}
	values, err := (&upcoming{derivation: d, feeds: feeds}).values(asked...)
	if err != nil {
		return nil, err
	}
	for _, l := range kept {
		f := fault{phase: l.Phase, name: l.Name, shape: l.Shape, right: values[l.node].data, value: values[d.regiven[l.node]].data}
		if f.differs() {
			out = append(out, f)
		}
	}
	return out, nil
}

// gradient returns what the rule is given as a gradient of some values.
func (p *planted) gradient(dtype tensor.Dtype, shape []int, values []float64) *tensor.Dense {
	t := tensor.New(tensor.Of(dtype), tensor.WithShape(shape...))
	for i, v := range values {
		if p.uphill {
			v = -v
		}
		switch data := t.Data().(type) {
		case []float64:
			data[i] = v
		case []float32:
			data[i] = float32(v)
		}
	}
	return t
}

// A wrongValue says by how much a line is not the right one.
type wrongValue struct {
	Difference number `json:"difference"` // the largest, by the largest right entry
	Row        int    `json:"row"`        // where it is, from 0
	Col        int    `json:"col"`
	Right      number `json:"right"` // what would be right there
	Value      number `json:"value"`
	RightText  string `json:"rightText,omitempty"` // how it would be right to compute it, if the line's text is another
}

// make puts the run's own value and formula into a line that it has wrong, and says what is
// wrong; nil if nothing is.
func (l *line) make(faults []fault, data *[]float64) *wrongValue {
	for _, f := range faults {
		if f.phase != l.Phase || f.name != l.Name {
			continue
		}
		at, difference := f.worst()
		cols := size(f.shape, 1)
		w := &wrongValue{Difference: number(difference), Row: at / cols, Col: at % cols, Right: number(f.right[at]), Value: number(f.value[at])}
		if l.Phase == "given" { // which differed at the start, and has its present value
			return w
		}
		if *data = f.value; f.text != "" {
			w.RightText, l.Text, l.MathML = l.Text, f.text, f.mathml
		}
		return w
	}
	return nil
}

// wrongAt says what is wrong with one entry of a line; nil if nothing is.
func (l *line) wrongAt(faults []fault, row, col int) *wrongValue {
	for _, f := range faults {
		at := row*size(f.shape, 1) + col
		if f.phase != l.Phase || f.name != l.Name || f.phase == "given" || f.right[at] == f.value[at] {
			continue
		}
		return &wrongValue{Difference: number(math.Abs(f.value[at] - f.right[at])), Row: row, Col: col, Right: number(f.right[at]), Value: number(f.value[at])}
	}
	return nil
}

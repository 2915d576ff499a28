package play

import (
	"errors"
	"fmt"
	"slices"

	"chainrule/cmd/demo/internal/netspec"
	"chainrule/graph/explain"
	"chainrule/internal/handgrad"
	"chainrule/internal/words"
	"gorgonia.org/tensor"
)

// judgeRequest holds numbers that somebody computed to the step that a run is about to
// take, as netspec.ParseText reads them.
type judgeRequest struct {
	Run  int    `json:"run"`
	Text string `json:"text"`
	Line string `json:"line"` // whose numbers they are, where the text does not say it

	Convention string `json:"convention"` // of dZ, notes or mean, where the text does not say it; empty it is found out
}

// A judgement says which of the lines are right.
type judgement struct {
	Right      []string    `json:"right"`
	Wrong      []wrongLine `json:"wrong"`           // in the order of computation
	First      string      `json:"first,omitempty"` // wrong line
	Text       string      `json:"text"`            // the outcome in a sentence or two
	Convention string      `json:"convention"`      // in which dZ was judged, "" if none is there
	Tolerance  number      `json:"tolerance"`       // the largest relative error of a right line
}

// A wrongLine is a line that is not right.
type wrongLine struct {
	Line        string      `json:"line"`
	Text        string      `json:"text"` // what is wrong, in a sentence
	Shape       []int       `json:"shape"`
	Wanted      []int       `json:"wanted"`
	Row         *int        `json:"row,omitempty"` // of the worst entry, from 0; left out if the shapes differ
	Col         *int        `json:"col,omitempty"`
	Given       *number     `json:"given,omitempty"` // there
	Value       *number     `json:"value,omitempty"` // that is right there
	Error       *number     `json:"error,omitempty"` // the largest difference by the largest right entry
	Causes      []causeText `json:"causes"`
	From        string      `json:"from"` // the first wrong line that it is computed from, or itself
	Independent bool        `json:"independent"`
}

type causeText struct {
	Kind string `json:"kind"`
	Line string `json:"line"` // where the mistake is made
	Text string `json:"text"`
}

// maxJudged is how many products one pass by hand has at most: comparing takes many passes,
// and a session waits for them.
const maxJudged = 10_000_000

// exactly is how far a right line may be off that was given with all digits.
const exactly = 1e-6

// judge compares.
func (s *Session) judge(r judgeRequest) (any, error) {
	run, convention, err := s.runOf(r.Run, r.Convention)
	if err != nil {
		return nil, err
	}
	spec, err := run.spec()
	if err != nil {
		return nil, requestError("run", err)
	}
	pasted, err := netspec.ParseText([]byte(r.Text), r.Line, spec.Layers())
	if err != nil {
		return nil, requestError("text", err)
	}
	result, err := netspec.Compute(spec, explain.Notes)
	if err != nil {
		return nil, requestError("run", err)
	}
	if r.Convention == "" || pasted.Convention != "" {
		convention = pasted.Convention
	}
	tolerance := max(exactly, pasted.Rounding)
	c := netspec.Compare(spec, result, pasted.Given, tolerance, convention)
	for _, l := range c.Right {
		s.reach(Goal{Kind: "judged-right", Run: r.Run, Line: l.String()})
	}
	return judged(c, tolerance), nil
}

// spec returns the network with the batch of the step that is next, as numbers are compared
// by.
func (r *run) spec() (*netspec.Spec, error) {
	net, err := r.exp.MLP()
	if err != nil {
		return nil, errors.New("numbers are compared for dense layers without names, one behind the other, and this network has others")
	}
	x := r.exp.Settings
	spec := &netspec.Spec{Loss: netspec.Loss(x.Cost.Kind), Sizes: []int{x.Inputs}}
	if !slices.Contains(netspec.LossNames(), x.Cost.Kind) || len(x.Cost.ClassWeights) > 0 || x.Cost.Smoothing != 0 {
		return nil, fmt.Errorf("numbers are compared under %s, without weights or smoothing", words.List(netspec.LossNames(), "and"))
	}
	for l, layer := range x.Layers {
		name := layer.Activation
		if name == "" {
			name = "identity"
		}
		g, err := netspec.ParseActivation(name)
		if err != nil {
			return nil, fmt.Errorf("numbers are compared for some activations: layers[%d]: %w", l, err)
		}
		spec.Activations, spec.Sizes = append(spec.Activations, g), append(spec.Sizes, layer.Units)
	}
	for l := range net.W {
		spec.W, spec.B = append(spec.W, matrixOf(net.W[l].Value())), append(spec.B, matrixOf(net.B[l].Value()))
	}
	at := r.training.State()
	batch, _, err := r.training.Data.Batch(at.Epoch, at.Batch)
	if err != nil {
		return nil, err
	}
	spec.X, spec.Y = matrixOf(batch["X"]), matrixOf(batch["Y"])
	products := 0
	for _, w := range spec.W {
		products += len(w.Data) * spec.X.Cols
	}
	if products > maxJudged {
		return nil, fmt.Errorf("numbers are compared where a pass has at most %d products, and this one has %d: fewer units, or examples in a batch, are needed", maxJudged, products)
	}
	return spec, nil
}

// matrixOf returns a tensor with two axes as a matrix.
func matrixOf(t *tensor.Dense) handgrad.Matrix {
	s := t.Shape()
	return handgrad.Matrix{Rows: s[0], Cols: s[1], Data: float64s(t)}
}

// judged writes a comparison.
func judged(c netspec.Comparison, tolerance float64) judgement {
	j := judgement{Right: []string{}, Wrong: []wrongLine{}, Convention: string(c.Convention), Tolerance: number(tolerance)}
	for _, l := range c.Right {
		j.Right = append(j.Right, l.String())
	}
	for _, m := range c.Wrong {
		j.Wrong = append(j.Wrong, wrongOf(m))
	}
	if len(j.Wrong) == 0 {
		if len(j.Right) == 1 {
			j.Text = j.Right[0] + " is right."
		} else {
			j.Text = words.List(j.Right, "and") + " are right."
		}
		return j
	}
	j.First, j.Text = j.Wrong[0].Line, j.Wrong[0].Text
	for i, cause := range j.Wrong[0].Causes {
		if i > 0 {
			j.Text += " Or:"
		}
		j.Text += fmt.Sprintf(" %s: %s.", cause.Kind, cause.Text)
	}
	return j
}

// wrongOf writes a mismatch.
func wrongOf(m netspec.Mismatch) wrongLine {
	w := wrongLine{Line: m.Line.String(), Shape: append([]int{}, m.Shape...), Wanted: append([]int{}, m.Wanted...), Causes: []causeText{},
		From: m.From.String(), Independent: m.Independent}
	for _, c := range m.Causes {
		w.Causes = append(w.Causes, causeText{c.Kind, c.Line.String(), c.Text})
	}
	switch {
	case !m.HasShape():
		w.Text = fmt.Sprintf("%s has the shape %s, %s expected.", w.Line, words.Shape(m.Shape...), words.Shape(m.Wanted...))
		return w
	case len(m.Wanted) == 0:
		w.Text = fmt.Sprintf("%s is %v, %v expected.", w.Line, m.Given, m.Value)
	default:
		row, col := m.Row-1, m.Col-1
		w.Row, w.Col = &row, &col
		w.Text = fmt.Sprintf("%s is wrong, most of all in row %d, column %d: %v given, %v expected.", w.Line, m.Row, m.Col, m.Given, m.Value)
	}
	w.Given, w.Value, w.Error = optional(m.Given), optional(m.Value), optional(m.Error)
	return w
}

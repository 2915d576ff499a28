package optim

import (
	"slices"

	"chainrule/graph"
)

// Clip limits the gradients that another rule sees. By value every entry g becomes
//
//	min(max(g, −Value), Value)
//
// and by norm all gradients together are shortened to a length of at most Norm
// (R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training recurrent
// neural networks", ICML 2013, algorithm 1):
//
//	g ← g · Norm / max(‖g‖, Norm)        ‖g‖ = √Σ g², over all parameters
//
// The squares are of g over its largest entry, so that they do not overflow, and a factor
// that is too small for a number makes no step of 0.
// Gradients that are short enough keep their bits. PyTorch's clip_grad_norm_ adds 1e-6
// to ‖g‖, so that what it shortens ends as much below Norm.
//
// An infinite entry becomes ±Value by value; by norm it makes all gradients NaN. NaN
// stays NaN, and Trainer.Finite refuses a step by it.
type Clip struct {
	// Rule takes the step. It must be given.
	Rule Rule

	// Value and Norm are the limits, above 0, or 0 for none; at least one must be given.
	// If both are, values are clipped first.
	Value, Norm float64
}

var _ Rule = Clip{}

// Apply writes one step of the rule.
func (r Clip) Apply(u *Update) {
	if !checkAmount(u, "Clip.Value", r.Value) || !checkAmount(u, "Clip.Norm", r.Norm) {
		return
	}
	if r.Value == 0 && r.Norm == 0 {
		graph.Fail(graph.Errorf("Clip", "neither Value nor Norm given, a number above 0 expected for at least one"), u.Grads...)
		return
	}
	grads := slices.Clone(u.Grads)
	if r.Value > 0 {
		for i, d := range grads {
			grads[i] = graph.Clip(d, -r.Value, r.Value)
		}
	}
	if r.Norm > 0 && len(grads) > 0 {
		grads = shortened(grads, u.Graph().Const(r.Norm))
	}
	u.within("Clip.Rule", r.Rule, grads)
}

// shortened returns gradients of a length of at most norm. All lengths are in units of the
// largest entry, or of the norm if that is larger; what is too long is first brought to that
// unit and then to the norm, since the quotient of the two may be too small for a number.
func shortened(grads []*graph.Node, norm *graph.Node) []*graph.Node {
	unit := norm
	for _, d := range grads {
		unit = graph.Maximum(unit, graph.Max(graph.Abs(d)))
	}
	var squares *graph.Node
	for _, d := range grads {
		s := graph.Sum(graph.Square(graph.Div(d, unit)))
		if squares != nil {
			s = graph.Add(squares, s)
		}
		squares = s
	}
	length, limit, one := graph.Sqrt(squares), graph.Div(norm, unit), norm.Graph().Const(1)
	short := graph.GreaterEqual(limit, length) // not of NaN
	divisor, factor := graph.Where(short, one, unit), graph.Where(short, one, graph.Div(norm, graph.Maximum(length, limit)))
	out := make([]*graph.Node, len(grads))
	for i, d := range grads {
		out[i] = graph.Mul(graph.Div(d, divisor), factor)
	}
	return out
}

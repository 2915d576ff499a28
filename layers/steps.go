package layers

import "chainrule/graph"

// Steps makes sequences of columns: of x of shape (T·n, m) those of shape (T, n, m), where T is the
// number. A column has the features of the first step first, then those of the second. Nothing is copied.
type Steps int

// StepMean takes the mean over the steps: of a sequence of shape (T, n, m) it makes columns (n, m). Of an example
// without steps it is 0.
type StepMean struct{}

var (
	_ Layer  = Steps(0)
	_ Masked = StepMean{}
)

// Apply returns the sequences of shape (T, n, m).
func (t Steps) Apply(x *graph.Node) *graph.Node {
	if failed := reject("Steps", x); failed != nil {
		return failed
	}
	s := x.Shape()
	switch {
	case t < 1:
		return graph.Fail(graph.Errorf("Steps", "%d steps, at least 1 expected", int(t)), x)
	case len(s) != 2 || s[0]%int(t) != 0:
		return graph.Fail(graph.Errorf("Steps", "an input of shape %v given, (n,m) expected, where n is a multiple of the %d steps", s, int(t)), x)
	}
	return graph.Reshape(x, int(t), s[0]/int(t), s[1])
}

// Params returns nil.
func (t Steps) Params() []*graph.Param { return nil }

// Apply returns the means, of shape (n, m).
func (s StepMean) Apply(x *graph.Node) *graph.Node { return s.ApplyMasked(x, nil) }

// ApplyMasked returns the means over the steps that belong to each example. See [Masked].
func (StepMean) ApplyMasked(x, lengths *graph.Node) *graph.Node {
	if failed := rejectSteps("StepMean", x, lengths); failed != nil {
		return failed
	}
	if lengths == nil {
		return graph.Mean(x, 0)
	}
	within := ofExamples(x.Shape()[0], lengths)
	count := graph.Maximum(graph.Sum(within, 0), x.Graph().Const(1))
	return graph.Div(graph.Sum(graph.Where(within, x, x.Graph().Const(0)), 0), count)
}

// Params returns nil.
func (StepMean) Params() []*graph.Param { return nil }

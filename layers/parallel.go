package layers

import "chainrule/graph"

// Parallel applies each of its layers, the branches, to the same input and puts their
// features below one another, those of the first branch on top: from x of shape (n, m)
// branches with n₁, n₂, … outputs make (n₁ + n₂ + …, m). Of images the channels of all are put
// together, whose heights and widths must be equal. A branch of several layers is a
// [Sequential], and an empty one of these hands x on.
//
// From C. Szegedy and others, "Going deeper with convolutions", CVPR 2015, figure 2; with
// x itself as a branch from G. Huang, Z. Liu, L. van der Maaten and K. Weinberger,
// "Densely connected convolutional networks", CVPR 2017, equation 2.
type Parallel []Layer

var (
	_ Layer    = Parallel(nil)
	_ Stateful = Parallel(nil)
)

// Apply returns the outputs of all branches.
func (p Parallel) Apply(x *graph.Node) *graph.Node {
	return p.apply(x, func(branch Layer) *graph.Node { return branch.Apply(x) })
}

func (p Parallel) apply(x *graph.Node, f func(branch Layer) *graph.Node) *graph.Node {
	if failed := reject("Parallel", x); failed != nil {
		return failed
	}
	if len(p) == 0 {
		return graph.Fail(graph.Errorf("Parallel", "no branches given, at least 1 expected"), x)
	}
	var outputs []*graph.Node
	for i, branch := range p {
		if branch == nil {
			return graph.Fail(graph.Errorf("Parallel", "branch %d of %d is nil", i+1, len(p)), x)
		}
		y := f(branch)
		if rank := len(y.Shape()); y.Err() == nil && rank != 2 && rank != 4 {
			return graph.Fail(graph.Errorf("Parallel", "branch %d of %d gives shape %v, a matrix or images expected", i+1, len(p), y.Shape()), x, y)
		}
		outputs = append(outputs, y)
	}
	if len(outputs) == 1 {
		return outputs[0]
	}
	return graph.Concat(0, outputs...)
}

// Params returns the parameters of all branches in order, each once.
func (p Parallel) Params() []*graph.Param { return Sequential(p).Params() }

// State returns what the branches keep, in order.
func (p Parallel) State() []*graph.Param { return Sequential(p).State() }

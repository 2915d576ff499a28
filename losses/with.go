package losses

import (
	"errors"
	"fmt"
	"slices"

	"chainrule/graph"
)

// With are the costs with settings. Those of its zero value are the functions of the same
// names.
type With struct {
	// Classes are weights of shape (n_y,1), by which the losses of each output are
	// multiplied: of classes, so that rare ones count as much as others. Where one output of a
	// sigmoid or of [Hinge] tells two classes apart they may have the shape (2,1), the first
	// of them for the label 0; labels must be 0 or 1 then. If nil all are 1.
	Classes *graph.Node

	// Examples are weights of shape (1,m), by which the losses of each example are
	// multiplied: 0 for one that only fills a batch up. If nil all are 1.
	//
	// Weights are finite and at least 0: others that are fed are an error, see
	// [graph.Require]. The cost stays the mean over the m examples, and is not divided by the
	// sum of the weights; weights whose mean is 1 keep its size.
	Examples *graph.Node

	// Smoothing is the share s of each label, from 0 to below 1, that is spread evenly over
	// the classes, in a cross-entropy alone. Of K classes that exclude one another a label y
	// becomes (1 − s)·y + s/K, of a sigmoid, which has two, (1 − s)·y + s/2. From C. Szegedy
	// and others, "Rethinking the inception architecture for computer vision", CVPR 2016,
	// section 7. What labels must be is asked of y itself.
	Smoothing float64

	// Each asks for the loss of each example, of shape (1,m), instead of the mean of them.
	Each bool
}

// check returns a failed node if the settings do not fit outputs. Weights of shape (2,1)
// fit one row where pair says so.
func (w With) check(op string, output, label *graph.Node, pair, smooths bool) *graph.Node {
	fail := func(err error) *graph.Node { return graph.Fail(graph.Errorf(op, "%w", err), output, label) }
	rows, m := output.Shape()[0], output.Shape()[1]
	for _, c := range []struct {
		name   string
		n      *graph.Node
		shapes [][]int
	}{
		{"class weights", w.Classes, [][]int{{rows, 1}, {2, 1}}},
		{"example weights", w.Examples, [][]int{{1, m}}},
	} {
		fits := func(shape []int) bool { return slices.Equal(c.n.Shape(), shape) }
		switch {
		case c.n == nil:
		case c.n.Err() != nil:
			return graph.Fail(c.n.Err(), output, label)
		case c.n.Graph() != output.Graph():
			return fail(fmt.Errorf("%s %s belong to another graph", c.name, describe(c.n)))
		case fits(c.shapes[0]) || pair && rows == 1 && slices.ContainsFunc(c.shapes[1:], fits):
		default:
			return fail(fmt.Errorf("%s %s given for outputs %s, shape (%d,%d) expected", c.name, describe(c.n), describe(output),
				c.shapes[0][0], c.shapes[0][1]))
		}
	}
	switch s := w.Smoothing; {
	case s != 0 && !smooths:
		return fail(errors.New("a Smoothing given, which is of labels of a cross-entropy"))
	case !(s >= 0 && s < 1):
		return fail(fmt.Errorf("%s %v given, a number from 0 to below 1 expected", "Smoothing", s))
	}
	return nil
}

// smoothed returns labels of which so many classes share a part.
func (w With) smoothed(y *graph.Node, classes int) *graph.Node {
	if w.Smoothing == 0 {
		return y
	}
	return y.Times(1 - w.Smoothing).Plus(w.Smoothing / float64(classes))
}

// isPair reports whether the classes are two that one row of outputs tells apart.
func (w With) isPair(output *graph.Node) bool {
	return w.Classes != nil && output.Shape()[0] == 1 && w.Classes.Shape()[0] == 2
}

// ofClass returns the weight of one of the classes.
func (w With) ofClass(class int) *graph.Node {
	return graph.Slice(w.Classes, graph.Range{From: class, To: class + 1})
}

// byLabel returns the weight of the class of each label, 0 or 1.
func (w With) byLabel(y *graph.Node) *graph.Node {
	one := graph.Mul(w.ofClass(1), y)
	return graph.Add(one, graph.Mul(w.ofClass(0), graph.Sub(y.Graph().Const(1), y)))
}

// ofOutputs returns the cost of losses of all outputs, of shape (n_y,m), whose classes are to
// be weighed, times c.
func (w With) ofOutputs(op string, losses *graph.Node, c float64) *graph.Node {
	if w.Classes != nil {
		losses = graph.Mul(w.Classes, losses)
	}
	return w.cost(op, losses, c)
}

// cost returns that of losses of shape (n_y,m) or (1,m) whose classes are weighed already,
// times c.
func (w With) cost(op string, losses *graph.Node, c float64) *graph.Node {
	if w.Examples != nil {
		losses = graph.Mul(w.Examples, losses)
	}
	if losses.Err() != nil {
		return losses
	}
	return w.requireWeights(op, w.put(losses, c))
}

// put puts the losses of outputs together, times c.
func (w With) put(losses *graph.Node, c float64) *graph.Node {
	if !w.Each {
		return meanOfSums(losses, c)
	}
	if losses.Shape()[0] > 1 {
		losses = kept.Sum(losses, 0)
	}
	if c != 1 {
		losses = losses.Times(c)
	}
	return losses
}

// requireWeights makes a cost demand weights of at least 0.
func (w With) requireWeights(op string, cost *graph.Node) *graph.Node {
	r := graph.Requirement{Op: op, Values: graph.NotNegative}
	if n := w.Classes; n != nil {
		r.Of = "weight of class"
		cost = graph.Require(graph.Reshape(n, 1, n.Shape()[0]), cost, r)
	}
	if w.Examples != nil {
		r.Of = "weight of example"
		cost = graph.Require(w.Examples, cost, r)
	}
	return cost
}

package losses

import "chainrule/graph"

// Hinge returns the loss of a support vector machine, from scores z and labels y, 0 or 1:
//
//	max(0, 1 − t·z),  t = 2·y − 1
//
// summed over the outputs, averaged over the examples. Both have shape (n_y, m), and a score
// above 0 stands for the label 1. Labels other than 0 and 1 are an error, see
// [graph.Require]; for −1 and 1 in their place it says how to make these. Several outputs are
// as many machines, each of which tells its class from all others. The gradient with respect
// to z is −t/m where t·z < 1, else 0.
//
// From C. Cortes and V. Vapnik, "Support-vector networks", Machine Learning 20, 1995; the
// penalty of the weights that belongs to it is the rule's. Probabilities of a sigmoid or
// softmax are no scores and an error.
func Hinge(z, y *graph.Node) *graph.Node { return With{}.Hinge(z, y) }

// Hinge is the function Hinge.
func (w With) Hinge(z, y *graph.Node) *graph.Node {
	const op = "Hinge"
	if _, _, ok := z.Logits(); ok {
		return graph.Fail(graph.Errorf(op, "the probabilities %s given, scores expected: what the sigmoid or softmax was applied to",
			describe(z)), z, y)
	}
	if failed := mismatch(op, z, y); failed != nil {
		return failed
	}
	if failed := w.check(op, z, y, true, false); failed != nil {
		return failed
	}
	one := z.Graph().Const(1)
	losses := graph.ReLU(graph.Sub(one, graph.Mul(graph.Sub(y.Times(2), one), z)))
	var cost *graph.Node
	if w.isPair(z) {
		cost = w.cost(op, graph.Mul(w.byLabel(y), losses), 1)
	} else {
		cost = w.ofOutputs(op, losses, 1)
	}
	return graph.Require(y, cost, graph.Requirement{Op: op, Values: graph.ZeroOrOne})
}

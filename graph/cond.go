package graph

import (
	"errors"
	"fmt"
	"slices"

	"chainrule/internal/words"
)

// Cond returns what then returns if pred, a scalar, is not 0, and else what otherwise
// returns: as many nodes, of the same shapes. Both are called once, when the graph is
// built; a run computes what the one of them made that is taken, and nothing of the other.
// They may use any nodes and parameters of the graph, which are computed in any case; nodes
// that they make are their own, and using them elsewhere is an error.
//
// As in Where, a pred that is NaN is not 0. The gradient goes through the branch that is
// taken; that of the other, and that with respect to pred, is 0, whatever would become of it.
//
// Each branch is a loop (Loop) of one step or none.
func Cond(pred *Node, then, otherwise func() []*Node) []*Node {
	if n := condMistake(pred, then, otherwise); n != nil {
		if then == nil {
			then = otherwise
		}
		return failedBranch(n, then)
	}
	no := isZero(pred)
	a, b := branch(oneMinus(no), then), branch(no, otherwise)
	if err := checkBranches(a, b); err != nil {
		n := failedNode(pred.g, "Cond", err, append([]*Node{pred}, slices.Concat(a, b)...)...)
		return slices.Repeat([]*Node{n}, len(a))
	}
	for i := range a {
		a[i] = Where(pred, a[i], b[i])
	}
	return a
}

// condMistake returns a failed node if what Cond is given is wrong, and else nil.
func condMistake(pred *Node, then, otherwise func() []*Node) *Node {
	if pred != nil && pred.err != nil {
		return Neg(pred) // which keeps the error
	}
	g := graphOf([]*Node{pred})
	err := checkSameGraph(g, []*Node{pred})
	switch {
	case err != nil:
	case len(pred.shape) > 0:
		err = fmt.Errorf("the condition has shape %s, a scalar expected", shapeString(pred.shape))
	case then == nil || otherwise == nil:
		err = errors.New("a branch is nil")
	}
	if err == nil {
		return nil
	}
	return failedNode(g, "Cond", err, pred)
}

// failedBranch returns n for everything that a branch would have returned.
func failedBranch(n *Node, f func() []*Node) []*Node {
	if f == nil {
		return nil
	}
	_, failed := Loop{}.failedScan(n, func(_, _ []*Node) (next, out []*Node) { return nil, f() })
	return failed
}

// branch returns what f makes, computed if taken is 1, and zeros if it is 0.
func branch(taken *Node, f func() []*Node) []*Node {
	_, out := Loop{Steps: 1, Length: taken}.scan("Cond", func(_, _ []*Node) (next, out []*Node) { return nil, f() })
	for i, n := range out {
		if n.err == nil {
			out[i] = Reshape(n, n.shape[1:]...)
		}
	}
	return out
}

// checkBranches reports results of two branches that are not alike.
func checkBranches(a, b []*Node) error {
	if len(a) != len(b) {
		return fmt.Errorf("one branch returns %s, and the other %d", words.Count(len(a), "node"), len(b))
	}
	for i := range a {
		switch {
		case a[i].err != nil:
			return a[i].err
		case b[i].err != nil:
			return b[i].err
		case !slices.Equal(a[i].shape, b[i].shape):
			return fmt.Errorf("result %d (from 0) has shape %s in one branch, and %s in the other", i, shapeString(a[i].shape), shapeString(b[i].shape))
		}
	}
	return nil
}

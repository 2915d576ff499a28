package layers

import (
	"fmt"
	"slices"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// A Masked layer is one for sequences that tells the steps of an example from those behind
// its end, with which shorter examples are filled up to the T steps of a batch.
//
// A sequence has the shape (T, n, m): T steps of n features, a column per example.
type Masked interface {
	Layer

	// ApplyMasked is Apply where the examples have lengths of their own. lengths has the
	// shape (m): how many steps from the first on belong to each example, whole numbers
	// from 0 to T; a larger one is T. What stands in x behind the end of an example, finite
	// numbers, has no influence on the steps before it, and the result there is 0 if the
	// layer does not take each step by itself. Without lengths, nil, it is Apply.
	ApplyMasked(x, lengths *graph.Node) *graph.Node
}

var (
	_ Masked = Sequential(nil)
	_ Masked = Residual{}
	_ Masked = Parallel(nil)
)

// ApplyMasked applies a layer to sequences of several lengths: with its method of that name if
// it is [Masked], else by Apply, as layers do that take each step by itself.
func ApplyMasked(l Layer, x, lengths *graph.Node) *graph.Node {
	switch masked, ok := l.(Masked); {
	case l == nil:
		return graph.Fail(graph.Errorf("ApplyMasked", "the layer is nil"), x)
	case ok && lengths != nil:
		return masked.ApplyMasked(x, lengths)
	}
	return l.Apply(x)
}

// ApplyMasked hands the lengths to those of the layers that are [Masked] and are applied to
// sequences, which a layer before them may make of something else, as an [Embedding] does.
func (s Sequential) ApplyMasked(x, lengths *graph.Node) *graph.Node {
	if failed := reject("Sequential", x); failed != nil {
		return failed
	}
	for i, layer := range s {
		if layer == nil {
			return graph.Fail(graph.Errorf("Sequential", "layer %d of %d is nil", i+1, len(s)), x)
		}
		if len(x.Shape()) == 3 || holdsLayers(layer) {
			x = ApplyMasked(layer, x, lengths)
		} else {
			x = layer.Apply(x)
		}
	}
	return x
}

// holdsLayers reports whether a layer hands the lengths on.
func holdsLayers(l Layer) bool {
	switch l.(type) {
	case Sequential, Residual, Parallel:
		return true
	}
	return false
}

// ApplyMasked returns the outputs of all branches, which are given the lengths.
func (p Parallel) ApplyMasked(x, lengths *graph.Node) *graph.Node {
	return p.apply(x, func(branch Layer) *graph.Node { return Sequential{branch}.ApplyMasked(x, lengths) })
}

// ApplyMasked returns x + f(x), of which f is given the lengths.
func (r Residual) ApplyMasked(x, lengths *graph.Node) *graph.Node {
	return r.apply(x, func(x *graph.Node) *graph.Node { return r.Layers.ApplyMasked(x, lengths) })
}

// rejectSequence returns a failed node unless x is a sequence of n features and lengths, which
// may be nil, one number for each example of it.
func rejectSequence(op string, x, lengths *graph.Node, n int) *graph.Node {
	if failed := reject(op, x); failed != nil {
		return failed
	}
	if s := x.Shape(); len(s) != 3 || s[1] != n {
		return graph.Fail(graph.Errorf(op, "an input of shape %v given, (T,%d,m) expected: a step for each of the first axis, with a row for each of %[2]d features", s, n), x)
	}
	return rejectSteps(op, x, lengths)
}

// rejectSteps is rejectSequence for any number of features.
func rejectSteps(op string, x, lengths *graph.Node) *graph.Node {
	if failed := reject(op, x); failed != nil {
		return failed
	}
	s := x.Shape()
	if len(s) != 3 {
		return graph.Fail(graph.Errorf(op, "an input of shape %v given, (T,n,m) expected: a step for each of the first axis", s), x)
	}
	if lengths == nil {
		return nil
	}
	if failed := reject(op, lengths); failed != nil {
		return graph.Fail(failed.Err(), x)
	}
	if !slices.Equal(lengths.Shape(), s[2:]) {
		return graph.Fail(graph.Errorf(op, "lengths of shape %v given, (%d) expected: one for each example", lengths.Shape(), s[2]), x, lengths)
	}
	return nil
}

// stepNumbers returns 0 … steps−1 in the given shape.
func stepNumbers(g *graph.Graph, steps int, shape ...int) *graph.Node {
	numbers := make([]float64, steps)
	for t := range numbers {
		numbers[t] = float64(t)
	}
	return g.Array(numbersOf(g.Dtype(), numbers, shape...))
}

// ofExamples returns the array of shape (T,1,m) with a 1 at the steps that belong to an
// example, and 0 behind its end.
func ofExamples(steps int, lengths *graph.Node) *graph.Node {
	return graph.Less(stepNumbers(lengths.Graph(), steps, steps, 1, 1), lengths)
}

// sequenceSizes reports what a layer of sequences is made with: a name, a dtype and sizes of
// at least 1, by their names.
func sequenceSizes(name string, dtype tensor.Dtype, in, out int, inName, outName string) (tensor.Dtype, error) {
	dtype, err := checkNamed(name, dtype)
	if err != nil {
		return dtype, err
	}
	if err := checkSizes(in, out, inName, outName); err != nil {
		return dtype, err
	}
	return dtype, nil
}

// lost reports parameters that a layer lacks, or that have other shapes than they should.
func lost(params []*graph.Param, shapes [][]int) error {
	for i, p := range params {
		switch {
		case p == nil:
			return fmt.Errorf("it has not all of its parameters: its settings make them")
		case p.Err() != nil:
			return p.Err()
		case !slices.Equal(p.Shape(), shapes[i]):
			return fmt.Errorf("the parameter %q has shape %v, %v expected", p.Name(), p.Shape(), shapes[i])
		}
	}
	return nil
}

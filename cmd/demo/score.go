package main

import (
	"math"

	"chainrule/graph"
	"chainrule/optim/dataset"
	"gorgonia.org/tensor"
)

// A score says how a network does on some examples.
type score struct {
	cost     float64
	right    int     // examples whose class is the likeliest
	of       int     // examples
	accuracy float64 // right as a fraction
}

// judge returns the score on the examples of a set.
func (p *problem) judge(set *dataset.Set) (score, error) {
	s := score{of: set.Len()}
	e := p.express(p.newGraph(), s.of)
	prog, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{e.cost, e.accuracy}})
	if err != nil {
		return s, err
	}
	defer prog.Close()
	if err := prog.Run(p.feeds(e, set)); err != nil {
		return s, err
	}
	if s.cost, err = prog.Scalar(e.cost); err != nil {
		return s, err
	}
	accuracy, err := prog.Scalar(e.accuracy)
	if err != nil || math.IsNaN(accuracy) {
		return s, err
	}
	s.right = int(math.Round(accuracy * float64(s.of)))
	s.accuracy = float64(s.right) / float64(s.of)
	return s, nil
}

// perExample returns about how many nanoseconds one example takes.
func (p *problem) perExample() float64 {
	sum := 0.0
	sizes := p.sizes()
	for l := 1; l < len(sizes); l++ {
		sum += float64(sizes[l]) * (20 + 0.3*float64(sizes[l-1]))
	}
	return sum
}

// A predictor computes the probabilities of the classes for points in the plane.
type predictor struct {
	*problem
	prog *graph.Program
	e    expression
	m    int // examples that prog takes
}

// predict returns for the points (x1[i], x2[i]) the probability of class 1, or
// those of all classes point by point if there are more than two.
func (p *predictor) predict(x1, x2 []float64) ([]float64, error) {
	if p.prog == nil || p.m != len(x1) {
		p.m = len(x1)
		p.e = p.express(p.newGraph(), p.m)
		var err error
		if p.prog, err = graph.Compile(graph.Spec{Outputs: []*graph.Node{p.e.output()}}); err != nil {
			return nil, err
		}
	}
	points := &dataset.Set{Features: p.train.Features, Classes: p.train.Classes, Class: make([]int, p.m)}
	for i := range x1 {
		points.X = append(points.X, x1[i], x2[i])
	}
	if err := p.prog.Run(graph.Feeds{p.e.x: points.Inputs(p.dtype)}); err != nil {
		return nil, err
	}
	a, err := p.prog.Value(p.e.output())
	if err != nil {
		return nil, err
	}
	return transposed(rows(a)), nil
}

// rows returns the entries of a matrix row by row.
func rows(t *tensor.Dense) (entries []float64, height, width int) {
	height, width = t.Shape()[0], t.Shape()[1]
	entries = floats(t)
	if s := t.Strides(); height > 1 && width > 1 && s[0] == 1 { // column by column
		entries = transposed(entries, width, height)
	}
	return entries, height, width
}

// transposed returns the entries of a matrix column by column, given row by row.
func transposed(entries []float64, height, width int) []float64 {
	out := make([]float64, len(entries))
	for i := range height {
		for j := range width {
			out[j*height+i] = entries[i*width+j]
		}
	}
	return out
}

// floats returns the entries of a contiguous matrix in the order in which they
// lie.
func floats(t *tensor.Dense) []float64 {
	if t.Dtype() == tensor.Float64 {
		return t.Float64s()
	}
	out := make([]float64, 0, t.Shape().TotalSize())
	for _, v := range t.Float32s() {
		out = append(out, float64(v))
	}
	return out
}

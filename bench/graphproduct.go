package main

import (
	"chainrule/graph"
	"gorgonia.org/tensor"
)

// A graphProduct is a compiled graph of a product alone, which our workers share.
type graphProduct struct {
	p       *Problem
	program *graph.Program
	feeds   graph.Feeds
	output  *graph.Node
}

var _ engine = (*graphProduct)(nil)

func newGraphProduct(p *Problem) (engine, error) {
	dtype, q := dtypeOf(p), p.Product
	g := graph.New(graph.Settings{Dtype: dtype})
	factor := func(name string, m Matrix, transposed bool) (in, node *graph.Node) {
		in = g.Input(name, m.Rows, m.Cols)
		if transposed {
			return in, graph.Transpose(in)
		}
		return in, in
	}
	a, left := factor("A", q.A, q.TransA)
	b, right := factor("B", q.B, q.TransB)
	e := &graphProduct{p: p, output: graph.MatMul(left, right), feeds: graph.Feeds{
		a: newTensor(dtype, q.A.Data, q.A.Rows, q.A.Cols), b: newTensor(dtype, q.B.Data, q.B.Rows, q.B.Cols)}}
	var err error
	e.program, err = graph.Compile(graph.Spec{Outputs: []*graph.Node{e.output}, Workers: p.Threads})
	return e, err
}

func (e *graphProduct) check() (Outcome, error) {
	if err := e.step(); err != nil {
		return Outcome{}, err
	}
	c, err := e.program.Value(e.output)
	if err != nil {
		return Outcome{}, err
	}
	return Outcome{Values: [][]float64{floats(c)}}, nil
}

func (e *graphProduct) reset() error { return nil }
func (e *graphProduct) step() error  { return e.program.Run(e.feeds) }
func (e *graphProduct) close() error { return e.program.Close() }

// dtypeOf returns the problem's dtype as graphs know it.
func dtypeOf(p *Problem) tensor.Dtype {
	if p.Dtype == "float32" {
		return tensor.Float32
	}
	return tensor.Float64
}

// newTensor returns a row-major tensor.
func newTensor(dtype tensor.Dtype, data []float64, shape ...int) *tensor.Dense {
	if dtype == tensor.Float32 {
		return graph.Tensor(converted[float32](data), shape...)
	}
	return graph.Tensor(converted[float64](data), shape...)
}

// floats returns a row-major tensor's entries in float64.
func floats(t *tensor.Dense) []float64 {
	if t.Dtype() == tensor.Float32 {
		return converted[float64](t.Float32s())
	}
	return converted[float64](t.Float64s())
}

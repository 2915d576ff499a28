package lesson

import (
	"errors"
	"fmt"

	"chainrule/graph"
	"gonum.org/v1/gonum/mat"
	"gorgonia.org/tensor"
)

// hessian returns the matrix of the second derivatives of a cost with respect
// to all entries of some parameters, in their order. The graph makes it column
// by column: H times the unit vector of an entry. Inputs are the values of the
// cost's inputs by name.
func hessian(cost *graph.Node, params []*graph.Param, inputs map[string]*tensor.Dense) (*mat.SymDense, error) {
	g := cost.Graph()
	var xs, vs []*graph.Node
	units := map[*graph.Node]*tensor.Dense{} // the parts of the unit vector
	size := 0
	for i, p := range params {
		v := g.Input(fmt.Sprintf("v%d", i+1), p.Shape()...)
		xs, vs = append(xs, g.Use(p)), append(vs, v)
		units[v] = tensor.New(tensor.WithShape(p.Shape()...), tensor.Of(tensor.Float64))
		size += p.Shape().TotalSize()
	}
	products, err := graph.HVP(cost, xs, vs)
	if err != nil {
		return nil, err
	}
	program, err := graph.Compile(graph.Spec{Outputs: products, Workers: 1})
	if err != nil {
		return nil, err
	}
	defer program.Close() // nothing is running
	feeds := graph.Feeds{}
	for _, n := range program.Inputs() {
		if feeds[n] = inputs[n.Name()]; units[n] != nil {
			feeds[n] = units[n]
		}
	}
	h, column := mat.NewSymDense(size, nil), 0
	for _, v := range vs {
		entries := units[v].Float64s()
		for i := range entries {
			entries[i] = 1
			if err := hessianColumn(h, column, program, feeds, products); err != nil {
				return nil, err
			}
			entries[i] = 0
			column++
		}
	}
	return h, nil
}

// hessianColumn runs the program and puts the products into a column of h.
func hessianColumn(h *mat.SymDense, column int, program *graph.Program, feeds graph.Feeds, products []*graph.Node) error {
	if err := program.Run(feeds); err != nil {
		return err
	}
	row := 0
	for _, n := range products {
		value, err := program.Value(n)
		if err != nil {
			return err
		}
		for _, v := range value.Float64s() {
			if row <= column { // the rest is the same by symmetry
				h.SetSym(row, column, v)
			}
			row++
		}
	}
	return nil
}

// eigenvalues returns the eigenvalues of a matrix in rising order.
func eigenvalues(h *mat.SymDense) ([]float64, error) {
	var e mat.EigenSym
	if !e.Factorize(h, false) {
		return nil, errors.New("the eigenvalues of the second derivative were not found")
	}
	return e.Values(nil), nil
}

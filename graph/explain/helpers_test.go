package explain_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"chainrule/graph"
	"chainrule/internal/handgrad"
	"gorgonia.org/tensor"
)

type node = *graph.Node

// notesTolerance bounds the relative difference between two ways to compute a
// matrix in float64.
const notesTolerance = 1e-12

func randomMatrix(rng *rand.Rand, rows, cols int) handgrad.Matrix {
	m := handgrad.Matrix{Rows: rows, Cols: cols, Data: make([]float64, rows*cols)}
	for i := range m.Data {
		m.Data[i] = rng.NormFloat64()
	}
	return m
}

// randomLabels returns labels that every cost takes: from 0 to 1, of several
// outputs with the sum 1 in each column.
func randomLabels(rng *rand.Rand, rows, cols int) handgrad.Matrix {
	m := randomMatrix(rng, rows, cols)
	for j := range cols {
		sum := 0.0
		for i := range rows {
			m.Data[i*cols+j] = rng.Float64()
			sum += m.Data[i*cols+j]
		}
		for i := range rows {
			if rows > 1 {
				m.Data[i*cols+j] /= sum
			}
		}
	}
	return m
}

func dense(m handgrad.Matrix) *tensor.Dense {
	return graph.Tensor(slices.Clone(m.Data), m.Rows, m.Cols)
}

// gradients returns the values of the gradients of cost, by a program that was
// compiled without any explanation.
func gradients(t *testing.T, cost node, feeds graph.Feeds, xs ...node) [][]float64 {
	t.Helper()
	d, err := graph.Grad(cost, xs...)
	if err != nil {
		t.Fatal(err)
	}
	p, err := graph.Compile(graph.Spec{Outputs: d})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Run(feeds); err != nil {
		t.Fatal(err)
	}
	var out [][]float64
	for _, n := range d {
		v, err := p.Value(n)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, v.Float64s())
	}
	return out
}

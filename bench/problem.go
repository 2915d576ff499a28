package main

import (
	"math"
	"math/rand/v2"

	"chainrule/internal/handgrad"
	"chainrule/internal/toy"
)

// A Matrix is row-major; its numbers are exact in the problem's dtype.
type Matrix = handgrad.Matrix

// A Problem is a workload in one dtype with its data and initial parameters,
// which are the same for all systems.
type Problem struct {
	Workload
	Dtype   string // float64 or float32
	Threads int    // that a system may use

	X, Y  Matrix   // (n0,m) and (nL,m); Y is one-hot for a softmax
	Class []int    // the class of each example
	W, B  []Matrix // layer by layer

	Product *Product // if it is a product alone; then only the fields above X are set
}

// NewProblem draws the data and parameters of a workload from a fixed seed.
func NewProblem(w Workload, dtype string, threads int) *Problem {
	p := &Problem{Workload: w, Dtype: dtype, Threads: threads}
	rng := rand.New(rand.NewPCG(1, 2))
	p.drawData(rng)
	for l := range w.Sizes[1:] {
		in, out := w.Sizes[l], w.Sizes[l+1]
		p.W = append(p.W, normal(rng, out, in, math.Sqrt(gain(w.Hidden)/float64(in))))
		p.B = append(p.B, normal(rng, out, 1, 0.1))
	}
	if dtype == "float32" {
		for _, m := range p.arrays() {
			for i, v := range m.Data {
				m.Data[i] = float64(float32(v))
			}
		}
	}
	return p
}

// gain is what keeps the size of activations from layer to layer.
func gain(hidden string) float64 {
	if hidden == "relu" {
		return 2
	}
	return 1
}

func (p *Problem) drawData(rng *rand.Rand) {
	last, m := p.Sizes[len(p.Sizes)-1], p.Examples
	p.Y = Matrix{Rows: last, Cols: m, Data: make([]float64, last*m)}
	if p.Flower {
		s := toy.Flower()
		p.X = Matrix{Rows: 2, Cols: m, Data: make([]float64, 2*m)}
		for j, class := range s.Class {
			p.X.Data[j], p.X.Data[m+j], p.Y.Data[j] = s.X[2*j], s.X[2*j+1], float64(class)
		}
		return
	}
	p.X = normal(rng, p.Sizes[0], m, 1)
	p.Class = make([]int, m)
	for j := range p.Class {
		if last > 1 {
			p.Class[j] = rng.IntN(last)
			p.Y.Data[p.Class[j]*m+j] = 1
			continue
		}
		p.Class[j] = rng.IntN(2)
		p.Y.Data[j] = float64(p.Class[j])
	}
}

// normal returns a matrix of normal numbers with a standard deviation.
func normal(rng *rand.Rand, rows, cols int, sigma float64) Matrix {
	m := Matrix{Rows: rows, Cols: cols, Data: make([]float64, rows*cols)}
	for i := range m.Data {
		m.Data[i] = sigma * rng.NormFloat64()
	}
	return m
}

// arrays returns all of the problem's matrices.
func (p *Problem) arrays() []Matrix { return append([]Matrix{p.X, p.Y}, p.Params()...) }

// Params returns W1, b1, W2, b2, and so on.
func (p *Problem) Params() []Matrix {
	var all []Matrix
	for l := range p.W {
		all = append(all, p.W[l], p.B[l])
	}
	return all
}

// Columns returns the entries of a matrix column by column: example by example.
func Columns(m Matrix) []float64 {
	out := make([]float64, 0, len(m.Data))
	for j := range m.Cols {
		for i := range m.Rows {
			out = append(out, m.Data[i*m.Cols+j])
		}
	}
	return out
}

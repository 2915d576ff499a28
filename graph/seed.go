package graph

import (
	"fmt"
	"math"
	"slices"

	"gorgonia.org/tensor"
)

// RandomUniform returns numbers that are spread evenly over [0, 1). They are a
// pure function of the seed and of their place in the shape: the same for any
// number of workers and after a resume. Two draws from one seed are the same
// numbers, so a layer has a seed of its own, a [Param] that every step counts
// on:
//
//	seed := g.Param(p)
//	g.Assign(p, graph.NextSeed(seed))
//	mask := graph.RandomBernoulli(seed, 0.8, n, m)
//
// A seed has one entry or several, such as a layer's number and a count of
// steps, each a whole number from 0 to below 2⁵³, in a float32 graph 2²⁴. Of
// any other seed all numbers are NaN; comparisons take these for 0, which
// RandomBernoulli does not. The precision only rounds the numbers. Their
// derivative is zero.
//
// Number i is output i of SplitMix64 (G. L. Steele, D. Lea and C. H. Flood,
// "Fast splittable pseudorandom number generators", OOPSLA 2014; D. Stafford's
// constants), whose state is hashed from the seed.
func RandomUniform(seed *Node, shape ...int) *Node {
	return random("RandomUniform", seed, shape, func(u float64) float64 { return u })
}

// RandomBernoulli returns 1 with probability p and else 0, independently for
// every entry; see RandomUniform.
func RandomBernoulli(seed *Node, p float64, shape ...int) *Node {
	if !(p >= 0 && p <= 1) {
		return failedNode(seed.Graph(), "RandomBernoulli", fmt.Errorf("probability %v given, a number from 0 to 1 expected", p), seed)
	}
	return random("RandomBernoulli", seed, shape, func(u float64) float64 {
		switch {
		case u < p:
			return 1
		case u >= p:
			return 0
		}
		return u // NaN
	})
}

// NextSeed returns the seed that follows: its last entry and 1, and where that
// is no seed any more, 0 and the next of the entry before. So a seed of one
// entry comes round after 2⁵³ steps, in a float32 graph after 2²⁴ = 16,777,216,
// and one of two entries never.
func NextSeed(seed *Node) *Node {
	limit := seedLimit(seed)
	return (&Op{
		Name:  "NextSeed",
		Shape: func(in []tensor.Shape) (tensor.Shape, error) { return in[0], nil },
		Eval: func(out []float64, in [][]float64, _ Shapes) {
			copy(out, in[0])
			for i := len(out) - 1; i >= 0; i-- {
				if out[i]++; out[i] != limit {
					return
				}
				out[i] = 0
			}
		},
		Backward: noGradient,
	}).Apply(seed)
}

// random returns a node whose entries are made of uniform numbers.
func random(name string, seed *Node, shape []int, of func(u float64) float64) *Node {
	limit, shape := seedLimit(seed), slices.Clone(shape)
	op := &Op{
		Name:  name,
		Shape: func([]tensor.Shape) (tensor.Shape, error) { return shape, nil },
		Eval: func(out []float64, in [][]float64, _ Shapes) {
			state, ok := hashSeed(in[0], limit)
			for i := range out {
				u := math.NaN()
				if ok {
					u = float64(splitMix(state, uint64(i))>>11) * uniformUnit
				}
				out[i] = of(u)
			}
		},
		Backward: noGradient,
	}
	return op.Apply(seed)
}

// uniformUnit takes a whole number below 2⁵³ to below 1, and so far below that
// it stays there when it is rounded to float32.
const uniformUnit = (1 - 1.0/(1<<24)) / (1 << 53)

// seedLimit returns the first whole number that cannot be told from the next.
func seedLimit(seed *Node) float64 {
	if g := seed.Graph(); g != nil && g.dtype == tensor.Float32 {
		return 1 << 24
	}
	return 1 << 53
}

// hashSeed mixes the entries of a seed into a state, and reports whether all
// are whole numbers from 0 to below the limit.
func hashSeed(seed []float64, limit float64) (state uint64, ok bool) {
	for _, s := range seed {
		if !(s >= 0 && s < limit && s == math.Trunc(s)) {
			return 0, false
		}
		state = splitMix(state, uint64(s))
	}
	return state, true
}

// splitMix returns output i, from 0, of SplitMix64 that starts at a state.
func splitMix(state, i uint64) uint64 {
	z := state + (i+1)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

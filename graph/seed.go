package graph

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gorgonia.org/tensor"
)

// RandomUniform returns numbers that are spread evenly over [0, 1). They are a
// pure function of the seed and of their place in the shape: the same for any
// number of workers and after a resume. Two draws from one seed are the same
// numbers, so a layer has a seed of its own, a [Param] that every step counts
// on:
//
//	seed := g.Use(p)
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
	return intern(seed.Graph(), RandomUniformAttrs{slices.Clone(shape), seedLimit(seed)}, newRandomUniformOp).Apply(seed)
}

// RandomUniformAttrs are the shape of random numbers, and the number that no entry
// of their seed may reach.
type RandomUniformAttrs struct {
	Shape []int
	Limit float64
}

func newRandomUniformOp(a RandomUniformAttrs) *Op {
	return &Op{Name: "RandomUniform", Source: uniformSource(a), Text: "uniform", Attrs: a, Inputs: 1, Shape: always(a.Shape), Backward: noGradient,
		Eval: drawEach(a.Limit, func(u float64) float64 { return u })}
}

// RandomBernoulli returns 1 with probability p and else 0, independently for
// every entry; see RandomUniform.
func RandomBernoulli(seed *Node, p float64, shape ...int) *Node {
	if !(p >= 0 && p <= 1) {
		return failedNode(seed.Graph(), "RandomBernoulli", fmt.Errorf("probability %v given, a number from 0 to 1 expected", p), seed)
	}
	return intern(seed.Graph(), RandomBernoulliAttrs{p, slices.Clone(shape), seedLimit(seed)}, newRandomBernoulliOp).Apply(seed)
}

// RandomBernoulliAttrs are the probability of 1, the shape of random numbers, and
// the number that no entry of their seed may reach.
type RandomBernoulliAttrs struct {
	P     float64
	Shape []int
	Limit float64
}

func newRandomBernoulliOp(a RandomBernoulliAttrs) *Op {
	return &Op{Name: "RandomBernoulli", Source: bernoulliSource(a), Text: "bernoulli", Attrs: a, Inputs: 1, Shape: always(a.Shape), Backward: noGradient,
		Eval: drawEach(a.Limit, func(u float64) float64 {
			switch {
			case u < a.P:
				return 1
			case u >= a.P:
				return 0
			}
			return u // NaN
		})}
}

// NextSeed returns the seed that follows: its last entry and 1, and where that
// is no seed any more, 0 and the next of the entry before. So a seed of one
// entry comes round after 2⁵³ steps, in a float32 graph after 2²⁴ = 16,777,216,
// and one of two entries never.
func NextSeed(seed *Node) *Node {
	return intern(seed.Graph(), NextSeedAttrs{seedLimit(seed)}, newNextSeedOp).Apply(seed)
}

// NextSeedAttrs are the number that no entry of a seed may reach.
type NextSeedAttrs struct{ Limit float64 }

func newNextSeedOp(a NextSeedAttrs) *Op {
	return &Op{Name: "NextSeed", Source: nextSeedSource(a), Text: "nextseed", Attrs: a, Inputs: 1,
		Shape: func(in []tensor.Shape) (tensor.Shape, error) { return in[0], nil },
		Eval: func(out []float64, in [][]float64, _ Shapes) {
			copy(out, in[0])
			for i := len(out) - 1; i >= 0; i-- {
				if out[i]++; out[i] != a.Limit {
					return
				}
				out[i] = 0
			}
		},
		Backward: noGradient}
}

// always returns the Shape of an operation whose result has one shape.
func always(shape []int) func([]tensor.Shape) (tensor.Shape, error) {
	return func([]tensor.Shape) (tensor.Shape, error) { return shape, nil }
}

// drawEach returns the Eval of an operation whose entries are made of uniform
// numbers.
func drawEach(limit float64, of func(u float64) float64) func(out []float64, in [][]float64, _ Shapes) {
	return func(out []float64, in [][]float64, _ Shapes) {
		state, ok := hashSeed(in[0], limit)
		for i := range out {
			u := math.NaN()
			if ok {
				u = float64(splitMix(state, uint64(i))>>11) * uniformUnit
			}
			out[i] = of(u)
		}
	}
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

func uniformSource(a RandomUniformAttrs) func(s Shapes) Source {
	return func(s Shapes) Source {
		return Source{NumPy: "uniform({0}, " + pythonTuple(a.Shape) + ")", Library: "graph.RandomUniform({0}" + goList(a.Shape) + ")",
			EntryAt: func(index []string) string { return "uniform(" + flatIndex(index, a.Shape) + seedEntries(s) + ")" }, Needs: []Definition{splitMixDef, uniformDef}}
	}
}

func bernoulliSource(a RandomBernoulliAttrs) func(s Shapes) Source {
	return func(s Shapes) Source {
		return Source{NumPy: fmt.Sprintf("np.where(uniform({0}, %s) < %v, 1.0, 0.0)", pythonTuple(a.Shape), a.P),
			Library: fmt.Sprintf("graph.RandomBernoulli({0}, %v%s)", a.P, goList(a.Shape)),
			EntryAt: func(index []string) string {
				return fmt.Sprintf("indicator(uniform(%s%s) < %v)", flatIndex(index, a.Shape), seedEntries(s), a.P)
			},
			Needs: []Definition{splitMixDef, uniformDef, indicatorDef}}
	}
}

func nextSeedSource(a NextSeedAttrs) func(s Shapes) Source {
	return func(s Shapes) Source {
		return Source{NumPy: fmt.Sprintf("nextseed({0}, %v)", a.Limit), Library: "graph.NextSeed({0})",
			EntryAt: func(index []string) string {
				return fmt.Sprintf("nextSeed(%v, %s%s)", a.Limit, flatIndex(index, s.Out), seedEntries(s))
			}, Needs: []Definition{nextSeedDef}}
	}
}

// seedEntries writes the entries of a seed as further arguments.
func seedEntries(s Shapes) string {
	if len(s.In[0]) == 0 {
		return ", {0}"
	}
	var b strings.Builder
	for i := range size(s.In[0]) {
		fmt.Fprintf(&b, ", {0[%d]}", i)
	}
	return b.String()
}

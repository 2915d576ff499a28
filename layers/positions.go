package layers

import (
	"fmt"
	"math"
	"strconv"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// Positions adds to every step of a sequence x, of shape (T, n, m), a column that says where it
// stands, since attention takes steps in any order. The zero value adds waves of n
// lengths, which are not trained:
//
//	feature 2i of step t: sin(t/10000^(2i/n)),  feature 2i+1: cos(t/10000^(2i/n))
//
// One of [PositionsSettings] adds rows of P, which are.
//
// From A. Vaswani and others, "Attention is all you need", NIPS 2017, section 3.5.
type Positions struct {
	P *graph.Param // (steps, n): a row for every step that there can be; nil for waves

	err error
}

var _ Layer = Positions{}

// PositionsSettings configures [Positions] that are trained. All but Dtype and Init must be set.
type PositionsSettings struct {
	// Name is what the parameter is called by: Name.P. It must be unique in the network.
	Name string

	Steps    int // how many steps there can be, at least 1
	Features int // n, at least 1

	// Init sets P, of which Features are its inputs and Steps its outputs. If nil it is Normal(0.02).
	Init Initializer

	// Dtype is tensor.Float64 or tensor.Float32, that of the graphs that use the
	// layer. If unset it is tensor.Float64.
	Dtype tensor.Dtype
}

// New returns a layer with new positions, for which it draws from rng.
func (s PositionsSettings) New(rng Source) Positions {
	p, err := s.build(rng)
	if err != nil {
		return Positions{err: graph.Errorf("Positions "+strconv.Quote(s.Name), "%w", err)}
	}
	return Positions{P: p}
}

func (s PositionsSettings) build(rng Source) (*graph.Param, error) {
	dtype, err := sequenceSizes(s.Name, s.Dtype, s.Features, s.Steps, "Features", "Steps")
	if err != nil {
		return nil, err
	}
	if s.Init == nil {
		s.Init = Normal(0.02)
	}
	p, err := newWeights(s.Name+".P", s.Features, s.Steps, dtype, s.Init, rng)
	if err != nil {
		return nil, err
	}
	p.Letter, p.Layer = "P", s.Name
	return p, nil
}

// Apply returns x with what says where its steps stand added, in the shape of x. More steps than P
// has rows are an error.
func (p Positions) Apply(x *graph.Node) *graph.Node {
	if p.err != nil {
		return graph.Fail(p.err, x)
	}
	if failed := rejectSteps("Positions", x, nil); failed != nil {
		return failed
	}
	g, s := x.Graph(), x.Shape()
	steps, n := s[0], s[1]
	if p.P == nil {
		return graph.Add(x, g.Array(numbersOf(g.Dtype(), waves(steps, n), steps, n, 1)))
	}
	if err := p.check(steps, n); err != nil {
		return graph.Fail(graph.Errorf("Positions", "%w", err), x)
	}
	return graph.Add(x, graph.Reshape(graph.Slice(g.Use(p.P), graph.Range{To: steps}), steps, n, 1))
}

// check reports positions that are not enough for so many steps of n features.
func (p Positions) check(steps, n int) error {
	if err := p.P.Err(); err != nil {
		return err
	}
	if s := p.P.Shape(); len(s) != 2 || s[1] != n || s[0] < steps {
		return fmt.Errorf("positions of shape %v given for %d steps of %d features: a row for each step expected", s, steps, n)
	}
	return nil
}

// Params returns P, nil for waves.
func (p Positions) Params() []*graph.Param { return distinct(p.P) }

// waves returns the sines and cosines of the steps, a row for each.
func waves(steps, n int) []float64 {
	out := make([]float64, steps*n)
	for t := range steps {
		for j := range n {
			angle := float64(t) / math.Pow(10000, float64(j-j%2)/float64(n))
			if j%2 == 0 {
				out[t*n+j] = math.Sin(angle)
			} else {
				out[t*n+j] = math.Cos(angle)
			}
		}
	}
	return out
}

package layers

import (
	"fmt"
	"strconv"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// BatchNorm gives every feature, a row of x of shape (n, m), the mean β and the
// standard deviation γ over the m examples:
//
//	y = γ ⊙ (x − μ)/√(v + ε) + β
//
// In training μ is the mean and v = Σ(x − μ)²/m the variance of the feature in the
// batch, through both of which gradients go, and a step moves what the layer keeps:
//
//	Mean     ← (1 − a)·Mean + a·μ
//	Variance ← (1 − a)·Variance + a·v·m/(m − 1)
//
// In evaluation μ and v are Mean and Variance, and nothing changes. So they are in
// training on a batch of one example, which has no variance: the step trains γ, β and
// the layers before with what is kept, and keeps that.
//
// From S. Ioffe and C. Szegedy, "Batch normalization", ICML 2015, algorithms 1 and 2;
// the running means, a = 0.1 and ε = 1e-5 are PyTorch's BatchNorm1d.
//
// A graph for training has room for one application, since a step assigns Mean and
// Variance once. Where graph.Graph.Substitute puts a node in the place of either,
// that one is not assigned, and so an [ApplyWith] of both adds another.
type BatchNorm struct {
	Gamma, Beta    *graph.Param // (n,1), trained, from 1 and 0 on
	Mean, Variance *graph.Param // (n,1), kept, from 0 and 1 on

	Momentum float64 // a, above 0 and at most 1
	Epsilon  float64 // ε, above 0

	err error
}

var (
	_ Layer    = (*BatchNorm)(nil)
	_ Stateful = (*BatchNorm)(nil)
)

// BatchNormSettings configures a [BatchNorm]. Name and Features must be set.
type BatchNormSettings struct {
	// Name is what the parameters are called by: Name.gamma, Name.beta, Name.mean and
	// Name.variance. It must be unique in the network.
	Name string

	Features int // n, at least 1

	// Momentum is a, the weight of the present batch in the running means: above 0 and
	// at most 1. If 0 it is 0.1.
	Momentum float64

	// Epsilon is added to variances, so that those of 0 divide nothing by 0. If 0 it
	// is 1e-5.
	Epsilon float64

	// Dtype is tensor.Float64 or tensor.Float32, that of the graphs that use the
	// layer. If unset it is tensor.Float64.
	Dtype tensor.Dtype
}

const (
	usualMomentum = 0.1
	usualEpsilon  = 1e-5
)

// New returns a layer with new parameters.
func (s BatchNormSettings) New() *BatchNorm {
	b, err := s.build()
	if err != nil {
		return &BatchNorm{err: graph.Errorf("BatchNorm "+strconv.Quote(s.Name), "%w", err)}
	}
	return b
}

func (s BatchNormSettings) build() (*BatchNorm, error) {
	dtype, err := checkNamed(s.Name, s.Dtype)
	if err != nil {
		return nil, err
	}
	if err := checkFeatures(s.Features); err != nil {
		return nil, err
	}
	b := &BatchNorm{}
	if b.Momentum, err = usual("Momentum", s.Momentum, usualMomentum, dtype); err != nil {
		return nil, err
	}
	if b.Momentum > 1 {
		return nil, fmt.Errorf("%s is %v, at most 1 expected", "Momentum", s.Momentum)
	}
	if b.Epsilon, err = usual("Epsilon", s.Epsilon, usualEpsilon, dtype); err != nil {
		return nil, err
	}
	b.Gamma, b.Beta = newGain(s.Name, dtype, s.Features)
	b.Mean = newRows(s.Name, "mean", dtype, 0, s.Features)
	b.Variance = newRows(s.Name, "variance", dtype, 1, s.Features)
	return b, nil
}

// newGain returns γ and β of a normalisation.
func newGain(layer string, dtype tensor.Dtype, n int) (gamma, beta *graph.Param) {
	gamma, beta = newRows(layer, "gamma", dtype, 1, n), newRows(layer, "beta", dtype, 0, n)
	gamma.Letter, beta.Letter = "γ", "β"
	gamma.Bias, beta.Bias = true, true
	return gamma, beta
}

func (b *BatchNorm) rowwise() rowwise {
	return rowwise{"BatchNorm", b.err, []*graph.Param{b.Gamma, b.Beta, b.Mean, b.Variance}, false}
}

// Apply returns y of shape (n, m) for x of shape (n, m).
func (b *BatchNorm) Apply(x *graph.Node) *graph.Node {
	if b == nil {
		return graph.Fail(graph.Errorf("BatchNorm", "the layer is nil"), x)
	}
	if failed := b.rowwise().reject(x); failed != nil {
		return failed
	}
	if !(b.Epsilon > 0 && b.Momentum > 0 && b.Momentum <= 1) {
		return graph.Fail(graph.Errorf("BatchNorm", "Epsilon %v and Momentum %v given, numbers above 0 expected, the second at most 1",
			b.Epsilon, b.Momentum), x)
	}
	g := x.Graph()
	mean, variance := g.Use(b.Mean), g.Use(b.Variance)
	if m := x.Shape()[1]; g.IsTraining() && m > 1 {
		ofBatch, spread := keepDims.Mean(x, 1), keepDims.Variance(x, 1)
		b.move(b.Mean, mean, ofBatch)
		b.move(b.Variance, variance, spread.Times(float64(m)/float64(m-1)))
		mean, variance = ofBatch, spread
	}
	return normalised(x, mean, variance, b.Epsilon, g.Use(b.Gamma), g.Use(b.Beta))
}

// move makes a step take a running mean, used as the node old, nearer to that of the batch.
func (b *BatchNorm) move(p *graph.Param, old, ofBatch *graph.Node) {
	if old.Param() == p {
		old.Graph().Assign(p, graph.Add(old.Times(1-b.Momentum), ofBatch.Times(b.Momentum)))
	}
}

// normalised returns γ ⊙ (x − mean)/√(variance + ε) + β.
func normalised(x, mean, variance *graph.Node, epsilon float64, gamma, beta *graph.Node) *graph.Node {
	y := graph.Div(graph.Sub(x, mean), graph.Sqrt(variance.Plus(epsilon)))
	return graph.Add(graph.Mul(gamma, y), beta)
}

// Params returns γ and β, nil if the settings were wrong.
func (b *BatchNorm) Params() []*graph.Param {
	if b == nil {
		return nil
	}
	return distinct(b.Gamma, b.Beta)
}

// State returns the running mean and variance.
func (b *BatchNorm) State() []*graph.Param {
	if b == nil {
		return nil
	}
	return distinct(b.Mean, b.Variance)
}

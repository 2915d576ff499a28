package layers

import (
	"strconv"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// LayerNorm gives every example, a column of x of shape (n, m), mean 0 and standard
// deviation 1 over its n features, and multiplies and moves these by numbers that are
// trained:
//
//	y = γ ⊙ (x − μ)/√(v + ε) + β
//
// where μ is the mean and v = Σ(x − μ)²/n the variance of the example. It is the same in
// training and in evaluation. Of a single feature it is β. In a sequence, of shape (T, n, m), it
// normalises every step of an example by itself.
//
// Features so large that v overflows, above some 1e154 and in float32 1e19, are an error in
// package predict. In a graph they make β of all of the example: a look at v would stand in every
// formula and every step of the layer; a [Standardize] before it keeps inputs far below.
//
// From J. L. Ba, J. R. Kiros and G. E. Hinton, "Layer normalization", 2016, equation 4;
// ε = 1e-5 inside the root is PyTorch's.
type LayerNorm struct {
	Gamma, Beta *graph.Param // (n,1), trained, from 1 and 0 on

	Epsilon float64 // ε, above 0

	err error
}

var _ Layer = (*LayerNorm)(nil)

// LayerNormSettings configures a [LayerNorm]. Name and Features must be set.
type LayerNormSettings struct {
	// Name is what the parameters are called by: Name.gamma and Name.beta. It must be
	// unique in the network.
	Name string

	Features int // n, at least 1

	// Epsilon is added to variances, so that those of 0 divide nothing by 0. If 0 it
	// is 1e-5.
	Epsilon float64

	// Dtype is tensor.Float64 or tensor.Float32, that of the graphs that use the
	// layer. If unset it is tensor.Float64.
	Dtype tensor.Dtype
}

// New returns a layer with new parameters.
func (s LayerNormSettings) New() *LayerNorm {
	l, err := s.build()
	if err != nil {
		return &LayerNorm{err: graph.Errorf("LayerNorm "+strconv.Quote(s.Name), "%w", err)}
	}
	return l
}

func (s LayerNormSettings) build() (*LayerNorm, error) {
	dtype, err := checkNamed(s.Name, s.Dtype)
	if err != nil {
		return nil, err
	}
	if err := checkFeatures(s.Features); err != nil {
		return nil, err
	}
	l := &LayerNorm{}
	if l.Epsilon, err = usual("Epsilon", s.Epsilon, usualEpsilon, dtype); err != nil {
		return nil, err
	}
	l.Gamma, l.Beta = newGain(s.Name, dtype, s.Features)
	return l, nil
}

func (l *LayerNorm) rowwise() rowwise {
	return rowwise{"LayerNorm", l.err, []*graph.Param{l.Gamma, l.Beta}, true}
}

// Apply returns y in the shape of x, (n, m) or (T, n, m).
func (l *LayerNorm) Apply(x *graph.Node) *graph.Node {
	if l == nil {
		return graph.Fail(graph.Errorf("LayerNorm", "the layer is nil"), x)
	}
	if failed := l.rowwise().reject(x); failed != nil {
		return failed
	}
	if !(l.Epsilon > 0) {
		return graph.Fail(graph.Errorf("LayerNorm", "Epsilon %v given, a number above 0 expected", l.Epsilon), x)
	}
	g := x.Graph()
	features := len(x.Shape()) - 2
	return normalised(x, keepDims.Mean(x, features), keepDims.Variance(x, features), l.Epsilon, g.Use(l.Gamma), g.Use(l.Beta))
}

// Params returns γ and β, nil if the settings were wrong.
func (l *LayerNorm) Params() []*graph.Param {
	if l == nil {
		return nil
	}
	return distinct(l.Gamma, l.Beta)
}

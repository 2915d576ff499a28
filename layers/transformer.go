package layers

import (
	"strconv"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// TransformerSettings configures a block of a transformer, made of layers of this package: attention, then
// two dense layers that take each step by itself, both with a residual around
// them and layer normalisation. Name and Features must be set.
//
// From A. Vaswani and others, "Attention is all you need", NIPS 2017, section 3.1; normalisation before
// the layers from R. Xiong and others, "On layer normalization in the transformer architecture", ICML 2020.
type TransformerSettings struct {
	// Name is what stands before the names of the layers: Name.attention, Name.hidden,
	// Name.output, Name.norm1, Name.norm2, Name.drop1 and Name.drop2. It must be unique in the network.
	Name string

	Features int  // n, at least 1
	Heads    int  // of the attention; 0 is 1
	Hidden   int  // units of the first dense layer; 0 is 4n
	Causal   bool // each step looks at itself and those before it only

	// Activation is what stands between the dense layers; if nil it is GELU.
	Activation Layer

	// PostNorm normalises what each residual makes, as in the paper of 2017, instead of what
	// its layers are given.
	PostNorm bool

	// Dropout is the rate at which what attention and dense layers give is dropped in training, from 0
	// to below 1, and Seed the first of the two seeds of it.
	Dropout float64
	Seed    uint64

	// Init sets the weights; if nil it is Glorot.
	Init Initializer

	// Dtype is tensor.Float64 or tensor.Float32, that of the graphs that use the
	// layer. If unset it is tensor.Float64.
	Dtype tensor.Dtype
}

// New returns a block with new parameters, for which it draws from rng: those of the attention, then those of the
// dense layers. It takes sequences of shape (T, n, m) and gives such.
func (s TransformerSettings) New(rng Source) Sequential {
	if s.Name == "" {
		return Sequential{&LayerNorm{err: graph.Errorf("Transformer "+strconv.Quote(s.Name), "%w", errNoName)}}
	}
	if s.Hidden == 0 {
		s.Hidden = 4 * s.Features
	}
	if s.Activation == nil {
		s.Activation = GELU
	}
	attention := MultiHeadAttentionSettings{Name: s.Name + ".attention", Features: s.Features, Heads: s.Heads, Causal: s.Causal,
		Init: s.Init, Dtype: s.Dtype}.New(rng)
	hidden := DenseSettings{Name: s.Name + ".hidden", In: s.Features, Out: s.Hidden, Init: s.Init, Dtype: s.Dtype}.New(rng)
	output := DenseSettings{Name: s.Name + ".output", In: s.Hidden, Out: s.Features, Init: s.Init, Dtype: s.Dtype}.New(rng)
	return append(s.residual(1, attention), s.residual(2, hidden, s.Activation, output)...)
}

// residual returns the layers with a residual around them, dropout and normalisation.
func (s TransformerSettings) residual(number int, inner ...Layer) Sequential {
	suffix := strconv.Itoa(number)
	norm := LayerNormSettings{Name: s.Name + ".norm" + suffix, Features: s.Features, Dtype: s.Dtype}.New()
	if s.Dropout != 0 {
		drop := DropoutSettings{Name: s.Name + ".drop" + suffix, Rate: s.Dropout, Seed: s.Seed + uint64(number-1), Dtype: s.Dtype}
		inner = append(inner, drop.New())
	}
	if s.PostNorm {
		return Sequential{Residual{inner}, norm}
	}
	return Sequential{Residual{append(Sequential{norm}, inner...)}}
}

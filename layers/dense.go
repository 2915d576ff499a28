package layers

import (
	"errors"
	"strconv"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// Dense is the layer z = W·x + b, in which every output depends on every
// input. An activation behind it is a layer of its own.
type Dense struct {
	W *graph.Param // (out, in)
	B *graph.Param // (out, 1)

	err error
}

var _ Layer = (*Dense)(nil)

// DenseSettings configures a [Dense]. Name, In and Out must be set.
type DenseSettings struct {
	// Name is what the parameters are called by: Name.W and Name.b. It must be
	// unique in the network, and is the title of the layer in pictures.
	Name string

	In, Out int // numbers of inputs and outputs, at least 1

	// Init sets W; if nil it is Glorot. The bias starts at 0.
	Init Initializer

	// Dtype is tensor.Float64 or tensor.Float32, and must be that of the graphs
	// that use the layer. If unset it is tensor.Float64. Weights are drawn in
	// float64 and then rounded, so both types start from the same draws.
	Dtype tensor.Dtype
}

// NewDense returns a float64 layer with in inputs and out outputs, whose
// weights init draws from rng and whose bias is 0. Its parameters are called
// name.W and name.b. Only [Zeros] works without a source; a nil init is an
// error.
func NewDense(name string, in, out int, init Initializer, rng Source) *Dense {
	if init == nil {
		return &Dense{err: graph.Errorf(denseOp(name), "%w", errNoInit)}
	}
	return DenseSettings{Name: name, In: in, Out: out, Init: init}.New(rng)
}

// New returns a layer with new parameters, for which it draws from rng.
func (s DenseSettings) New(rng Source) *Dense {
	d, err := s.build(rng)
	if err != nil {
		return &Dense{err: graph.Errorf(denseOp(s.Name), "%w", err)}
	}
	return d
}

func (s DenseSettings) build(rng Source) (*Dense, error) {
	if s.Name == "" {
		return nil, errors.New("the layer needs a name")
	}
	if err := checkSizes(s.In, s.Out, "In", "Out"); err != nil {
		return nil, err
	}
	dtype, err := checkDtype(s.Dtype)
	if err != nil {
		return nil, err
	}
	if s.Init == nil {
		s.Init = Glorot
	}
	w, b, err := newAffine(s.Name+".W", s.Name+".b", s.In, s.Out, dtype, s.Init, rng)
	if err != nil {
		return nil, err
	}
	w.Letter, b.Letter = "W", "b"
	w.Layer, b.Layer = s.Name, s.Name
	return &Dense{W: w, B: b}, nil
}

// newDense returns a layer without a name of its own, with names of its parameters and a title
// in pictures.
func newDense(wName, bName, title string, s DenseSettings, rng Source) *Dense {
	w, b, err := newAffine(wName, bName, s.In, s.Out, s.Dtype, s.Init, rng)
	if err != nil {
		return &Dense{err: graph.Errorf("Dense", "%s: %w", title, err)}
	}
	w.Layer, b.Layer = title, title
	return &Dense{W: w, B: b}
}

// Apply returns Z = W·x + b of shape (out, m) for x of shape (in, m), and for a sequence, of shape
// (T, in, m), that of every step: (T, out, m).
func (d *Dense) Apply(x *graph.Node) *graph.Node {
	switch {
	case d == nil:
		return graph.Fail(graph.Errorf("Dense", "the layer is nil"), x)
	case d.err != nil:
		return graph.Fail(d.err, x)
	}
	if failed := reject("Dense", x); failed != nil {
		return failed
	}
	return affine(d.W, d.B, x)
}

// Params returns W and b, nil if the constructor was given wrong arguments.
func (d *Dense) Params() []*graph.Param {
	if d == nil {
		return nil
	}
	return distinct(d.W, d.B)
}

func denseOp(name string) string { return "Dense " + strconv.Quote(name) }

package layers

import (
	"errors"
	"strconv"
	"strings"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// Embedding is the layer that gives every class, such as a word of a text, numbers of its
// own: columns of them in place of the classes' numbers. It computes the product of its
// weights with the classes' one-hot columns, without making these.
type Embedding struct {
	W *graph.Param // (classes, size): a row for each class

	err error
}

var _ Layer = (*Embedding)(nil)

// EmbeddingSettings configures an [Embedding]. Name, Classes and Size must be set.
type EmbeddingSettings struct {
	// Name is what the parameter is called by: Name.W. It must be unique in the network.
	Name string

	Classes int // how many there are, at least 1: they are numbered from 0
	Size    int // how many numbers stand for each, at least 1

	// Init sets W, as that of a layer of Size inputs and Classes outputs; if nil it is
	// Normal(1).
	Init Initializer

	// Dtype is tensor.Float64 or tensor.Float32, and must be that of the graphs that use
	// the layer. If unset it is tensor.Float64.
	Dtype tensor.Dtype
}

// NewEmbedding returns a float64 layer whose weights, normally distributed, are drawn
// from rng. Its parameter is called name.W.
func NewEmbedding(name string, classes, size int, rng Source) *Embedding {
	return EmbeddingSettings{Name: name, Classes: classes, Size: size}.New(rng)
}

// New returns a layer with new weights, for which it draws from rng.
func (s EmbeddingSettings) New(rng Source) *Embedding {
	e, err := s.build(rng)
	if err != nil {
		return &Embedding{err: graph.Errorf("Embedding "+strconv.Quote(s.Name), "%w", err)}
	}
	return e
}

func (s EmbeddingSettings) build(rng Source) (*Embedding, error) {
	if s.Name == "" {
		return nil, errors.New("the layer needs a name")
	}
	if err := checkSizes(s.Classes, s.Size, "Classes", "Size"); err != nil {
		return nil, err
	}
	dtype, err := checkDtype(s.Dtype)
	if err != nil {
		return nil, err
	}
	if s.Init == nil {
		s.Init = Normal(1)
	}
	w, err := newWeights(s.Name+".W", s.Size, s.Classes, dtype, s.Init, rng)
	if err != nil {
		return nil, err
	}
	w.Letter, w.Layer = "W", s.Name
	return &Embedding{W: w}, nil
}

// Apply returns, for classes of shape (m), the columns (size, m), and for sequences of
// them, (T, m), sequences of columns, (T, size, m): the last axis is that of the examples.
// The classes are whole numbers, usually of an input that graph.Graph.Ints made; another
// number than 0 to below Classes is an error of the run, a *graph.IndexError.
func (e *Embedding) Apply(x *graph.Node) *graph.Node {
	switch {
	case e == nil:
		return graph.Fail(graph.Errorf("Embedding", "the layer is nil"), x)
	case e.err != nil:
		return graph.Fail(e.err, x)
	}
	if failed := reject("Embedding", x); failed != nil {
		return failed
	}
	rank := len(x.Shape())
	if rank == 0 {
		return graph.Fail(graph.Errorf("Embedding", "a scalar given, classes of shape (m) or (T,m) expected"), x)
	}
	perm := make([]int, rank+1)
	for i := range perm {
		perm[i] = i
	}
	perm[rank-1], perm[rank] = rank, rank-1
	return graph.Transpose(graph.Gather(x.Graph().Use(e.W), 0, x), perm...)
}

// Params returns W, nil if the constructor was given wrong arguments.
func (e *Embedding) Params() []*graph.Param {
	if e == nil {
		return nil
	}
	return distinct(e.W)
}

func (e *Embedding) title() string { return "embedding " + strings.TrimSuffix(e.W.Name(), ".W") }

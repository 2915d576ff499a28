package layers

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// Conv2D is the layer z = W ∗ x + b of images, (C, H, W, m) for m of them with C channels: every
// number of its result depends on the pixels under a window, which graph.Conv2D moves over
// the image, and all numbers of a channel have the same weights. [Image] makes images of columns.
// An activation behind it is a layer of its own.
type Conv2D struct {
	W *graph.Param // (out, in/groups, height and width of the window)
	B *graph.Param // (out, 1)

	// Conv says how the window moves. It is that of the constructor.
	Conv graph.ConvSettings

	err error
}

var _ Layer = (*Conv2D)(nil)

// Conv2DSettings configures a [Conv2D]. Name, In, Out and Kernel must be set.
type Conv2DSettings struct {
	// Name is what the parameters are called by: Name.W and Name.b. It must be
	// unique in the network, and is the title of the layer in pictures.
	Name string

	In, Out int    // numbers of channels before and behind, at least 1
	Kernel  [2]int // height and width of the window, at least 1

	// Conv says how the window moves; the zero value is pixel by pixel over the image alone.
	Conv graph.ConvSettings

	// Init sets W; if nil it is Glorot. It is given the weights of a channel of the result as
	// a row, of as many inputs as there are weights in it; outputs are the numbers that an input
	// has a part in, Out/Groups times the window's, but for steps above 1 and the border. The bias
	// starts at 0.
	Init Initializer

	// Dtype is tensor.Float64 or tensor.Float32, and must be that of the graphs
	// that use the layer. If unset it is tensor.Float64. Weights are drawn in
	// float64 and then rounded, so both types start from the same draws.
	Dtype tensor.Dtype
}

// NewConv2D returns a float64 layer from in channels to out, with a square window of so many
// pixels a side, whose weights init draws from rng and whose bias is 0. Its parameters are called
// name.W and name.b. Only [Zeros] works without a source; a nil init is an error.
func NewConv2D(name string, in, out, kernel int, conv graph.ConvSettings, init Initializer, rng Source) *Conv2D {
	if init == nil {
		return &Conv2D{err: graph.Errorf(convOp(name), "%w", errNoInit)}
	}
	return Conv2DSettings{Name: name, In: in, Out: out, Kernel: [2]int{kernel, kernel}, Conv: conv, Init: init}.New(rng)
}

// New returns a layer with new parameters, for which it draws from rng.
func (s Conv2DSettings) New(rng Source) *Conv2D {
	c, err := s.build(rng)
	if err != nil {
		return &Conv2D{err: graph.Errorf(convOp(s.Name), "%w", err)}
	}
	return c
}

func (s Conv2DSettings) build(rng Source) (*Conv2D, error) {
	dtype, err := checkNamed(s.Name, s.Dtype)
	if err != nil {
		return nil, err
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	if s.Init == nil {
		s.Init = Glorot
	}
	groups, window := max(s.Conv.Groups, 1), s.Kernel[0]*s.Kernel[1]
	weights := make([]float64, s.Out*(s.In/groups)*window)
	if err := drawWeights(s.Init, weights, s.In/groups*window, s.Out/groups*window, dtype, rng); err != nil {
		return nil, err
	}
	c := &Conv2D{Conv: s.Conv}
	c.W = newParam(s.Name+".W", dtype, weights, s.Out, s.In/groups, s.Kernel[0], s.Kernel[1])
	c.B = newParam(s.Name+".b", dtype, make([]float64, s.Out), s.Out, 1)
	c.B.Bias = true
	c.W.Letter, c.B.Letter = "W", "b"
	c.W.Layer, c.B.Layer = s.Name, s.Name
	return c, errors.Join(c.W.Err(), c.B.Err())
}

// check reports sizes that no weights have.
func (s Conv2DSettings) check() error {
	if s.Kernel[0] < 1 || s.Kernel[1] < 1 {
		return fmt.Errorf("Kernel is %v, at least 1 by 1 expected", s.Kernel)
	}
	if err := checkSizes(s.In, s.Out, "In", "Out"); err != nil {
		return err
	}
	if groups := s.Conv.Groups; groups < 0 || groups > 0 && (s.In%groups != 0 || s.Out%groups != 0) {
		return fmt.Errorf("Groups is %d, a divisor of %d and %d channels expected", groups, s.In, s.Out)
	}
	if all := float64(s.Out) * float64(s.In/max(s.Conv.Groups, 1)) * float64(s.Kernel[0]) * float64(s.Kernel[1]); all > math.MaxInt32 {
		return fmt.Errorf("In is %d, Out is %d and Kernel is %v: at most %d weights are supported", s.In, s.Out, s.Kernel, maxWeights)
	}
	return nil
}

// Apply returns Z = W ∗ x + b of shape (out, H', W', m) for x of shape (in, H, W, m).
func (c *Conv2D) Apply(x *graph.Node) *graph.Node {
	switch {
	case c == nil:
		return graph.Fail(graph.Errorf("Conv2D", "the layer is nil"), x)
	case c.err != nil:
		return graph.Fail(c.err, x)
	}
	if failed := rejectImages("Conv2D", x); failed != nil {
		return failed
	}
	if c.W == nil || c.B == nil {
		return graph.Fail(graph.Errorf("Conv2D", "it has not all of its parameters: its settings make them"), x)
	}
	g := x.Graph()
	z := graph.Conv2D(x, g.Use(c.W), c.Conv)
	return graph.Add(z, graph.Reshape(g.Use(c.B), c.B.Shape().TotalSize(), 1, 1, 1)).MarkZ()
}

// Params returns W and b, nil if the constructor was given wrong arguments.
func (c *Conv2D) Params() []*graph.Param {
	if c == nil {
		return nil
	}
	return distinct(c.W, c.B)
}

func convOp(name string) string { return "Conv2D " + strconv.Quote(name) }

package graph

import (
	"chainrule/internal/plan"
	"gorgonia.org/tensor"
)

// ConvSettings say how the window of a convolution moves over an image, first along its
// height and then along its width. The zero value is a stride and a dilation of 1, no
// padding, and one group.
type ConvSettings struct {
	Stride   [2]int // pixels from one position of the window to the next; 0 is 1
	Padding  [2]int // zeros before and behind the image
	Dilation [2]int // pixels from one entry of the window to the next; 0 is 1
	Groups   int    // parts of the channels that are not mixed; 0 is 1
}

// withDefaults returns s with numbers for zeros.
func (s ConvSettings) withDefaults() ConvSettings {
	for axis := range 2 {
		s.Stride[axis], s.Dilation[axis] = orOne(s.Stride[axis]), orOne(s.Dilation[axis])
	}
	s.Groups = orOne(s.Groups)
	return s
}

func orOne(n int) int {
	if n == 0 {
		return 1
	}
	return n
}

// Conv2D returns the convolution of images x (C,H,W,m), a column for each of m examples by
// Reshape alone, with weights w (out, C/groups, kh, kw), as torch.conv2d: (out, H', W', m)
// with H' = (H + 2·padding − dilation·(kh − 1) − 1)/stride + 1, rounded down, and W' likewise.
// What lies outside the image counts as 0. With groups, part i of the result's channels is
// computed from part i of the image's; there are as many of each as groups, or a multiple.
//
// An entry is a sum of C/groups·kh·kw products, added as those of MatMul are.
func Conv2D(x, w *Node, s ConvSettings) *Node {
	return intern(graphOf([]*Node{x, w}), Conv2DAttrs(s.withDefaults()), newConv2DOp).Apply(x, w)
}

// ConvTransposeSettings say how the window of a transposed convolution moves over its
// result. The zero value is that of ConvSettings.
type ConvTransposeSettings struct {
	Stride, Padding, Dilation [2]int // as in ConvSettings
	OutputPadding             [2]int // rows and columns that the result has more, fewer than the stride
	Groups                    int    // as in ConvSettings
}

// conv returns the settings of the convolution whose transpose this is.
func (s ConvTransposeSettings) conv() ConvSettings {
	return ConvSettings{s.Stride, s.Padding, s.Dilation, s.Groups}
}

// ConvTranspose2D returns the transposed convolution of x (C,H,W,m) with weights
// w (C, out/groups, kh, kw), as torch.conv_transpose2d: (out, H', W', m) with
// H' = (H − 1)·stride − 2·padding + dilation·(kh − 1) + 1 + output padding, and W' likewise. It
// is the gradient of Conv2D with these weights with respect to its images, where x is that
// with respect to its result.
//
// An entry is the sum of what each position adds to it, from the first row to the last and
// in a row from the last position to the first, each a sum of C/groups products as of MatMul.
func ConvTranspose2D(x, w *Node, s ConvTransposeSettings) *Node {
	c := s.conv().withDefaults()
	a := ConvTranspose2DAttrs{c.Stride, c.Padding, c.Dilation, s.OutputPadding, c.Groups}
	return intern(graphOf([]*Node{x, w}), a, newConvTranspose2DOp).Apply(x, w)
}

// Conv2DAttrs and ConvTranspose2DAttrs are the attributes of Conv2D and ConvTranspose2D, with
// the defaults filled in. ConvWeightsAttrs are those of the operation that is the gradient of
// a convolution with respect to its weights, a window of Size: of images (C,H,W,m) and the
// gradient with respect to the result, it is of the weights' shape.
type (
	Conv2DAttrs          ConvSettings
	ConvTranspose2DAttrs ConvTransposeSettings
	ConvWeightsAttrs     struct {
		ConvSettings
		Size [2]int
	}
)

func newConv2DOp(a Conv2DAttrs) *Op {
	s := ConvSettings(a)
	return &Op{Name: "Conv2D", Source: conv2DSource(s), Text: "conv", Attrs: a, Inputs: 2,
		Shape: func(in []tensor.Shape) (tensor.Shape, error) { return conv2DShape(in, s) },
		Backward: func(x []*Node, _, dy *Node) []*Node {
			return []*Node{convInput(dy, x[1], s, x[0].shape), convWeights(x[0], dy, s, x[1].shape)}
		},
		Rules: []string{"convolution: gradient of the images", "convolution: gradient of the weights"},
		Along: alongConv(s.Groups, []alongAxes{{0, 3, 3}, {1, 0, 0}}),
		naive: naive{convolve[float64](s), convolve[float32](s)},
		lower: func(l *lowering, p *plan.Node) {
			p.Kind, p.Window = plan.Conv, s.window(l.source.Nodes[p.In[1]].Shape)
		},
		rewrites: []rewrite{{"conv of 0 → 0", withZeros}}}
}

func newConvTranspose2DOp(a ConvTranspose2DAttrs) *Op {
	t := ConvTransposeSettings(a)
	s := t.conv()
	return &Op{Name: "ConvTranspose2D", Source: convTranspose2DSource(t), Text: "convtranspose", Attrs: a, Inputs: 2,
		Shape: func(in []tensor.Shape) (tensor.Shape, error) { return convTranspose2DShape(in, t) },
		Backward: func(x []*Node, _, dy *Node) []*Node {
			return []*Node{Conv2D(dy, x[1], s), convWeights(dy, x[0], s, x[1].shape)}
		},
		Rules: []string{"transposed convolution: gradient of the images", "transposed convolution: gradient of the weights"},
		Along: alongConv(s.Groups, []alongAxes{{0, 3, 3}, {1, 0, 1}}),
		naive: naive{convolveBack[float64](s), convolveBack[float32](s)},
		lower: func(l *lowering, p *plan.Node) {
			p.Kind, p.Window = plan.ConvTranspose, s.window(l.source.Nodes[p.In[1]].Shape)
		},
		rewrites: []rewrite{{"convtranspose of 0 → 0", withZeros}}}
}

func newConvWeightsOp(a ConvWeightsAttrs) *Op {
	s := a.ConvSettings
	return &Op{Name: "ConvWeights", Source: convWeightsSource(a), Text: "convweights", Attrs: a, Inputs: 2,
		Shape: func(in []tensor.Shape) (tensor.Shape, error) { return convWeightsShape(in, a) },
		Backward: func(x []*Node, _, dw *Node) []*Node {
			return []*Node{convInput(x[1], dw, s, x[0].shape), Conv2D(x[0], dw, s)}
		},
		Rules: []string{"weights of a convolution: gradient of the images", "weights of a convolution: gradient of what was computed"},
		Along: alongConv(s.Groups, []alongAxes{{0, 1, 0}, {1, 0, 0}}),
		naive: naive{convolveWeights[float64](a), convolveWeights[float32](a)},
		lower: func(_ *lowering, p *plan.Node) {
			p.Kind, p.Window = plan.ConvWeights, s.window([]int{0, 0, a.Size[0], a.Size[1]})
		},
		rewrites: []rewrite{{"convweights of 0 → 0", withZeros}}}
}

// convInput returns the gradient of a convolution with respect to its images, of the given
// shape.
func convInput(dy, w *Node, s ConvSettings, image []int) *Node {
	t := ConvTransposeSettings{Stride: s.Stride, Padding: s.Padding, Dilation: s.Dilation, Groups: s.Groups}
	for axis := range 2 {
		t.OutputPadding[axis] = image[1+axis] - s.covered(axis, dy.shape[1+axis], w.shape[2+axis])
	}
	return ConvTranspose2D(dy, w, t)
}

// convWeights returns the gradient of a convolution with respect to its weights, of the
// given shape.
func convWeights(x, dy *Node, s ConvSettings, weights []int) *Node {
	a := ConvWeightsAttrs{s, [2]int{weights[2], weights[3]}}
	return intern(graphOf([]*Node{x, dy}), a, newConvWeightsOp).Apply(x, dy)
}

// window returns where the window lies, for weights of a shape.
func (s ConvSettings) window(weights []int) *plan.Window {
	return &plan.Window{Size: [2]int{weights[2], weights[3]}, Stride: s.Stride, Padding: s.Padding, Dilation: s.Dilation, Groups: s.Groups}
}

// An alongAxes says that an axis of the result goes along with one of an input.
type alongAxes struct{ input, axis, of int }

// alongConv is Along by a list, of which channels only go along if there is one group.
func alongConv(groups int, list []alongAxes) func(s Shapes, input, axis int) (of int, ok bool) {
	return func(_ Shapes, input, axis int) (of int, ok bool) {
		for _, a := range list {
			if a.input == input && a.axis == axis {
				return a.of, groups == 1 || a.axis == a.of
			}
		}
		return 0, false
	}
}

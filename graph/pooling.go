package graph

import (
	"fmt"

	"chainrule/internal/plan"
	"gorgonia.org/tensor"
)

// PoolSettings say how the window of pooling moves over an image, first along its height and
// then along its width. Size must be given.
type PoolSettings struct {
	Size    [2]int // of the window in pixels
	Stride  [2]int // pixels from one position of the window to the next; 0 is the size
	Padding [2]int // pixels before and behind the image, at most half the size
}

// withDefaults returns s with numbers for zeros.
func (s PoolSettings) withDefaults() PoolSettings {
	for axis := range 2 {
		if s.Stride[axis] == 0 {
			s.Stride[axis] = s.Size[axis]
		}
	}
	return s
}

// conv returns the settings of a convolution whose window lies where that of s does.
func (s PoolSettings) conv() ConvSettings {
	return ConvSettings{s.Stride, s.Padding, [2]int{1, 1}, 1}
}

func (s PoolSettings) window() *plan.Window {
	return s.conv().window([]int{0, 0, s.Size[0], s.Size[1]})
}

// MaxPool2D returns the largest pixels of images x (C,H,W,m) under a window, as
// torch.nn.functional.max_pool2d: (C, H', W', m) with H' = (H + 2·padding − size)/stride + 1,
// rounded down, and W' likewise. It is NaN if one of them is. Pixels of the padding do not count.
// Where several pixels are the largest the first, row by row, has the derivative.
func MaxPool2D(x *Node, s PoolSettings) *Node {
	return intern(x.Graph(), MaxPool2DAttrs(s.withDefaults()), newMaxPool2DOp).Apply(x)
}

// AvgPool2D returns the means of the pixels of images x (C,H,W,m) under a window, as
// torch.nn.functional.avg_pool2d: of the shape of MaxPool2D. Pixels of the padding count as 0. The
// mean over all pixels is Mean(x, 1, 2).
//
// The pixels are added one after the other, row by row, from 0 on, and the sum is divided.
func AvgPool2D(x *Node, s PoolSettings) *Node {
	return intern(x.Graph(), AvgPool2DAttrs(s.withDefaults()), newAvgPool2DOp).Apply(x)
}

// MaxPool2DAttrs and AvgPool2DAttrs are the attributes of MaxPool2D and AvgPool2D, with the
// defaults filled in. The others are those of operations in their derivatives: PoolIndex is the
// number of the first of the largest pixels under the window, PoolPick the pixels of those
// numbers, and PoolPut and AvgSpread what flows back through PoolPick and AvgPool2D to images
// of a height and width.
type (
	MaxPool2DAttrs PoolSettings
	AvgPool2DAttrs PoolSettings
	PoolIndexAttrs PoolSettings
	PoolPickAttrs  PoolSettings
	PoolPutAttrs   struct {
		PoolSettings
		Image [2]int
	}
	AvgSpreadAttrs struct {
		PoolSettings
		Image [2]int
	}
)

// alongPool: channels and examples are pooled by themselves.
var alongPool = alongConv(1, []alongAxes{{0, 0, 0}, {0, 3, 3}, {1, 0, 0}, {1, 3, 3}})

// noIndexGradient is the rule for the index, which only chooses.
const noIndexGradient = "index: none"

func newMaxPool2DOp(a MaxPool2DAttrs) *Op {
	s := PoolSettings(a)
	return &Op{Name: "MaxPool2D", Source: maxPool2DSource(s), Text: "maxpool", Attrs: a, Inputs: 1,
		Shape: func(in []tensor.Shape) (tensor.Shape, error) { return poolShape(in[0], s) },
		Backward: func(x []*Node, _, dy *Node) []*Node {
			index := intern(x[0].g, PoolIndexAttrs(s), newPoolIndexOp).Apply(x[0])
			return []*Node{poolPut(dy, index, s, x[0].shape)}
		},
		Rules: []string{"maximum: to the first largest pixel"},
		Kink:  kinkAtTie, // of each pixel and what it became part of
		Along: alongPool,
		naive: naive{largestSeen[float64](s), largestSeen[float32](s)},
		lower: func(_ *lowering, p *plan.Node) { p.Kind, p.Window = plan.PoolMax, s.window() }}
}

func newPoolIndexOp(a PoolIndexAttrs) *Op {
	s := PoolSettings(a)
	return &Op{Name: "PoolIndex", Source: poolIndexSource(s), Text: "poolindex", Attrs: a, Inputs: 1,
		Shape:    func(in []tensor.Shape) (tensor.Shape, error) { return poolShape(in[0], s) },
		Backward: noGradient,
		Along:    alongPool,
		naive:    naive{firstSeen[float64](s), firstSeen[float32](s)},
		lower:    func(_ *lowering, p *plan.Node) { p.Kind, p.Window = plan.PoolIndex, s.window() }}
}

func newPoolPickOp(a PoolPickAttrs) *Op {
	s := PoolSettings(a)
	return &Op{Name: "PoolPick", Source: poolPickSource(s), Text: "poolpick", Attrs: a, Inputs: 2,
		Shape: func(in []tensor.Shape) (tensor.Shape, error) {
			out, err := poolShape(in[0], s)
			if err == nil && !out.Eq(in[1]) {
				err = fmt.Errorf("shape %s given for the index, %s expected", shapeString(in[1]), shapeString(out))
			}
			return out, err
		},
		Backward: func(x []*Node, _, dy *Node) []*Node {
			return []*Node{poolPut(dy, x[1], s, x[0].shape), nil}
		},
		Rules: []string{"pixels by index: back to where it came from", noIndexGradient},
		Along: alongPool,
		naive: naive{sumSeen[float64](s, true), sumSeen[float32](s, true)},
		lower: func(_ *lowering, p *plan.Node) { p.Kind, p.Window = plan.PoolSum, s.window() }}
}

// poolPut returns dy at the pixels of images of a shape that have the index.
func poolPut(dy, index *Node, s PoolSettings, image []int) *Node {
	return intern(dy.g, PoolPutAttrs{s, [2]int{image[1], image[2]}}, newPoolPutOp).Apply(dy, index)
}

func newPoolPutOp(a PoolPutAttrs) *Op {
	s := a.PoolSettings
	return &Op{Name: "PoolPut", Source: poolPutSource(a), Text: "poolput", Attrs: a, Inputs: 2,
		Shape: func(in []tensor.Shape) (tensor.Shape, error) {
			if !in[0].Eq(in[1]) {
				return nil, fmt.Errorf("shape %s given for the index, %s expected", shapeString(in[1]), shapeString(in[0]))
			}
			return spreadShape(in[0], s, a.Image)
		},
		Backward: func(x []*Node, _, d *Node) []*Node {
			return []*Node{intern(d.g, PoolPickAttrs(s), newPoolPickOp).Apply(d, x[1]), nil}
		},
		Rules: []string{"pixels by index: those that have it", noIndexGradient},
		Along: alongPool,
		naive: naive{spreadSeen[float64](s, true), spreadSeen[float32](s, true)},
		lower: func(_ *lowering, p *plan.Node) { p.Kind, p.Window = plan.PoolSpread, s.window() }}
}

func newAvgPool2DOp(a AvgPool2DAttrs) *Op {
	s := PoolSettings(a)
	return &Op{Name: "AvgPool2D", Source: avgPool2DSource(s), Text: "avgpool", Attrs: a, Inputs: 1,
		Shape: func(in []tensor.Shape) (tensor.Shape, error) { return poolShape(in[0], s) },
		Backward: func(x []*Node, _, dy *Node) []*Node {
			image := [2]int{x[0].shape[1], x[0].shape[2]}
			return []*Node{intern(dy.g, AvgSpreadAttrs{s, image}, newAvgSpreadOp).Apply(dy)}
		},
		Rules: []string{"mean: to all its pixels"},
		Along: alongPool,
		naive: naive{sumSeen[float64](s, false), sumSeen[float32](s, false)},
		lower: func(l *lowering, p *plan.Node) { l.poolMean(plan.PoolSum, p, s) }}
}

func newAvgSpreadOp(a AvgSpreadAttrs) *Op {
	s := a.PoolSettings
	return &Op{Name: "AvgSpread", Source: avgSpreadSource(a), Text: "avgspread", Attrs: a, Inputs: 1,
		Shape: func(in []tensor.Shape) (tensor.Shape, error) { return spreadShape(in[0], s, a.Image) },
		Backward: func(_ []*Node, _, d *Node) []*Node {
			return []*Node{AvgPool2D(d, s)}
		},
		Rules: []string{"spread of a mean: the mean"},
		Along: alongPool,
		naive: naive{spreadSeen[float64](s, false), spreadSeen[float32](s, false)},
		lower: func(l *lowering, p *plan.Node) { l.poolMean(plan.PoolSpread, p, s) }}
}

// poolMean sets p to a kind of pooling, divided by the size of the window.
func (l *lowering) poolMean(kind plan.Kind, p *plan.Node, s PoolSettings) {
	x, shape := p.In[0], p.Shape
	total := l.part(fmt.Sprint(kind, x, s, shape), func() plan.Node {
		return plan.Node{Kind: kind, In: []int{x}, Shape: shape, Window: s.window()}
	})
	l.compose(p, divOp, total, l.number(float64(s.Size[0]*s.Size[1])))
}

// poolShape returns the shape of what is pooled of images.
func poolShape(in tensor.Shape, s PoolSettings) (tensor.Shape, error) {
	if len(in) != 4 {
		return nil, fmt.Errorf("shape %s given, images (channels, height, width, examples) expected", shapeString(in))
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	out := tensor.Shape{in[0], 0, 0, in[3]}
	for axis := range 2 {
		n, err := s.conv().positions(axis, in[1+axis], s.Size[axis])
		if err != nil {
			return nil, err
		}
		out[1+axis] = n
	}
	return out, nil
}

// spreadShape returns the shape of images of a height and width that in was pooled of.
func spreadShape(in tensor.Shape, s PoolSettings, image [2]int) (tensor.Shape, error) {
	if len(in) != 4 {
		return nil, fmt.Errorf("shape %s given, (channels, rows, columns, examples) expected", shapeString(in))
	}
	out := tensor.Shape{in[0], image[0], image[1], in[3]}
	back, err := poolShape(out, s)
	if err == nil && !back.Eq(in) {
		err = fmt.Errorf("shape %s given, and the window makes %s of %s", shapeString(in), shapeString(back), shapeString(out))
	}
	return out, err
}

// check reports settings that no images have.
func (s PoolSettings) check() error {
	for axis := range 2 {
		switch {
		case s.Size[axis] < 1:
			return fmt.Errorf("size %v given, at least 1 expected", s.Size)
		case max(s.Size[axis], s.Stride[axis]) > maxStep:
			return fmt.Errorf("size %v and stride %v given, at most %d supported", s.Size, s.Stride, maxStep)
		case s.Stride[axis] < 1:
			return fmt.Errorf("stride %v given, at least 1 expected", s.Stride)
		case s.Padding[axis] < 0 || 2*s.Padding[axis] > s.Size[axis]:
			return fmt.Errorf("padding %v given, from 0 to half the size %v expected", s.Padding, s.Size)
		}
	}
	return nil
}

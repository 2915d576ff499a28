package layers

import "chainrule/graph"

// Image makes images of columns: of x of shape (C·H·W, m) those of shape (C, H, W, m), with C
// channels of H rows of W pixels. A column has the first channel row by row, then the second.
// Nothing is copied. All of the sizes must be set.
type Image struct{ C, H, W int }

// Flatten makes columns of images again, of shape (C·H·W, m), for dense layers. Columns stay as
// they are.
type Flatten struct{}

// MaxPool2D takes the largest pixel of every window, see graph.MaxPool2D. Size must be set.
type MaxPool2D graph.PoolSettings

// AvgPool2D takes the mean of the pixels of every window, see graph.AvgPool2D. Size must be set.
type AvgPool2D graph.PoolSettings

// GlobalAvgPool takes the mean of each channel: of images (C, H, W, m) it makes columns (C, m).
type GlobalAvgPool struct{}

var (
	_ Layer = Image{}
	_ Layer = Flatten{}
	_ Layer = MaxPool2D{}
	_ Layer = AvgPool2D{}
	_ Layer = GlobalAvgPool{}
)

// rejectImages returns a failed node unless x are images.
func rejectImages(op string, x *graph.Node) *graph.Node {
	if failed := reject(op, x); failed != nil {
		return failed
	}
	if s := x.Shape(); len(s) != 4 {
		return graph.Fail(graph.Errorf(op, "an input of shape %v given, images (C,H,W,m) expected: the layer Image makes them of columns", s), x)
	}
	return nil
}

// Apply returns the images of shape (C, H, W, m).
func (i Image) Apply(x *graph.Node) *graph.Node {
	if failed := reject("Image", x); failed != nil {
		return failed
	}
	if i.C < 1 || i.H < 1 || i.W < 1 {
		return graph.Fail(graph.Errorf("Image", "%d channels of %d by %d pixels, at least 1 of each expected", i.C, i.H, i.W), x)
	}
	s := x.Shape()
	// A quotient by one size after the other does not overflow.
	if len(s) != 2 || s[0]%i.C != 0 || s[0]/i.C%i.H != 0 || s[0]/i.C/i.H != i.W {
		return graph.Fail(graph.Errorf("Image", "an input of shape %v given, a column of %d·%d·%d numbers for each example expected", s, i.C, i.H, i.W), x)
	}
	return graph.Reshape(x, i.C, i.H, i.W, s[1])
}

// Apply returns columns of shape (n, m), of as many numbers as an example of x has; the
// examples are its last axis.
func (Flatten) Apply(x *graph.Node) *graph.Node {
	if failed := reject("Flatten", x); failed != nil {
		return failed
	}
	s := x.Shape()
	last := len(s) - 1
	switch {
	case last < 1:
		return graph.Fail(graph.Errorf("Flatten", "an input of shape %v given, at least one axis before that of the examples expected", s), x)
	case last == 1:
		return x
	}
	n := 1
	for _, size := range s[:last] {
		n *= size
	}
	return graph.Reshape(x, n, s[last])
}

// Apply returns images of shape (C, H', W', m).
func (p MaxPool2D) Apply(x *graph.Node) *graph.Node {
	if failed := rejectImages("MaxPool2D", x); failed != nil {
		return failed
	}
	return graph.MaxPool2D(x, graph.PoolSettings(p))
}

// Apply returns images of shape (C, H', W', m).
func (p AvgPool2D) Apply(x *graph.Node) *graph.Node {
	if failed := rejectImages("AvgPool2D", x); failed != nil {
		return failed
	}
	return graph.AvgPool2D(x, graph.PoolSettings(p))
}

// Apply returns the means of shape (C, m).
func (GlobalAvgPool) Apply(x *graph.Node) *graph.Node {
	if failed := rejectImages("GlobalAvgPool", x); failed != nil {
		return failed
	}
	return graph.Mean(x, 1, 2)
}

// Params returns nil.
func (Image) Params() []*graph.Param { return nil }

// Params returns nil.
func (Flatten) Params() []*graph.Param { return nil }

// Params returns nil.
func (MaxPool2D) Params() []*graph.Param { return nil }

// Params returns nil.
func (AvgPool2D) Params() []*graph.Param { return nil }

// Params returns nil.
func (GlobalAvgPool) Params() []*graph.Param { return nil }

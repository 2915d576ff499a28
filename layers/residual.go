package layers

import "chainrule/graph"

// Residual adds its input to what its layers f make of it:
//
//	y = x + f(x)
//
// f must give the shape of x: (n, m), or that of a sequence or of images. From K. He,
// X. Zhang, S. Ren and J. Sun, "Deep residual learning for image recognition", CVPR 2016,
// equation 1.
type Residual struct {
	Layers Sequential // f, at least one layer
}

var (
	_ Layer    = Residual{}
	_ Stateful = Residual{}
)

// Apply returns y in the shape of x. Another shape of f(x) is an error.
func (r Residual) Apply(x *graph.Node) *graph.Node { return r.apply(x, r.Layers.Apply) }

func (r Residual) apply(x *graph.Node, f func(x *graph.Node) *graph.Node) *graph.Node {
	if failed := reject("Residual", x); failed != nil {
		return failed
	}
	if len(r.Layers) == 0 {
		return graph.Fail(graph.Errorf("Residual", "no layers given, at least 1 expected"), x)
	}
	y := f(x)
	if y.Err() == nil && !y.Shape().Eq(x.Shape()) {
		return graph.Fail(graph.Errorf("Residual", "its layers make shape %v of %v: one shape expected, since both are added", y.Shape(), x.Shape()), x, y)
	}
	return graph.Add(x, y)
}

// Params returns the parameters of all layers in order, each once.
func (r Residual) Params() []*graph.Param { return r.Layers.Params() }

// State returns what the layers keep, in order.
func (r Residual) State() []*graph.Param { return r.Layers.State() }

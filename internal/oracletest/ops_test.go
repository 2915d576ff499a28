package oracletest

import (
	"fmt"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// An opRow is the line of an operation or loss; rows.py says what it holds.
type opRow struct {
	Kind, Name, Case string
	Args             args
	In               []array
	V, Out           array
	Each             bool // every entry of Out is compared on its own scale
	Grads            []array
	W, Second        []array // only away from kinks
}

func (r *opRow) label() string { return r.Case }

func (r *opRow) inputs() []array {
	return append(append([]array{r.V}, r.In...), r.W...)
}

// compute takes the gradient simplified and as the chain rule alone gives it.
func (r *opRow) compute(dtype tensor.Dtype) ([]pair, error) {
	build, ok := builders[r.Name]
	if !ok {
		return nil, fmt.Errorf("no builder for %s", r.Name)
	}
	c := newComputation(dtype)
	xs := c.inputs("x", r.In)
	y := build(xs, r.Args)
	c.expect("out", y, r.Out)
	c.result[0].each = r.Each
	v := c.input("v", r.V)
	grads, err := graph.VJP(y, v, xs...)
	if err != nil {
		return nil, err
	}
	c.expectAll("grads", grads, r.Grads)
	raw, err := graph.GradRaw(graph.Dot(y, v), xs...)
	if err != nil {
		return nil, err
	}
	c.expectAll("raw grads", raw, r.Grads)
	if len(r.Second) > 0 {
		if err := r.second(c, grads, xs); err != nil {
			return nil, err
		}
	}
	return c.run()
}

func (r *opRow) second(c *computation, grads, xs []*graph.Node) error {
	total := c.g.Const(0)
	for i, w := range c.inputs("w", r.W) {
		total = graph.Add(total, graph.Dot(grads[i], w))
	}
	second, err := graph.Grad(total, xs...)
	if err != nil {
		return err
	}
	c.expectAll("second", second, r.Second)
	return nil
}

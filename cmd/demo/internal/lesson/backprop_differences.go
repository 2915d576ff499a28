package lesson

import (
	"math"

	"chainrule/graph"
	"chainrule/internal/handgrad"
)

// differences returns how far each gradient is from central differences of the
// cost, relative to its largest entry.
func (d *derivation) differences(feeds graph.Feeds, grads []handgrad.Matrix) ([]float64, error) {
	out := make([]float64, len(d.of))
	for i, n := range d.of {
		numeric, err := centralDifferences(d.cost, n, feeds)
		if err != nil {
			return nil, err
		}
		out[i] = relativeGap(grads[i].Data, numeric)
	}
	return out, nil
}

// centralDifferences returns the derivatives of the cost with respect to the
// entries of a node, each by moving it to both sides.
func centralDifferences(cost, n *graph.Node, feeds graph.Feeds) ([]float64, error) {
	at, err := computed(feeds, n)
	if err != nil {
		return nil, err
	}
	p, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{cost}, Given: []*graph.Node{n}, Workers: 1})
	if err != nil {
		return nil, err
	}
	defer p.Close()
	own := graph.Feeds{}
	for _, in := range p.Inputs() {
		own[in] = feeds[in]
	}
	x := at[0].Data
	own[n] = asTensor(at[0])
	value := func() (float64, error) {
		if err := p.Run(own); err != nil {
			return 0, err
		}
		return p.Scalar(cost)
	}
	out := make([]float64, len(x))
	for i, before := range x {
		h := 6e-6 * max(1, math.Abs(before))
		x[i] = before + h
		up, err := value()
		if err != nil {
			return nil, err
		}
		x[i] = before - h
		down, err := value()
		if err != nil {
			return nil, err
		}
		x[i] = before
		out[i] = (up - down) / (2 * h)
	}
	return out, nil
}

// largest returns the largest absolute value.
func largest(values []float64) float64 {
	most := 0.0
	for _, v := range values {
		most = max(most, math.Abs(v))
	}
	return most
}

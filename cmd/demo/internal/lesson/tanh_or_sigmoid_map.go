package lesson

import (
	"context"
	"math"

	"chainrule/graph"
	"chainrule/layers"
	"chainrule/optim/dataset"
	"gorgonia.org/tensor"
)

// toSigmoid sets the weights of a sigmoid network of the same sizes, so that it
// computes what the tanh network s does. With tanh(z) = 2σ(2z) − 1:
//
//	W·tanh(Z) + b = 2W·σ(2Z) + (b − ΣW), the sum over each row
//
// A hidden layer is doubled besides, as it is to give 2Z.
func (s stack) toSigmoid(sigmoid stack) error {
	last := len(s.dense) - 1
	for l, d := range s.dense {
		factor := 1.0
		if l < last {
			factor = 2
		}
		w, b := mapLayer(d, l > 0, factor)
		if err := sigmoid.dense[l].W.Set(w); err != nil {
			return err
		}
		if err := sigmoid.dense[l].B.Set(b); err != nil {
			return err
		}
	}
	return nil
}

// mapLayer returns the weights and the bias of a layer that is fed with sigmoids
// instead of tanh, if it is behind a hidden layer, times a factor.
func mapLayer(d *layers.Dense, behindHidden bool, factor float64) (w, b *tensor.Dense) {
	w, b = d.W.Value(), d.B.Value()
	weights, bias := w.Float64s(), b.Float64s()
	n := len(weights) / len(bias)
	for i := range bias {
		for j := i * n; j < (i+1)*n; j++ {
			if behindHidden {
				bias[i] -= weights[j]
				weights[j] *= 2
			}
			weights[j] *= factor
		}
		bias[i] *= factor
	}
	return w, b
}

// logits returns the logits of all examples.
func (s stack) logits(data *dataset.Set) ([]float64, error) {
	x := graph.New(graph.Settings{}).Input("X", 2, data.Len())
	return valuesOf(s.apply(x), graph.Feeds{x: data.Inputs(tensor.Float64)})
}

// A mapping is a comparison of a trained tanh network with the sigmoid network
// that it is mapped to.
type mapping struct {
	largest float64 // logit, without its sign
	apart   float64 // largest difference in a logit
}

// newMapping trains a tanh network on a set and maps it.
func (r race) newMapping(ctx context.Context, set string, hidden []int, seed uint32, rate float64) (m mapping, err error) {
	data := r.data[set]
	g, _, _, last := sigmoidals()
	tanh, sigmoid := newStack(hidden, g, seed), newStack(hidden, last, seed)
	if _, err := tanh.train(ctx, data, rate, 0, r.most); err != nil {
		return m, err
	}
	if err := r.toSigmoid(tanh, sigmoid); err != nil {
		return m, err
	}
	before, err := tanh.logits(data)
	if err != nil {
		return m, err
	}
	after, err := sigmoid.logits(data)
	if err != nil {
		return m, err
	}
	for j := range before {
		m.largest = math.Max(m.largest, math.Abs(before[j]))
		m.apart = math.Max(m.apart, math.Abs(before[j]-after[j]))
	}
	return m, nil
}

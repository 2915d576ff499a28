package play

import (
	"slices"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// An array is a value of a node.
type array struct {
	shape []int
	data  []float64
}

// at returns the entry of an index, which is cut to the array's axes and broadcast.
func (a array) at(index []int) float64 { return a.data[a.place(index)] }

// place is where the entry of an index lies.
func (a array) place(index []int) (i int) {
	index = broadcast(a.shape, index)
	for axis, size := range a.shape {
		i = i*size + index[axis]
	}
	return i
}

// broadcast returns the index into an array of a shape that goes with one into a larger one.
func broadcast(shape, index []int) []int {
	index = slices.Clone(index[max(len(index)-len(shape), 0):])
	for axis, size := range shape {
		if size == 1 && axis < len(index) {
			index[axis] = 0
		}
	}
	return index
}

// values computes nodes of the step's graph.
func (u *upcoming) values(nodes ...*graph.Node) (map[*graph.Node]array, error) {
	var outputs []*graph.Node
	for _, n := range nodes {
		if !slices.Contains(outputs, n) {
			outputs = append(outputs, n)
		}
	}
	p, err := graph.Compile(graph.Spec{Outputs: outputs})
	if err != nil {
		return nil, err
	}
	defer p.Close() // nothing is running
	if err := p.Run(usedFeeds(p, u.feeds)); err != nil {
		return nil, err
	}
	out := map[*graph.Node]array{}
	for _, n := range outputs {
		data, err := p.Float64s(nil, n)
		if err != nil {
			return nil, err
		}
		out[n] = array{n.Shape(), data}
	}
	return out, nil
}

// float64s returns the numbers of a tensor of any strides, row-major.
func float64s(t *tensor.Dense) []float64 {
	out := make([]float64, 0, t.Size())
	it := t.Iterator()
	for i, err := it.Next(); err == nil; i, err = it.Next() {
		switch v := t.Get(i).(type) {
		case float64:
			out = append(out, v)
		case float32:
			out = append(out, float64(v))
		}
	}
	return out
}

package gradtest

import (
	"maps"
	"math/rand/v2"
	"slices"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// feed sets the value of every input: as given, or normally distributed, integers 0.
func (p *point) feed(given graph.Feeds) error {
	for n := range given {
		if !n.IsInput() || n.Graph() != p.g {
			return graph.Errorf(opName, "feeds has a value for %v, which is not an input of the cost's graph", n)
		}
	}
	rng := rand.New(rand.NewPCG(p.Seed, 1))
	p.feeds, p.wide = graph.Feeds{}, graph.Feeds{}
	var inputs []*graph.Node
	for _, n := range p.g.Nodes() {
		if !n.IsInput() {
			continue
		}
		inputs = append(inputs, n)
		value, ok := given[n]
		switch {
		case ok:
		case n.IsInteger():
			value = make([]int, n.Shape().TotalSize())
		default:
			value = newTensor(p.g.Dtype(), n.Shape(), normal(rng, n.Shape().TotalSize()))
		}
		p.feeds[n] = value
	}
	if len(inputs) == 0 {
		return p.g.Err()
	}
	// A program checks the tensors and reads them in any memory layout.
	prog, err := graph.Compile(graph.Spec{Outputs: inputs})
	if err != nil {
		return err
	}
	if err := prog.Run(p.feeds); err != nil {
		return err
	}
	values, err := valuesOf(prog, inputs)
	for i, v := range values {
		p.wide[inputs[i]] = v
	}
	return err
}

// inputs returns the inputs, of which any values are taken, labels that no example
// has too.
func (p *point) inputs() []*graph.Node { return slices.Collect(maps.Keys(p.wide)) }

// valuesOf returns outputs as the program last computed them, row-major.
func valuesOf(prog *graph.Program, nodes []*graph.Node) ([][]float64, error) {
	out := make([][]float64, len(nodes))
	for i, n := range nodes {
		var err error
		if out[i], err = prog.Float64s(nil, n); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// newTensor returns a tensor of values converted to a dtype.
func newTensor(dtype tensor.Dtype, shape tensor.Shape, values []float64) *tensor.Dense {
	if dtype == tensor.Float64 {
		return graph.Tensor(values, shape...)
	}
	narrow := make([]float32, len(values))
	for i, v := range values {
		narrow[i] = float32(v)
	}
	return graph.Tensor(narrow, shape...)
}

func normal(rng *rand.Rand, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = rng.NormFloat64()
	}
	return out
}

package predict

import (
	"errors"
	"fmt"
	"sync"
	"unsafe"

	"chainrule/internal/experiment"
	"chainrule/internal/kernel"
	"chainrule/internal/modelfile"
)

// A step sets a buffer from others, for a block of m examples.
type step[T Float] func(s *scratch[T], m int)

// A network is a list of steps. It does not change.
type network[T Float] struct {
	steps  []step[T]
	output int   // buffer
	widths []int // of buffers: numbers of an example
	rows   int   // examples in a block
	work   int   // entries of scratch memory for products and what they take
	pool   sync.Pool
}

// input is the buffer of the inputs.
const input = 0

// scratch is the memory of one call.
type scratch[T Float] struct {
	bufs   [][]T
	inputs []T // for those of another type
	work   []T
	wrong  *wrongClass // what an embedding met, of the first example of the block
}

const (
	blockBytes = 256 << 10 // of all buffers, which fit a second-level cache, unless one example takes more
	mostRows   = 21 * 12   // examples in a block; tiles of products have 12 rows
)

// newNetwork returns the network of a file that has been checked. If the file is owned its
// weights become the network's, else the network has copies.
func newNetwork[T Float](f *modelfile.File, owned bool) (*network[T], error) {
	c := &compiler[T]{network: &network[T]{widths: []int{f.Settings.Inputs}}, tensors: map[string][]T{}, owned: owned}
	for _, t := range f.Tensors {
		data, ok := t.Data.([]T)
		if !ok {
			return nil, fmt.Errorf("tensor %q is a %T", t.Name, t.Data) // which the check excludes
		}
		c.tensors[t.Name] = data
	}
	steps, err := modelfile.Layout(f.Settings)
	if err != nil {
		return nil, err
	}
	out, err := c.list(steps, value{buf: input})
	if err != nil {
		return nil, err
	}
	n := c.network
	n.output = out.buf
	return n, n.size(c.products, f)
}

// freeNumbers is how many numbers an example may take in a network without weights.
const freeNumbers = 1 << 20

// size decides how many examples a block has, and how much memory products take. A small
// file must not ask for much: an example may take four numbers for each of the network's,
// and freeNumbers.
func (n *network[T]) size(products []product, f *modelfile.File) error {
	weights, wide := int64(0), int64(0)
	for _, t := range f.Tensors {
		weights += int64(t.Len())
	}
	for _, width := range n.widths {
		wide += int64(width)
	}
	if err := affords(wide, weights); err != nil {
		return err
	}
	sum := int(wide)
	n.rows = min(max(blockBytes/int(unsafe.Sizeof(T(0)))/sum, 1), mostRows)
	if n.rows > 12 {
		n.rows -= n.rows % 12
	}
	for _, p := range products {
		n.work = max(n.work, kernel.GemmWork[T](n.rows*p.rows, p.n, p.k))
	}
	return nil
}

// affords reports numbers that are more than a file of so many weights may ask for.
func affords(numbers, weights int64) error {
	if most := freeNumbers + 4*weights; numbers > most {
		return fmt.Errorf("an example takes %d numbers in a network of %d weights, at most %d expected", numbers, weights, most)
	}
	return nil
}

// scratch returns memory for a call.
func (n *network[T]) scratch() *scratch[T] {
	if s, ok := n.pool.Get().(*scratch[T]); ok {
		return s
	}
	s := &scratch[T]{inputs: make([]T, n.rows*n.widths[input]), work: make([]T, n.work), bufs: make([][]T, len(n.widths))}
	for i, width := range n.widths[1:] {
		s.bufs[i+1] = make([]T, n.rows*width)
	}
	return s
}

// run runs the steps for m examples, whose inputs lie in their buffer.
func (n *network[T]) run(s *scratch[T], m int) {
	for _, step := range n.steps {
		step(s, m)
	}
}

// A compiler makes the steps.
type compiler[T Float] struct {
	*network[T]
	tensors  map[string][]T
	owned    bool  // tensors may be changed and kept
	free     []int // buffers
	products []product

	scratchPanel []T
}

// A product is that of a matrix of n rows of k numbers and so many rows of an example.
type product struct{ rows, n, k int }

// A value is what a layer takes or returns: a buffer with the numbers of a block.
type value struct {
	buf  int
	mine bool // whoever has it may change it, and gives it back
}

// A maker adds the steps of a layer.
type maker[T Float] func(c *compiler[T], of modelfile.Step, in value) (out value, err error)

// makers are those of each kind of layer.
func makers[T Float]() map[string]maker[T] {
	return map[string]maker[T]{
		experiment.Dense:         (*compiler[T]).dense,
		experiment.Activation:    (*compiler[T]).activation,
		experiment.Dropout:       same[T],
		experiment.BatchNorm:     (*compiler[T]).batchNorm,
		experiment.LayerNorm:     (*compiler[T]).layerNorm,
		experiment.Standardize:   (*compiler[T]).standardize,
		experiment.Unstandardize: (*compiler[T]).unstandardize,
		experiment.Sequential:    func(c *compiler[T], of modelfile.Step, in value) (value, error) { return c.list(of.Steps, in) },
		experiment.Residual:      (*compiler[T]).residual,
		experiment.Parallel:      (*compiler[T]).parallel,
		experiment.Image:         same[T],
		experiment.Conv:          (*compiler[T]).conv,
		experiment.MaxPool:       (*compiler[T]).maxPool,
		experiment.AvgPool:       (*compiler[T]).avgPool,
		experiment.GlobalAvgPool: (*compiler[T]).globalAvgPool,
		experiment.Flatten:       same[T],

		experiment.Steps:     same[T],
		experiment.Embedding: (*compiler[T]).embedding,
		experiment.StepMean:  (*compiler[T]).stepMean,
		experiment.Positions: (*compiler[T]).positions,
		experiment.Attention: (*compiler[T]).attention,
		experiment.RNN:       (*compiler[T]).rnn,
		experiment.GRU:       (*compiler[T]).gru,
		experiment.LSTM:      (*compiler[T]).lstm,
	}
}

// same adds nothing: an example has the same numbers behind the layer.
func same[T Float](_ *compiler[T], _ modelfile.Step, in value) (value, error) { return in, nil }

// list adds the steps of layers one behind the other.
func (c *compiler[T]) list(layers []modelfile.Step, v value) (value, error) {
	for _, l := range layers {
		add, known := makers[T]()[l.Kind]
		if !known {
			return v, experiment.Errorf(l.Path+".kind", "a layer of the kind %q cannot predict", l.Kind)
		}
		var err error
		if v, err = add(c, l, v); err != nil {
			var at *experiment.Error
			if !errors.As(err, &at) {
				err = &experiment.Error{Path: l.Path, Err: err}
			}
			return v, err
		}
	}
	return v, nil
}

func (c *compiler[T]) add(s step[T]) { c.steps = append(c.steps, s) }

// take returns a buffer for so many numbers of an example.
func (c *compiler[T]) take(width int) value {
	if last := len(c.free) - 1; last >= 0 {
		buf := c.free[last]
		c.free = c.free[:last]
		c.widths[buf] = max(c.widths[buf], width)
		return value{buf, true}
	}
	c.widths = append(c.widths, width)
	return value{len(c.widths) - 1, true}
}

// giveBack ends the use of a buffer.
func (c *compiler[T]) giveBack(v value) {
	if v.mine {
		c.free = append(c.free, v.buf)
	}
}

// over returns where to put what is computed entry by entry: in the place of v if
// that may change.
func (c *compiler[T]) over(v value, width int) value {
	if v.mine {
		return v
	}
	return c.take(width)
}

// tensor returns tensor number i of a layer, in the order of modelfile.
func (c *compiler[T]) tensor(of modelfile.Step, i int) []T { return c.tensors[of.Slots[i].Name] }

package graph

import (
	"slices"

	"chainrule/internal/kernel"
	"chainrule/internal/plan"
	"gorgonia.org/tensor"
)

// executor is a plan's machine for one of the dtypes.
type executor interface {
	feed(i int, v any, o order, checks []*labelCheck) error
	set(i int, v float64)
	checkJoint(j jointLabels, params []storage) error
	useSet(i int) bool // feeds the value that was set, if one was
	setValue(i int) float64
	run() bool
	assign()
	release()
	profile()
	measures() []plan.Measure
	stop()
	scalar(i int) float64
	value(i int, n *Node) *tensor.Dense
	copyTo(dst *tensor.Dense, i int)
	float64s(dst []float64, i int) []float64
	ints(dst []int, i int) []int
	inherit(from executor)
}

// execution is an executor for T.
type execution[T float32 | float64] struct {
	machine *plan.Machine[T]
	memory  func(*tensor.Dense) []T
	scalars []T // that were Set
	isSet   []bool
	numbers []T // that are fed
	whole   []*wholeFeed[T]
	scratch []T           // for labels
	fed     []fedArray[T] // where labels lie in several inputs
	data    func(storage) []T
}

func newExecution[T float32 | float64](c *compiled, data func(storage) []T, memory func(*tensor.Dense) []T) executor {
	slicesOf := func(from []storage) [][]T {
		out := make([][]T, len(from))
		for i, s := range from {
			out[i] = data(s)
		}
		return out
	}
	e := &execution[T]{
		data:    data,
		machine: plan.NewMachine(c.plan, slicesOf(c.params), slicesOf(c.data), c.workers),
		memory:  memory,
		scalars: make([]T, len(c.feeds)),
		isSet:   make([]bool, len(c.feeds)),
		numbers: make([]T, len(c.feeds)),
	}
	for _, n := range c.feeds {
		e.whole = append(e.whole, newWholeFeed[T](n, c.dtype))
	}
	if len(c.joint) > 0 {
		e.fed = make([]fedArray[T], len(c.feeds))
	}
	return e
}

// feed gives input i a value that checkFeed approved, if its labels pass the checks.
func (e *execution[T]) feed(i int, v any, o order, checks []*labelCheck) error {
	var entries []T
	if w := e.whole[i]; w != nil {
		var err error
		if entries, err = e.feedIntegers(w, v, o); err != nil {
			return err
		}
		v = nil
	}
	switch v := v.(type) {
	case *tensor.Dense:
		entries = e.memory(v)
	case []T:
		entries = v
	case float64:
		e.numbers[i] = T(v)
		entries = e.numbers[i : i+1]
	}
	for _, c := range checks {
		if c.Values == Fractions && c.entries == nil && kernel.InUnit(entries[:c.size]) {
			continue // most labels, and the step may take less than a microsecond
		}
		if err := e.checkLabels(c, entries[:c.size], o); err != nil {
			return err
		}
	}
	e.give(i, entries, o)
	return nil
}

// give feeds input i.
func (e *execution[T]) give(i int, entries []T, o order) {
	if e.fed != nil {
		e.fed[i] = fedArray[T]{entries, o}
	}
	e.machine.Feed(i, entries, o == columnMajor)
}

func (e *execution[T]) release() {
	clear(e.fed)
	e.machine.Release()
}

// checkLabels checks labels in an input.
func (e *execution[T]) checkLabels(c *labelCheck, entries []T, o order) error {
	e.scratch = slices.Grow(e.scratch[:0], len(c.entries))
	return checkLabels(c, entries, o, e.scratch[:cap(e.scratch)])
}

func (e *execution[T]) set(i int, v float64) { e.scalars[i], e.isSet[i] = T(v), true }

func (e *execution[T]) useSet(i int) bool {
	if e.isSet[i] {
		e.give(i, e.scalars[i:i+1], rowMajor)
	}
	return e.isSet[i]
}

func (e *execution[T]) setValue(i int) float64 { return float64(e.scalars[i]) }

func (e *execution[T]) run() bool            { return e.machine.Run() }
func (e *execution[T]) assign()              { e.machine.Assign() }
func (e *execution[T]) stop()                { e.machine.Stop() }
func (e *execution[T]) scalar(i int) float64 { return float64(e.machine.Output(i)[0]) }

func (e *execution[T]) value(i int, n *Node) *tensor.Dense {
	if n.integer {
		return integersOf(n.shape, e.machine.Output(i))
	}
	return newTensor(n.shape, e.machine.Output(i))
}

func (e *execution[T]) copyTo(dst *tensor.Dense, i int) {
	if dst.Dtype() == tensor.Int {
		appendInts(dst.Ints()[:0], e.machine.Output(i))
		return
	}
	copy(e.memory(dst), e.machine.Output(i))
}

func (e *execution[T]) ints(dst []int, i int) []int { return appendInts(dst, e.machine.Output(i)) }

func (e *execution[T]) float64s(dst []float64, i int) []float64 {
	out := e.machine.Output(i)
	dst = slices.Grow(dst, len(out))
	for _, v := range out {
		dst = append(dst, float64(v))
	}
	return dst
}

func (e *execution[T]) inherit(from executor) {
	other := from.(*execution[T])
	copy(e.scalars, other.scalars)
	copy(e.isSet, other.isSet)
}

package dataset

import (
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"

	"gorgonia.org/tensor"
)

// BatchSettings says how [Set.Batches] deals. Its zero value deals all examples at
// once, in random order, as float64, as X and Y.
type BatchSettings struct {
	Size    int          // examples of a batch; if 0, or more than there are, all
	Dtype   tensor.Dtype // tensor.Float64 or tensor.Float32; if zero, tensor.Float64
	InOrder bool         // in every epoch the examples come as they lie in the set, and not in random order
	Input   string       // name of the inputs in a batch; if empty, "X"
	Target  string       // name of the targets in a batch; if empty, "Y"
}

// A BatchState is a place among all batches that are ever dealt, which alone, with the
// set and its settings, says what comes next. The zero value is the first batch of
// seed 0.
type BatchState struct {
	Seed  uint64 // of the order
	Epoch int    // how often all examples have been dealt
	Next  int    // number of the next batch in the epoch, from 0
}

// Batches deals the examples of a set, again and again: in each epoch every example
// once, in an order that seed and epoch alone determine. What it hands out are the
// inputs and targets of some examples, one column each, (n, size) and (k, size),
// as [Set.Inputs] and [Set.Labels] make them. The last batch of an epoch has the
// examples that are left. One goroutine uses it at a time.
type Batches struct {
	set      *Set
	size     int
	settings BatchSettings
	state    BatchState
	pcg      rand.PCG
	order    []int // of the examples in an epoch
	shuffled bool  // order is that of state.Epoch
	full     batch
	rest     batch // the last one of an epoch, if that is smaller
}

// A batch is the memory of batches of one size.
type batch struct {
	feeds map[string]*tensor.Dense
	x, y  any // backing of the tensors, []float64 or []float32
}

// Batches returns what deals the examples of s. It reads the set as it is when a
// batch is dealt. It is an error if s is not valid (see [Set.Check]), if the size is
// below 0, the dtype is none that programs take, or both names are the same.
func (s *Set) Batches(settings BatchSettings, start BatchState) (*Batches, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	b := &Batches{set: s, size: settings.Size, settings: settings}
	if settings.Input == "" {
		b.settings.Input = "X"
	}
	if settings.Target == "" {
		b.settings.Target = "Y"
	}
	m := s.Len()
	if b.size == 0 || b.size > m {
		b.size = m
	}
	switch d := settings.Dtype; {
	case b.size < 0:
		return nil, fmt.Errorf("dataset: batches of %d examples given, at least 1 expected", b.size)
	case d != tensor.Dtype{} && d != tensor.Float64 && d != tensor.Float32:
		return nil, fmt.Errorf("dataset: batches of %v given, float64 or float32 expected", d)
	case b.settings.Input == b.settings.Target:
		return nil, fmt.Errorf("dataset: inputs and targets of a batch are both called %q", b.settings.Input)
	}
	b.order = make([]int, m)
	b.full = b.room(b.size)
	if rest := m % b.size; rest > 0 {
		b.rest = b.room(rest)
	}
	return b, b.Seek(start)
}

// room returns the memory of a batch of so many examples.
func (b *Batches) room(examples int) batch {
	out := batch{feeds: map[string]*tensor.Dense{}}
	make1 := func(name string, rows int) any {
		t := columns(b.settings.Dtype, rows, examples, make([]float64, rows*examples))
		out.feeds[name] = t
		return t.Data()
	}
	out.x = make1(b.settings.Input, len(b.set.Features))
	if k := b.targets(); k > 0 {
		out.y = make1(b.settings.Target, k)
	}
	return out
}

// targets returns how many numbers describe the targets of an example.
func (b *Batches) targets() int {
	switch s := b.set; {
	case s.Task() == Regress:
		return len(s.Targets)
	case s.Task() == "":
		return 0
	case len(s.Classes) > 2:
		return len(s.Classes)
	}
	return 1
}

// PerEpoch returns the number of batches of an epoch; 0 for nil.
func (b *Batches) PerEpoch() int {
	if b == nil || b.size == 0 {
		return 0
	}
	return (len(b.order) + b.size - 1) / b.size
}

// State returns where the next batch is. While a batch is in use, that is the one
// after it.
func (b *Batches) State() BatchState {
	if b == nil {
		return BatchState{}
	}
	return b.state
}

// Seek goes to a place, such as one that State returned before. It is an error if
// there is no such place.
func (b *Batches) Seek(to BatchState) error {
	if b.PerEpoch() == 0 {
		return errors.New("dataset: the batches were not made by Set.Batches")
	}
	if to.Epoch < 0 || to.Next < 0 || to.Next >= b.PerEpoch() {
		return fmt.Errorf("dataset: batch %d of epoch %d given, 0 to %d of an epoch of at least 0 expected", to.Next, to.Epoch, b.PerEpoch()-1)
	}
	b.state, b.shuffled = to, false
	return nil
}

// Next returns the next batch: what the names of inputs and targets stand for, of a
// set without targets the inputs alone. The tensors are overwritten by the next
// call but one of another size, so that a caller who keeps a batch clones it. It
// is nil if b was not made by [Set.Batches].
func (b *Batches) Next() map[string]*tensor.Dense {
	if b.PerEpoch() == 0 {
		return nil
	}
	b.shuffle()
	from := b.state.Next * b.size
	examples := b.order[from:min(from+b.size, len(b.order))]
	to := &b.full
	if len(examples) < b.size {
		to = &b.rest
	}
	b.gather(to, examples)
	if b.state.Next++; b.state.Next == b.PerEpoch() {
		b.state.Next, b.shuffled = 0, false
		b.state.Epoch++
	}
	return to.feeds
}

// shuffle puts the examples in the order of the epoch, by the algorithm of Fisher
// and Yates.
func (b *Batches) shuffle() {
	if b.shuffled {
		return
	}
	b.shuffled = true
	for j := range b.order {
		b.order[j] = j
	}
	if b.settings.InOrder {
		return
	}
	b.pcg.Seed(b.state.Seed, scatter(uint64(b.state.Epoch)))
	for i := uint64(len(b.order)) - 1; i > 0; i-- {
		j := below(&b.pcg, i+1)
		b.order[i], b.order[j] = b.order[j], b.order[i]
	}
}

// scatter makes a number that has nothing to do with that of the next epoch: the
// finaliser of SplitMix64 (G. Steele, D. Lea, C. Flood, "Fast splittable
// pseudorandom number generators", OOPSLA 2014).
func scatter(n uint64) uint64 {
	n += 0x9e3779b97f4a7c15
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	return n ^ n>>31
}

// below returns a number below n, each as likely: the bits of those that are too
// many are drawn anew. It is written out since what math/rand/v2 draws for a range
// may change, and a training goes on from its state with another version of Go.
func below(pcg *rand.PCG, n uint64) uint64 {
	most := ^uint64(0) - (^uint64(0)%n+1)%n
	for {
		if v := pcg.Uint64(); v <= most {
			return v % n
		}
	}
}

// gather copies inputs and targets of some examples.
func (b *Batches) gather(to *batch, examples []int) {
	s := b.set
	copyColumns(to.x, s.X, len(s.Features), examples)
	switch k := b.targets(); {
	case k == 0:
	case s.Task() == Regress:
		copyColumns(to.y, s.Y, k, examples)
	default:
		if y, ok := to.y.([]float32); ok {
			putClasses(y, s.Class, k, examples)
		} else {
			putClasses(to.y.([]float64), s.Class, k, examples)
		}
	}
}

// copyColumns copies the rows numbers of each of the examples.
func copyColumns(to any, from []float64, rows int, examples []int) {
	if narrow, ok := to.([]float32); ok {
		for i, j := range examples {
			column := narrow[i*rows : (i+1)*rows]
			for r, v := range from[j*rows : (j+1)*rows] {
				column[r] = float32(v)
			}
		}
		return
	}
	wide := to.([]float64)
	for i, j := range examples {
		copy(wide[i*rows:(i+1)*rows], from[j*rows:(j+1)*rows])
	}
}

// putClasses writes the classes of the examples, one-hot if there are several rows.
func putClasses[T float32 | float64](y []T, class []int, rows int, examples []int) {
	if rows == 1 {
		for i, j := range examples {
			y[i] = T(class[j])
		}
		return
	}
	clear(y)
	for i, j := range examples {
		y[i*rows+class[j]] = 1
	}
}

// Deal hands out batches until so many epochs are complete, counted from the first
// one ever dealt: with a state in the middle of epoch 3, Deal(b, 5) deals the rest
// of that and one more. The type is that of the caller's batches, as in
// dataset.Deal[optim.Batch](b, 10), which optim.Trainer.Fit takes. The tensors are
// overwritten as [Batches.Next] says. State tells where the batch after the one in
// use is, so that what the callback of Fit saves goes on exactly where it was.
func Deal[B ~map[string]*tensor.Dense](b *Batches, epochs int) iter.Seq[B] {
	return func(yield func(B) bool) {
		for b.PerEpoch() > 0 && b.state.Epoch < epochs {
			if !yield(B(b.Next())) {
				return
			}
		}
	}
}

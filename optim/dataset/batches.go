package dataset

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"gorgonia.org/tensor"
)

// BatchSettings says how [Set.Batches] deals. Its zero value deals all examples at
// once, in random order, as float64, as X and Y.
type BatchSettings struct {
	Size    int          // examples of a batch; if 0, or more than there are, all
	Seed    uint64       // of the order in which the examples come
	InOrder bool         // in every epoch the examples come as they lie in the set, and not in random order
	Dtype   tensor.Dtype // tensor.Float64 or tensor.Float32; if zero, tensor.Float64
	Input   string       // name of the inputs in a batch; if empty, "X"
	Target  string       // name of the targets in a batch; if empty, "Y"
}

// Batches deals the examples of a set, again and again: in each epoch every example
// once, in an order that seed and epoch alone determine, so that a training goes on in
// the middle of an epoch exactly where it was. What it deals are the inputs and targets
// of some examples, one column each, (n, size) and (k, size), as [Set.Inputs] and
// [Set.Labels] make them. The last batch of an epoch has the examples that are left.
// One goroutine uses it at a time.
type Batches struct {
	set      *Set
	x, y     any // of all examples as programs take them, []float64 or []float32; y only of numbers
	size     int
	settings BatchSettings
	pcg      rand.PCG
	order    []int // of the examples in an epoch
	epoch    int   // that the order is of; -1 before there is one
	full     batch
	rest     batch // the last one of an epoch, if that is smaller
}

// A batch is the memory of batches of one size.
type batch struct {
	feeds map[string]*tensor.Dense
	x, y  any // backing of the tensors, []float64 or []float32
}

// Batches returns what deals the examples of s, whose numbers are not changed as long as
// they are dealt: as tensor.Float32 they are rounded here, once, and dealing copies columns.
// It keeps the fields of s as they are now. It is an error if s is not valid (see [Set.Check]), if the size is
// below 0, the dtype is none that programs take, or both names are the same.
func (s *Set) Batches(settings BatchSettings) (*Batches, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	set := *s
	b := &Batches{set: &set, size: settings.Size, settings: settings, epoch: -1}
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
	b.x = backing(settings.Dtype, s.X)
	if s.Task() == Regress {
		b.y = backing(settings.Dtype, s.Y)
	}
	b.order = make([]int, m)
	b.full = b.room(b.size)
	if rest := m % b.size; rest > 0 {
		b.rest = b.room(rest)
	}
	return b, nil
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

// Batch returns batch number n of an epoch, both counted from 0, and whether it is
// the last of the epoch: what the names of inputs and targets stand for, of a set
// without targets the inputs alone. By it Batches are the Data of an optim.Fit. The
// tensors are overwritten by the next call, so that a caller who keeps a batch clones
// it. It is an error if there is no such batch.
//
// In an epoch that was begun it costs the copies of its examples; the first call for an
// epoch shuffles all of them.
func (b *Batches) Batch(epoch, n int) (feeds map[string]*tensor.Dense, last bool, err error) {
	switch per := b.PerEpoch(); {
	case per == 0:
		return nil, false, errors.New("dataset: the batches were not made by Set.Batches")
	case epoch < 0 || n < 0 || n >= per:
		return nil, false, fmt.Errorf("dataset: batch %d of epoch %d asked for, 0 to %d of an epoch of at least 0 expected", n, epoch, per-1)
	}
	b.shuffle(epoch)
	from := n * b.size
	examples := b.order[from:min(from+b.size, len(b.order))]
	to := &b.full
	if len(examples) < b.size {
		to = &b.rest
	}
	noClass := func(j int) bool { return b.set.Class[j] < 0 || b.set.Class[j] >= len(b.set.Classes) }
	if b.set.Class != nil && slices.ContainsFunc(examples, noClass) { // set since
		return nil, false, b.set.Check()
	}
	b.gather(to, examples)
	return to.feeds, n == b.PerEpoch()-1, nil
}

// shuffle puts the examples in the order of the epoch, by the algorithm of Fisher
// and Yates.
func (b *Batches) shuffle(epoch int) {
	if b.epoch == epoch {
		return
	}
	b.epoch = epoch
	for j := range b.order {
		b.order[j] = j
	}
	if b.settings.InOrder {
		return
	}
	b.pcg.Seed(b.settings.Seed, scatter(uint64(epoch)))
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

// below returns a number below n, each as likely: where the last multiples of n have no
// room for all of their remainders, bits are drawn anew. It is written out since what math/rand/v2
// draws for a range may change, and a training goes on from its state with another version of Go.
func below(pcg *rand.PCG, n uint64) uint64 {
	for {
		v := pcg.Uint64()
		if r := v % n; v-r <= -n { // 2⁶⁴ − n
			return r
		}
	}
}

// gather copies inputs and targets of some examples.
func (b *Batches) gather(to *batch, examples []int) {
	if _, narrow := to.x.([]float32); narrow {
		gather[float32](b, to, examples)
	} else {
		gather[float64](b, to, examples)
	}
}

func gather[T float32 | float64](b *Batches, to *batch, examples []int) {
	copyColumns(to.x.([]T), b.x.([]T), len(b.set.Features), examples)
	switch k := b.targets(); {
	case k == 0:
	case b.set.Task() == Regress:
		copyColumns(to.y.([]T), b.y.([]T), k, examples)
	default:
		putClasses(to.y.([]T), b.set.Class, k, examples)
	}
}

// copyColumns copies the rows numbers of each of the examples.
func copyColumns[T float32 | float64](to, from []T, rows int, examples []int) {
	for i, j := range examples {
		copy(to[i*rows:(i+1)*rows], from[j*rows:(j+1)*rows])
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

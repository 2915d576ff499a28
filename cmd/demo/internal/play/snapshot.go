package play

import (
	"slices"
	"time"

	"chainrule/optim"
	"gorgonia.org/tensor"
)

// A snapshot is all that a run has become by a step, from which it goes on to the same bits.
type snapshot struct {
	step       int
	values     []*tensor.Dense // of params, then of what layers keep
	checkpoint optim.Checkpoint
	size       int // bytes, about
}

// apart is how long a run trains between two snapshots, and so about how long it takes to
// come from one to any step behind it.
const apart = 50 * time.Millisecond

// overhead is what a snapshot takes beside its numbers, in bytes, and what each of its
// tensors does.
const overhead, tensorOverhead = 1024, 256

// maxSnapshots is how many a run keeps at most, however small they are: with so many it is
// some seconds to any step of hours of training.
const maxSnapshots = 4096

// keep makes a snapshot of the present step, if there is none, and drops others where they
// become too large together.
func (r *run) keep() error {
	step := r.step()
	at, there := slices.BinarySearchFunc(r.snapshots, step, func(s snapshot, step int) int { return s.step - step })
	r.unkept = 0
	if costs := r.training.State().Costs; there || r.stopped != "" || costs-costs != 0 { // beyond all numbers nothing is kept
		return nil
	}
	begun := time.Now()
	defer func() { r.keeping = time.Since(begun) }()
	c, err := r.training.Checkpoint()
	if err != nil {
		return err
	}
	s := snapshot{step: step, checkpoint: c, size: overhead + len(c.JSON)}
	for _, p := range slices.Concat(r.params, r.kept) {
		v := p.Value()
		s.values = append(s.values, v)
		s.size += int(v.MemSize()) + tensorOverhead
	}
	for _, t := range c.Tensors { // of at most the parameters' dtype
		n := 1
		for _, d := range t.Shape {
			n *= d
		}
		s.size += 8*n + tensorOverhead
	}
	r.snapshots = slices.Insert(r.snapshots, at, s)
	r.size += s.size
	for (r.size > r.share || len(r.snapshots) > maxSnapshots) && len(r.snapshots) > 1 {
		r.drop(r.sparest())
	}
	return nil
}

// sparest returns the snapshot, never the first one, without which the way to a step behind
// it grows least, by how far that lies behind the last one: they stand the denser the nearer
// they are to it.
func (r *run) sparest() int {
	last := r.snapshots[len(r.snapshots)-1].step
	best, least := len(r.snapshots)-1, 0.0
	for i := 1; i < len(r.snapshots)-1; i++ {
		gap := float64(r.snapshots[i+1].step - r.snapshots[i-1].step)
		if v := gap / float64(last-r.snapshots[i].step+1); best == len(r.snapshots)-1 || v < least {
			best, least = i, v
		}
	}
	return best
}

func (r *run) drop(i int) {
	r.size -= r.snapshots[i].size
	r.snapshots = slices.Delete(r.snapshots, i, i+1)
}

// back takes the run back to the last snapshot that is no further than a step.
func (r *run) back(to int) error {
	at, there := slices.BinarySearchFunc(r.snapshots, to, func(s snapshot, step int) int { return s.step - step })
	if !there {
		at-- // the first one is of step 0
	}
	s := r.snapshots[at]
	for i, p := range slices.Concat(r.params, r.kept) {
		if err := p.Set(s.values[i]); err != nil {
			return err
		}
	}
	r.training.Fit = r.fit()
	if err := r.training.Resume(s.checkpoint); err != nil {
		return err
	}
	r.over, r.stopped, r.unkept = false, "", 0
	r.curve.anew()
	return nil
}

// forget drops what is known of the steps to come.
func (r *run) forget() {
	for len(r.snapshots) > 1 {
		r.drop(len(r.snapshots) - 1)
	}
	r.curve = curve{}
}

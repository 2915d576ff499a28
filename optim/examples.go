package optim

import "fmt"

// examples returns the number of examples of a batch: that of its columns, or 1
// if its values fit the cost of no other number, since the axes of size 1 may be
// left out.
func (t *Trainer) examples(batch Batch, train bool) (int, error) {
	m, err := columns(batch)
	if err == nil && m == 1 || !hasVector(batch) {
		return m, err
	}
	if (err != nil || !t.takes(batch, m, train)) && t.takes(batch, 1, train) {
		return 1, nil
	}
	return m, err
}

// hasVector reports whether a value has no axis of its own for the examples, or
// may have none; nil values have been reported before.
func hasVector(batch Batch) bool {
	for _, t := range batch {
		if t == nil {
			return false
		}
		if len(t.Shape()) < 2 {
			return true
		}
	}
	return false
}

// takes reports whether the values of a batch fit the inputs of the cost of m
// examples.
func (t *Trainer) takes(batch Batch, m int, train bool) bool {
	g := t.newGraph(train)
	t.Cost(g, m)
	if g.Err() != nil {
		return false
	}
	found := 0
	for _, n := range g.Nodes() {
		if value := batch[n.Name()]; n.IsInput() && value != nil {
			if !n.Takes(value.Shape()...) {
				return false
			}
			found++
		}
	}
	return found == len(batch)
}

// columns returns the number of columns that all matrices of a batch have, 0 if
// there are none.
func columns(batch Batch) (int, error) {
	m, from := 0, ""
	for name, t := range batch {
		if t == nil {
			return 0, fmt.Errorf("optim: the batch's %q is nil", name)
		}
		shape := t.Shape()
		if len(shape) == 0 {
			continue
		}
		last := shape[len(shape)-1]
		if m != 0 && last != m {
			return 0, fmt.Errorf("optim: the batch's %q has %d columns (examples) and its %q has %d", name, last, from, m)
		}
		m, from = last, name
	}
	return m, nil
}

package main

import (
	"fmt"
	"slices"

	"chainrule/internal/words"
)

// advice says what a training that did not diverge lacks, if that shows: hidden
// units that are all the same, or a cost that has risen.
func (p *problem) advice(t training) string {
	if t.steps == 0 {
		return ""
	}
	for l, units := range p.hidden {
		same := p.net != nil && p.sameUnits(l)
		switch {
		case same && units > 1:
			return fmt.Sprintf("The %s of hidden layer %d are all the same, as they were at the start, and count as one: equal units get equal gradients. "+
				"That is the symmetry which demo lesson symmetry shows; first weights by another --init break it.", words.Count(units, "unit"), l+1)
		case same && p.init == "zeros":
			return fmt.Sprintf("The weights of hidden layer %d are 0, as they were at the start, which demo lesson symmetry explains; another --init moves them.", l+1)
		}
	}
	if t.rose(p.config.dtype) && p.rule.Average == 0 { // of which the first cost is none of the means
		return "The cost has risen since the start: a smaller learning rate (--lr) may do better."
	}
	return ""
}

// sameUnits reports whether all units of hidden layer l, counted from 0, have the
// same weights and bias, of a single one whether its weights are 0.
func (p *problem) sameUnits(l int) bool {
	w, b := floats(p.net.W[l].Value()), floats(p.net.B[l].Value())
	n := len(w) / len(b)
	first := w[:n]
	if len(b) == 1 {
		first = make([]float64, n)
	}
	for i, v := range b {
		if v != b[0] || !slices.Equal(w[i*n:][:n], first) {
			return false
		}
	}
	return true
}

// rose reports whether the cost has risen by more than its rounding, a thousand
// times that of a number.
func (t training) rose(dtype string) bool {
	rounding := 0x1p-52
	if dtype == "float32" {
		rounding = 0x1p-23
	}
	return t.cost-t.first > 1000*rounding*t.first
}

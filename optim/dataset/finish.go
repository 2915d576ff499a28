package dataset

import (
	"cmp"
	"fmt"
	"math"
)

// set returns what has been read.
func (t *table) set() (*Set, error) {
	if err := t.checkWhole(); err != nil {
		return nil, err
	}
	classes, rank := t.codes.sorted()
	s := &Set{X: t.x.join(), Class: make([]int, 0, t.class.len())}
	for code := range t.class.all() {
		s.Class = append(s.Class, rank[code])
	}
	t.reading.Decimal = string(cmp.Or(t.numbers.mark, '.'))
	s.Features, s.Classes = t.columns.features(), classes
	if t.gaps {
		return s, t.fill(s)
	}
	return s, nil
}

// checkWhole reports what is wrong with the file as a whole.
func (t *table) checkWhole() error {
	names, label := t.codes.names, t.columns.label
	about := func(format string, args ...any) error {
		e := t.problem(label, 0, fmt.Sprintf(format, args...))
		e.Column = 0
		return e
	}
	switch m := t.class.len(); {
	case m == 0 && t.reading.Dropped > 0:
		return &CSVError{Text: fmt.Sprintf("no examples: each of the %d rows misses a number or the class", t.reading.Dropped)}
	case m == 0:
		return &CSVError{Text: "no examples, only a header"}
	case t.numbers.doubt != nil && !t.numbers.sure:
		d := *t.numbers.doubt
		return t.problem(d.Column-1, d.Line, d.Text)
	case len(names) == 1:
		return about("all examples are of class %s, at least two classes expected", quote(names[0]))
	case t.codes.measured(m):
		return about("its %d different values in %d examples, such as %s and %s, look like measurements, not classes. "+
			"Another column may be the class, which CSV.Label names; to predict numbers, group them in the file first, such as low and high",
			len(names), m, quote(names[0]), quote(names[1]))
	}
	return t.checkFirst()
}

// checkFirst reports a first example that may be a header: no other has its class.
func (t *table) checkFirst() error {
	if t.guessed == 0 {
		return nil
	}
	examples := 0
	for code := range t.class.all() {
		if code == 0 { // of the first example
			examples++
		}
	}
	if examples > 1 {
		return nil
	}
	return headerDoubt(t.guessed, fmt.Sprintf("its class %s comes up nowhere else", quote(t.codes.names[0])))
}

// fill puts the mean of each feature in place of its missing numbers.
func (t *table) fill(s *Set) error {
	n := len(s.Features)
	for i, name := range s.Features {
		mean, missing := meanOf(s.X[i:], n)
		switch {
		case missing == s.Len():
			return &CSVError{Text: fmt.Sprintf("column %s: all numbers are missing, so that there is no mean of them; CSV.Ignore leaves the column out", plain(name))}
		case missing == 0:
			continue
		}
		t.reading.Means = append(t.reading.Means, Mean{Column: name, Value: mean, Cells: missing})
		for k := i; k < len(s.X); k += n {
			if math.IsNaN(s.X[k]) {
				s.X[k] = mean
			}
		}
	}
	return nil
}

// meanOf returns the mean of every step-th number but NaN, and how many of these
// there are. Where the sum overflows, the numbers are divided first.
func meanOf(x []float64, step int) (mean float64, missing int) {
	lo, hi, sum, count := math.Inf(1), math.Inf(-1), 0.0, 0.0
	for k := 0; k < len(x); k += step {
		if v := x[k]; math.IsNaN(v) {
			missing++
		} else {
			lo, hi, sum, count = min(lo, v), max(hi, v), sum+v, count+1
		}
	}
	mean = sum / count
	if !isFinite(sum) {
		mean = 0
		for k := 0; k < len(x); k += step {
			if v := x[k]; !math.IsNaN(v) {
				mean += v / count
			}
		}
	}
	return min(max(mean, lo), hi), missing
}

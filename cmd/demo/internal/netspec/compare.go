package netspec

import (
	"math"
	"slices"

	"chainrule/graph/explain"
	"chainrule/internal/handgrad"
)

// A Comparison says which of the lines that somebody computed are right.
type Comparison struct {
	Right      []Line
	Wrong      []Mismatch         // in the order of computation
	Convention explain.Convention // in which dZ was judged, "" if none is there or both are the same
}

// A Mismatch is a line that is wrong.
type Mismatch struct {
	Line          Line
	Error         float64 // the largest difference by the largest right entry, or itself where all of those are 0
	Absolute      bool    // all right entries are 0
	Shape, Wanted []int   // of what was given, and the right one
	Row, Col      int     // of the worst entry, from 1; 0 if the shapes differ
	Given, Value  float64 // the worst entry, and what is right there
	NotFinite     int     // how many of the given entries are NaN or infinite
	Causes        []Cause // that give the same numbers, the commonest first; only if no line that it is computed from is wrong
	Untried       bool    // the network is too large to try all mistakes
	Independent   bool    // it isn't computed from the first mismatch, so it is a mistake of its own
	From          Line    // the first wrong line that it is computed from, or itself
	Shared        bool    // one of the causes of the first mismatch, in a line that isn't given, gives its numbers too
}

// HasShape reports whether the line has the right shape.
func (m Mismatch) HasShape() bool { return slices.Equal(m.Shape, m.Wanted) }

// Compare compares the given lines with the right ones, dZ in a convention or, if
// that is "", in the one that the lines themselves are in: that of the first dZ
// that is right, else the one by which dW and db follow from dZ, else the one in
// which a mistake is known, else the nearer one. A line is right if the largest
// difference of an entry is at most tolerance times the largest right entry, or no
// more than rounding makes of its terms.
func Compare(s *Spec, r *Result, given Given, tolerance float64, convention explain.Convention) Comparison {
	there := true
	if convention == "" {
		convention, there = recognise(s, r, given, tolerance)
	}
	c := judge(s, r.in(convention, s), given, tolerance)
	if there {
		c.Convention = convention
	}
	return c
}

// judge compares the given lines with the right ones, dZ in the convention of r.
func judge(s *Spec, r *Result, given Given, tolerance float64) Comparison {
	var c Comparison
	rounding := roundingOf(s, r)
	for _, line := range lines(s.Layers()) {
		a, ok := given[line]
		if !ok {
			continue
		}
		y := yardstick{tolerance: tolerance, rounding: rounding[line]}
		m, wrong := y.compare(line, a, r.value(line))
		if !wrong {
			c.Right = append(c.Right, line)
			continue
		}
		d := &diagnosis{s: s, r: r, given: given, right: c.Right, line: line, array: a, yardstick: y, work: maxWork}
		c.add(m, d)
	}
	return c
}

// add adds a mismatch, with its causes unless it comes from one before it.
func (c *Comparison) add(m Mismatch, d *diagnosis) {
	m.From = m.Line
	if i := slices.IndexFunc(c.Wrong, func(before Mismatch) bool { return m.Line.needs(before.Line) }); i >= 0 {
		m.From = c.Wrong[i].Line
	} else {
		m.Causes = d.causes()
		m.Untried = d.budget < 0
	}
	if len(c.Wrong) > 0 {
		first := c.Wrong[0]
		m.Independent = !m.Line.needs(first.Line)
		for _, cause := range m.Causes { // of a line that isn't given
			if cause.Line != m.Line && slices.Contains(first.Causes, cause) {
				m.Independent, m.Shared, m.Causes = false, true, nil
				break
			}
		}
	}
	c.Wrong = append(c.Wrong, m)
}

// A yardstick says how far apart equal values may lie.
type yardstick struct {
	tolerance float64 // by the largest right entry
	rounding  float64 // absolute
}

// near reports whether values that differ by gap at most are the same, where
// the largest entry is size.
func (y yardstick) near(gap, size float64) bool { return gap <= max(y.tolerance*size, y.rounding) }

// compare returns how a line differs from what is right, and whether it does.
func (y yardstick) compare(line Line, a Array, right handgrad.Matrix) (Mismatch, bool) {
	m := Mismatch{Line: line, Shape: a.Shape, Wanted: []int{right.Rows, right.Cols}}
	for _, v := range a.Data {
		if !finite(v) {
			m.NotFinite++
		}
	}
	if line.Kind == kindCost {
		m.Wanted = nil
	}
	if !m.HasShape() {
		return m, true
	}
	gap, worst := difference(a.Data, right.Data)
	size := norm(right.Data)
	m.Row, m.Col = worst/right.Cols+1, worst%right.Cols+1
	m.Given, m.Value = a.Data[worst], right.Data[worst]
	m.Error, m.Absolute = gap/size, size == 0
	if m.Absolute {
		m.Error = gap
	}
	return m, !y.near(gap, size)
}

// difference returns the largest difference of the entries of two equally long
// lists, and where it is. That of NaN is infinite.
func difference(a, b []float64) (gap float64, at int) {
	for i := range a {
		d := math.Abs(a[i] - b[i])
		if math.IsNaN(d) {
			d = math.Inf(1)
		}
		if d > gap {
			gap, at = d, i
		}
	}
	return gap, at
}

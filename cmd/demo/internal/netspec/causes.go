package netspec

import (
	"fmt"
	"slices"

	"chainrule/internal/handgrad"
)

// A Cause is a mistake that would give the wrong numbers.
type Cause struct {
	Kind string // its name, such as "missing 1/m"
	Line Line   // where it is made: at the wrong line, or before it at one that isn't given
	Text string // what was computed instead, and what is right
}

// The names of the commonest mistakes.
const (
	MissingMean     = "missing 1/m"
	Transposed      = "transposed"
	MissingSlope    = "missing activation derivative"
	WrongSlope      = "wrong activation derivative"
	WrongActivation = "wrong activation"
	WrongAxis       = "summed over the wrong axis"
	RankOneBias     = "rank-1 bias"
	UpdatedTooEarly = "weights updated too early"
	WrongM          = "wrong m"
	WrongCost       = "another cost"
	WrongLabels     = "wrong labels"
	WrongMatrix     = "another matrix"
	Mixed           = "mixed conventions"
)

// maxCauses is how many causes are told, if several give the same numbers.
const maxCauses = 3

// maxWork is how much work a diagnosis may do: some seconds.
const maxWork = 5e9

// A diagnosis looks for the mistake behind a wrong line.
type diagnosis struct {
	s     *Spec
	r     *Result // what is right, in the convention of the lines
	given Given
	right []Line // the given lines before it that are right
	line  Line
	array Array
	yardstick

	work   float64 // multiplications that may be spent on mistakes in lines that are not given
	site   Line    // where a mistake is tried
	budget float64 // multiplications that are left, below 0 if they weren't enough
	found  []Cause
}

// causes returns the mistakes that give the numbers of the line: made there, or
// before it where nothing is given that they would show in.
func (d *diagnosis) causes() []Cause {
	d.budget = d.work
	if c, ok := d.misshapen(); ok {
		d.add(c)
	}
	order := lines(d.s.Layers())
	for i := slices.Index(order, d.line); i >= 0; i-- {
		if d.site = order[i]; d.site == d.line || d.line.needs(d.site) && !d.seen() {
			d.tryAll()
		}
	}
	for _, fitted := range []func() (Cause, bool){d.penalty, d.dropped, d.updated, d.factor} {
		if c, ok := fitted(); ok && len(d.found) == 0 {
			d.add(c)
		}
	}
	return d.found
}

// add adds a cause, unless there are enough.
func (d *diagnosis) add(c Cause) {
	if len(d.found) < maxCauses && !slices.Contains(d.found, c) {
		d.found = append(d.found, c)
	}
}

// seen reports whether a mistake at the site would show in a line that is right.
func (d *diagnosis) seen() bool {
	return slices.ContainsFunc(d.right, func(l Line) bool { return l == d.site || l.needs(d.site) })
}

// tryAll tries the mistakes that can be made at the site.
func (d *diagnosis) tryAll() {
	l := d.site.Layer - 1
	switch d.site.Kind {
	case kindZ:
		d.tryZ(l)
	case kindA:
		d.tryA(l)
	case kindCost:
		d.tryCost()
	case kindDZ:
		d.tryDZ(l)
	case kindDW:
		d.tryDW(l)
	case kindDB:
		d.tryDB(l)
	}
	if right := d.r.value(d.site); right.Rows > 1 && right.Cols > 1 {
		c := d.transposed()
		d.try(c.Kind, c.Text, right.Transpose())
	}
}

// try adds a mistake of the site if the value that it gives there leads to the
// given numbers.
func (d *diagnosis) try(kind, text string, value handgrad.Matrix) { d.tryWith(d.s, kind, text, value) }

// tryWith is try of a mistake behind whose site the network is another too.
func (d *diagnosis) tryWith(s *Spec, kind, text string, value handgrad.Matrix) {
	c := Cause{kind, d.site, text}
	if d.site != d.line {
		right := d.r.value(d.site)
		if value.Rows != right.Rows || value.Cols != right.Cols || len(d.found) == maxCauses {
			return
		}
		if d.budget -= d.price(); d.budget < 0 {
			return
		}
		c.Text = fmt.Sprintf("in %v: %s", d.site, text)
		t := trail{s, d.r, d.site, map[Line]handgrad.Matrix{d.site: value}}
		value = t.line(d.line)
	}
	if d.matches(value) && !d.harmless(value) {
		d.add(c)
	}
}

// price returns about how many multiplications it takes to follow a mistake.
func (d *diagnosis) price() float64 {
	weights := 0
	for _, w := range d.s.W {
		weights += len(w.Data)
	}
	return 3 * float64(weights) * float64(d.s.Examples())
}

// misshapen returns the cause of a wrong shape with the right numbers.
func (d *diagnosis) misshapen() (Cause, bool) {
	right := d.r.value(d.line)
	wanted := []int{right.Rows, right.Cols}
	if d.line.Kind == kindCost {
		wanted = nil
	}
	if slices.Equal(d.array.Shape, wanted) || !d.matches(right) {
		return Cause{}, false
	}
	d.site = d.line
	switch {
	case d.line.Kind == kindCost:
		return Cause{"too many axes", d.line, "the cost is a single number, without brackets; np.squeeze makes it one"}, true
	case len(d.array.Shape) == 2:
		return d.transposed(), true
	case d.line.Kind == kindDB:
		return Cause{RankOneBias, d.line,
			fmt.Sprintf("the numbers are right, but b and db are matrices of one column: keep the axis, as np.sum(dZ%d, axis=1, keepdims=True) does", d.line.Layer)}, true
	}
	return Cause{"an axis is missing", d.line, "the numbers are right, but they are no matrix with rows and columns"}, true
}

// transposed returns the cause of a matrix whose rows are columns.
func (d *diagnosis) transposed() Cause {
	if d.site.Kind != kindDW {
		return Cause{Transposed, d.site, "rows and columns are exchanged"}
	}
	return Cause{Transposed, d.site, fmt.Sprintf("this is %s%s·dZ%dᵀ, and dW%[3]d is %[1]sdZ%[3]d·%[2]sᵀ",
		d.mean(), inputName(d.site.Layer-1), d.site.Layer)}
}

// matches reports whether the numbers of the line are those of a candidate,
// whatever axes of size 1 they have.
func (d *diagnosis) matches(candidate handgrad.Matrix) bool {
	if !slices.Equal(squeezed(d.array.Shape), squeezed([]int{candidate.Rows, candidate.Cols})) {
		return false
	}
	return same(d.array.Data, candidate.Data, max(d.tolerance*largest(candidate.Data), d.rounding))
}

// harmless reports whether a mistake changes nothing here, as a missing
// derivative of the identity.
func (d *diagnosis) harmless(candidate handgrad.Matrix) bool {
	right := *d
	right.array = arrayOf(d.r.value(d.line))
	return right.matches(candidate)
}

// squeezed returns a shape without axes of size 1.
func squeezed(shape []int) []int {
	return slices.DeleteFunc(slices.Clone(shape), func(n int) bool { return n == 1 })
}

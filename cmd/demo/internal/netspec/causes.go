package netspec

import (
	"fmt"
	"slices"

	"chainrule/internal/handgrad"
)

// A Cause is a mistake that would give the wrong numbers.
type Cause struct {
	Kind string // its name, such as "missing 1/m"
	Text string // what was computed instead, and what is right
}

// The names of the commonest mistakes.
const (
	MissingMean     = "missing 1/m"
	Transposed      = "transposed"
	MissingSlope    = "missing activation derivative"
	WrongAxis       = "summed over the wrong axis"
	RankOneBias     = "rank-1 bias"
	UpdatedTooEarly = "weights updated too early"
)

// maxCauses is how many causes are told, if several give the same numbers.
const maxCauses = 3

// A candidate is what a mistake computes instead of a line.
type candidate struct {
	Cause
	value handgrad.Matrix
}

// A diagnosis looks for the mistake behind a wrong line.
type diagnosis struct {
	s     *Spec
	r     *Result
	given Given
	line  Line
	array Array
	yardstick
}

// causes returns the mistakes that give the numbers of the line.
func (d diagnosis) causes() []Cause {
	var found []Cause
	add := func(c Cause) {
		same := func(other Cause) bool { return other == c }
		if len(found) < maxCauses && !slices.ContainsFunc(found, same) {
			found = append(found, c)
		}
	}
	if c, ok := d.misshapen(); ok {
		add(c)
	}
	for _, c := range d.candidates() {
		if d.matches(c.value) && !d.harmless(c.value) {
			add(c.Cause)
		}
	}
	if c, ok := d.updated(); ok && len(found) == 0 {
		add(c)
	}
	if c, ok := d.factor(); ok && len(found) == 0 {
		add(c)
	}
	return found
}

// misshapen returns the cause of a wrong shape with the right numbers.
func (d diagnosis) misshapen() (Cause, bool) {
	right := d.r.value(d.line)
	wanted := []int{right.Rows, right.Cols}
	if d.line.Kind == kindCost {
		wanted = nil
	}
	if slices.Equal(d.array.Shape, wanted) || !d.matches(right) {
		return Cause{}, false
	}
	switch {
	case d.line.Kind == kindCost:
		return Cause{"too many axes", "the cost is a single number, without brackets; np.squeeze makes it one"}, true
	case len(d.array.Shape) == 2:
		return d.transposed(), true
	case d.line.Kind == kindDB:
		return Cause{RankOneBias, fmt.Sprintf("the numbers are right, but b and db are matrices of one column: keep the axis, as np.sum(dZ%d, axis=1, keepdims=True) does",
			d.line.Layer)}, true
	}
	return Cause{"an axis is missing", "the numbers are right, but they are no matrix with rows and columns"}, true
}

// transposed returns the cause of a matrix whose rows are columns.
func (d diagnosis) transposed() Cause {
	if d.line.Kind != kindDW {
		return Cause{Transposed, "rows and columns are exchanged"}
	}
	return Cause{Transposed, fmt.Sprintf("this is %s·dZ%dᵀ, and dW%[2]d is dZ%[2]d·%[1]sᵀ", inputName(d.line.Layer-1), d.line.Layer)}
}

// candidates returns what the mistakes compute for the line.
func (d diagnosis) candidates() []candidate {
	l := d.line.Layer - 1
	right := d.r.value(d.line)
	var all []candidate
	switch d.line.Kind {
	case kindZ:
		all = d.wrongZ(l)
	case kindA:
		all = d.wrongA(l)
	case kindCost:
		return d.wrongCost()
	case kindDZ:
		all = d.wrongDZ(l)
	case kindDW:
		all = d.wrongDW(l)
	case kindDB:
		all = d.wrongDB(l)
	}
	if right.Rows > 1 && right.Cols > 1 {
		all = append(all, candidate{d.transposed(), right.Transpose()})
	}
	return all
}

// matches reports whether the numbers of the line are those of a candidate,
// whatever axes of size 1 they have.
func (d diagnosis) matches(candidate handgrad.Matrix) bool {
	if !slices.Equal(squeezed(d.array.Shape), squeezed([]int{candidate.Rows, candidate.Cols})) {
		return false
	}
	gap, _ := difference(d.array.Data, candidate.Data)
	return d.near(gap, norm(candidate.Data))
}

// harmless reports whether a mistake changes nothing here, as a missing
// derivative of the identity.
func (d diagnosis) harmless(candidate handgrad.Matrix) bool {
	d.array = arrayOf(d.r.value(d.line))
	return d.matches(candidate)
}

// squeezed returns a shape without axes of size 1.
func squeezed(shape []int) []int {
	return slices.DeleteFunc(slices.Clone(shape), func(n int) bool { return n == 1 })
}

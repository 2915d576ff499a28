package graph

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Source says how an operation is computed in programs that run on their own, such
// as those of graph/explain. It has a template for each language, in which {0}, {1}, …
// stand for the operands and {...} for all of them; an empty one is "not in that language",
// and then Steps is taken. Operands are put in brackets where the signs around them ask for
// it. What a template computes may differ from the operation by rounding, of the largest
// number that comes into it.
type Source struct {
	// NumPy is an expression of arrays in Python, with numpy as np.
	NumPy string

	// Library is a Go expression of nodes, with the graph as g.
	Library string

	// Entry is a Go expression of one entry of the result, from {0}, {1}, … as an entry of
	// each operand: that at the same place, broadcast, if At is nil. {0[2]} stands for entry 2
	// of an operand with one axis. EntryAt, if set, returns Entry for a place: an index for each
	// axis as a Go expression.
	Entry   string
	EntryAt func(index []string) string

	// At, if set, returns the place in an operand that Entry reads, an index for each axis as
	// a Go expression, from the indices of the result's entry and those that run over Over.
	At func(input int, index []string) []string

	// Over are the sizes that further indices run over, if entries of the operands are put
	// together: by Join, a Go expression in which {0} is what has come together and {1} the
	// next, from Start on, or if that is empty from the first of them on, which Join may meet
	// twice then.
	Over        []int
	Start, Join string

	// Behind is set if the result has the operands one behind the other along Axis, and
	// nothing else; Entry is empty then.
	Behind bool
	Axis   int

	// Steps computes the same by other operations.
	Steps func(x []*Node) *Node

	// Needs are functions that templates call.
	Needs []Definition
}

// A Definition is a function that programs define where it is called. Either language may
// be left out if its template does not call it. NumPy may call modules np and math, and Go
// the package math.
type Definition struct{ NumPy, Go string }

// written is the Source of an element-wise operation.
func written(numPy, library, entry string, needs ...Definition) func(Shapes) Source {
	return Source{NumPy: numPy, Library: library, Entry: entry, Needs: needs}.Of
}

// Of returns s for all shapes: Op.Source of an operation whose source does not depend on them.
func (s Source) Of(Shapes) Source { return s }

// over makes s a reduction over axes, which stay or vanish.
func (s Source) over(in Shapes, axes []int, keep bool) Source {
	for _, a := range axes {
		s.Over = append(s.Over, in.In[0][a])
	}
	rank := len(in.Out)
	s.At = func(_ int, index []string) []string {
		place, next := make([]string, len(in.In[0])), 0
		for d := range place {
			if at := slices.Index(axes, d); at >= 0 {
				place[d] = index[rank+at]
				if keep {
					next++
				}
				continue
			}
			place[d] = index[next]
			next++
		}
		return place
	}
	return s
}

// reduction is the Source of a function that joins the entries over axes, which stay.
func reduction(name, start, join string, axes []int) func(Shapes) Source {
	numPy, library := strings.ToLower(name), name
	return func(s Shapes) Source {
		return Source{
			NumPy:   fmt.Sprintf("np.%s({0}, axis=%s, keepdims=True)", numPy, pythonAxes(axes, s.In[0])),
			Library: fmt.Sprintf("graph.Reduce{KeepDims: true}.%s({0}%s)", library, goList(axes)),
			Entry:   "{0}", Start: start, Join: join}.over(s, axes, true)
	}
}

// pythonTuple writes numbers as a tuple.
func pythonTuple(of []int) string {
	s := strings.Join(strings.Fields(strings.Trim(fmt.Sprint(of), "[]")), ", ")
	if len(of) == 1 {
		s += ","
	}
	return "(" + s + ")"
}

// pythonAxes writes axes as an argument: one as a number, all as None.
func pythonAxes(axes, shape []int) string {
	switch {
	case len(axes) == len(shape) && len(axes) > 1:
		return "None"
	case len(axes) == 1:
		return strconv.Itoa(axes[0])
	}
	return pythonTuple(axes)
}

// goList writes numbers as further arguments.
func goList(of []int) string {
	var b strings.Builder
	for _, n := range of {
		fmt.Fprintf(&b, ", %d", n)
	}
	return b.String()
}

// broadcastPlace is the place of index in an operand that is broadcast.
func broadcastPlace(index []string, shape []int) []string {
	place := slices.Clone(index[len(index)-len(shape):])
	for i, n := range shape {
		if n == 1 {
			place[i] = "0"
		}
	}
	return place
}

// reshapedPlace is the place in an array of shape from of what a reshape to shape to has
// at index.
func reshapedPlace(index []string, from, to []int) []string {
	var long []string
	same := slices.Equal(longAxes(from), longAxes(to))
	for i, n := range to {
		if n > 1 {
			long = append(long, index[i])
		}
	}
	place := make([]string, len(from))
	flat := flatIndex(index, to)
	for i, n := range from {
		switch {
		case n == 1:
			place[i] = "0"
		case same:
			place[i], long = long[0], long[1:]
		default:
			place[i] = fmt.Sprintf("(%s)/%d%%%d", flat, size(from[i+1:]), n)
		}
	}
	return place
}

func longAxes(shape []int) (out []int) {
	for _, n := range shape {
		if n > 1 {
			out = append(out, n)
		}
	}
	return out
}

// flatIndex writes the number, row by row, of the entry at an index of a shape.
func flatIndex(index []string, shape []int) string {
	var terms []string
	for i, n := range shape {
		if n > 1 {
			terms = append(terms, timesIndex(index[i], size(shape[i+1:])))
		}
	}
	if len(terms) == 0 {
		return "0"
	}
	return strings.Join(terms, " + ")
}

// timesIndex writes n·index.
func timesIndex(index string, n int) string {
	if n == 1 {
		return index
	}
	return fmt.Sprintf("%d*%s", n, bracketed(index))
}

// bracketed puts what is more than a name or a number into brackets.
func bracketed(s string) string {
	if strings.ContainsAny(s, "+-*/% ") {
		return "(" + s + ")"
	}
	return s
}

// shifted writes index + by.
func shifted(index string, by int) string {
	if at, err := strconv.Atoi(index); err == nil {
		return strconv.Itoa(at + by)
	}
	if by == 0 {
		return index
	}
	return fmt.Sprintf("%s%+d", index, by)
}

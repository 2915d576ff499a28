package lesson

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"chainrule/graph"
	"chainrule/internal/handgrad"
	"chainrule/internal/words"
	"gorgonia.org/tensor"
)

// computed returns the values of matrices, or of scalars as (1,1), row-major.
func computed(feeds graph.Feeds, nodes ...*graph.Node) ([]handgrad.Matrix, error) {
	p, err := graph.Compile(graph.Spec{Outputs: nodes, Workers: 1})
	if err != nil {
		return nil, err
	}
	defer p.Close()
	if err := p.Run(feeds); err != nil {
		return nil, err
	}
	out := make([]handgrad.Matrix, len(nodes))
	for i, n := range nodes {
		v, err := p.Value(n)
		if err != nil {
			return nil, err
		}
		out[i] = asMatrix(v)
	}
	return out, nil
}

// asMatrix returns a row-major tensor, a scalar as (1,1), as a matrix.
func asMatrix(t *tensor.Dense) handgrad.Matrix {
	m := handgrad.Matrix{Rows: 1, Cols: 1}
	if s := t.Shape(); len(s) == 2 {
		m.Rows, m.Cols = s[0], s[1]
	}
	if v, ok := t.Data().(float64); ok {
		m.Data = []float64{v}
	} else {
		m.Data = t.Float64s()
	}
	return m
}

// asTensor returns a matrix as a tensor with the same memory.
func asTensor(m handgrad.Matrix) *tensor.Dense {
	return graph.Tensor(m.Data, m.Rows, m.Cols)
}

// mistake returns what an error of a graph says, without the place in the code.
func mistake(err error) string {
	var e *graph.Error
	if !errors.As(err, &e) {
		return fmt.Sprint(err)
	}
	return sentence("%s(%s): %v", e.Op, strings.Join(e.Operands, ", "), e.Err)
}

// formulaLines returns the computation of nodes as a listing, one formula a line
// with the shapes below one another.
func formulaLines(nodes ...*graph.Node) (string, error) {
	formulas, err := graph.Formulas(nodes...)
	return listing(formulas), err
}

// listing returns formulas as a listing, one a line with the shapes below one
// another.
func listing(formulas []graph.Formula) string {
	widest := 0
	for _, f := range formulas {
		widest = max(widest, utf8.RuneCountInString(f.Symbol+f.Text))
	}
	var b strings.Builder
	for _, f := range formulas {
		space := strings.Repeat(" ", widest-utf8.RuneCountInString(f.Symbol+f.Text))
		fmt.Fprintf(&b, "%s = %s%s   %s\n", f.Symbol, f.Text, space, words.Shape(f.Node.Shape()...))
	}
	return b.String()
}

// farthest returns the largest difference between entries of two lists.
func farthest(a, b []float64) float64 {
	worst := 0.0
	for i := range a {
		if d := math.Abs(a[i] - b[i]); d > worst || math.IsNaN(d) {
			worst = d
		}
	}
	return worst
}

// relativeGap returns the largest difference between entries of two lists,
// relative to the largest entry.
func relativeGap(a, b []float64) float64 {
	size := 0.0
	for i := range a {
		size = max(size, math.Abs(a[i]), math.Abs(b[i]))
	}
	if d := farthest(a, b); d > 0 || math.IsNaN(d) {
		return d / size
	}
	return 0
}

// gapText writes how far two values are from each other.
func gapText(gap float64) string {
	if gap == 0 {
		return "0"
	}
	return fmt.Sprintf("%.1e", gap)
}

// atMost writes the largest of several gaps.
func atMost(gap float64) string {
	if gap == 0 {
		return "0"
	}
	return "at most " + gapText(gap)
}

package dataset

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"chainrule/graph"
	"gonum.org/v1/gonum/mat"
	"gorgonia.org/tensor"
)

var _ Matrix = (mat.Matrix)(nil)

// The same numbers, however they come.
func TestGiven(t *testing.T) {
	rows := [][]float64{{1, 2, 3}, {4, 5, 6}}
	want := &Set{X: []float64{1, 2, 3, 4, 5, 6}, Features: []string{"x1", "x2", "x3"}}
	m := mat.NewDense(2, 3, []float64{1, 2, 3, 4, 5, 6})
	columnMajor := want.Inputs(tensor.Float64)
	rowMajor := graph.Tensor([]float64{1, 4, 2, 5, 3, 6}, 3, 2)
	narrow := graph.Tensor([]float32{1, 4, 2, 5, 3, 6}, 3, 2)
	for name, get := range map[string]func() (*Set, error){
		"rows":                func() (*Set, error) { return FromRows(rows) },
		"matrix":              func() (*Set, error) { return FromMatrix(m) },
		"transposed matrix":   func() (*Set, error) { return FromMatrix(mat.DenseCopyOf(m.T()).T()) },
		"column-major tensor": func() (*Set, error) { return FromTensor(columnMajor) },
		"row-major tensor":    func() (*Set, error) { return FromTensor(rowMajor) },
		"float32 tensor":      func() (*Set, error) { return FromTensor(narrow) },
	} {
		if got, err := get(); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, error %v", name, got, err)
		}
	}
	for want, get := range map[string]func() (*Set, error){
		"no rows given":                  func() (*Set, error) { return FromRows(nil) },
		"no features":                    func() (*Set, error) { return FromRows([][]float64{{}}) },
		"row 1 has 1 number,":            func() (*Set, error) { return FromRows([][]float64{{1, 2}, {3}}) },
		"feature 1 of example 0 is NaN":  func() (*Set, error) { return FromRows([][]float64{{1, math.NaN()}}) },
		"feature 0 of example 1 is +Inf": func() (*Set, error) { return FromMatrix(mat.NewDense(2, 1, []float64{1, math.Inf(1)})) },
		"the matrix is nil":              func() (*Set, error) { return FromMatrix(nil) },
		"0 rows":                         func() (*Set, error) { return FromMatrix(&mat.Dense{}) },
		"nil or a number given":          func() (*Set, error) { return FromTensor(nil) },
		"a tensor of shape (6":           func() (*Set, error) { return FromTensor(graph.Tensor([]float64{1, 2, 3, 4, 5, 6}, 6)) },
		"a tensor of int given, float64 or f": func() (*Set, error) {
			return FromTensor(graph.Tensor([]int{1}, 1, 1))
		},
	} {
		if got, err := get(); err == nil || got != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, error %v, one with %q expected", got, err, want)
		}
	}
}

func TestGivenTargets(t *testing.T) {
	s, err := FromRows([][]float64{{1}, {2}, {3}})
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.WithClasses([]string{"10", "9", "10"})
	if err != nil || fmt.Sprint(c.Class, c.Classes) != "[1 0 1] [9 10]" || c.Check() != nil || c.Schema().Check() != nil {
		t.Errorf("%+v, error %v", c, err)
	}
	y, err := c.WithNumbers(nil, [][]float64{{1, 2}, {3, 4}, {5, 6}})
	if err != nil || y.Task() != Regress || fmt.Sprint(y.Y, y.Targets) != "[1 2 3 4 5 6] [y1 y2]" || y.Check() != nil || y.Schema().Check() != nil {
		t.Errorf("%+v, error %v", y, err)
	}
	for want, get := range map[string]func() (*Set, error){
		"2 classes given for 3 examples":        func() (*Set, error) { return s.WithClasses([]string{"a", "b"}) },
		"class of example 1: the cell is empty": func() (*Set, error) { return s.WithClasses([]string{"a", "", "b"}) },
		"the set is nil":                        func() (*Set, error) { return (*Set)(nil).WithClasses(nil) },
		"targets of 1 row given for 3 examples": func() (*Set, error) { return s.WithNumbers(nil, [][]float64{{1}}) },
		"1 target of example 2 given, 2":        func() (*Set, error) { return s.WithNumbers(nil, [][]float64{{1, 2}, {3, 4}, {5}}) },
		"target b of example 0 is -Inf": func() (*Set, error) {
			return s.WithNumbers([]string{"a", "b"}, [][]float64{{1, math.Inf(-1)}, {3, 4}, {5, 6}})
		},
		"no targets given": func() (*Set, error) { return s.WithNumbers(nil, [][]float64{{}, {}, {}}) },
	} {
		if got, err := get(); err == nil || got != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, error %v, one with %q expected", got, err, want)
		}
	}
}

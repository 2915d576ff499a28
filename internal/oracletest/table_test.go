package oracletest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"testing"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// An array of the table, row-major.
type array struct {
	Shape []int     `json:"shape"`
	Data  []float64 `json:"data"`
}

func (a *array) UnmarshalJSON(text []byte) error {
	type plain array // without this method
	if err := json.Unmarshal(text, (*plain)(a)); err != nil {
		return err
	}
	if size := tensor.Shape(a.Shape).TotalSize(); size != len(a.Data) {
		return fmt.Errorf("%d numbers for shape %v", len(a.Data), a.Shape)
	}
	return nil
}

// tensor returns the array in either precision.
func (a array) tensor(dtype tensor.Dtype) *tensor.Dense {
	if dtype == tensor.Float64 {
		return graph.Tensor(append([]float64{}, a.Data...), a.Shape...)
	}
	narrow := make([]float32, len(a.Data))
	for i, v := range a.Data {
		narrow[i] = float32(v)
	}
	return graph.Tensor(narrow, a.Shape...)
}

// widened returns the values of a tensor as an array.
func widened(t *tensor.Dense) array {
	out := array{Shape: t.Shape()}
	switch data := t.Data().(type) {
	case float64:
		out.Data = []float64{data}
	case float32:
		out.Data = []float64{float64(data)}
	case int:
		out.Data = []float64{float64(data)}
	case []int:
		for _, v := range data {
			out.Data = append(out.Data, float64(v))
		}
	case []float64:
		out.Data = data
	case []float32:
		for _, v := range data {
			out.Data = append(out.Data, float64(v))
		}
	}
	return out
}

// A row is one line of the table.
type row interface {
	label() string

	// inputs are the arrays that go in.
	inputs() []array

	// compute sets the arrays that come out beside those of the table.
	compute(tensor.Dtype) ([]pair, error)
}

// readTable returns all rows, in the order of the file.
var readTable = sync.OnceValues(func() ([]row, error) {
	text, err := os.ReadFile("testdata/pytorch.json")
	if err != nil {
		return nil, err
	}
	var lines []json.RawMessage
	if err := json.Unmarshal(text, &lines); err != nil {
		return nil, err
	}
	rows := make([]row, len(lines))
	for i, line := range lines {
		if rows[i], err = parseRow(line); err != nil {
			return nil, fmt.Errorf("line %d: %w", i+2, err)
		}
	}
	return rows, nil
})

func parseRow(line []byte) (row, error) {
	var head struct{ Kind string }
	if err := json.Unmarshal(line, &head); err != nil {
		return nil, err
	}
	var r row
	switch head.Kind {
	case "op":
		r = &opRow{}
	case "net":
		r = &netRow{}
	default:
		return nil, fmt.Errorf("kind %q", head.Kind)
	}
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	return r, d.Decode(r)
}

func table(t *testing.T) []row {
	t.Helper()
	rows, err := readTable()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

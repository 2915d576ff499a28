package optim

import (
	"errors"
	"fmt"
	"slices"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// Flat sees the entries of several parameters as one list of numbers, parameter
// after parameter, each row by row: what methods for functions of many variables
// work on. It holds no numbers itself, and may be copied.
type Flat struct {
	parts []FlatPart
	size  int
}

// FlatPart is where the entries of a parameter lie: Len of them from Offset on.
type FlatPart struct {
	Param       *graph.Param
	Offset, Len int
}

// Flatten returns the parameters as one list. A parameter that is nil, wrong or there
// twice is an error; dtypes may differ.
func Flatten(params []*graph.Param) (Flat, error) {
	var f Flat
	for i, p := range params {
		if err := p.Err(); err != nil {
			return Flat{}, fmt.Errorf("optim: Flatten of parameter %d, %q: %w", i, p.Name(), err)
		}
		if first := slices.Index(params, p); first < i {
			return Flat{}, fmt.Errorf("optim: Flatten was given %q twice, as %d and %d", p.Name(), first, i)
		}
		size := p.Shape().TotalSize()
		f.parts = append(f.parts, FlatPart{Param: p, Offset: f.size, Len: size})
		f.size += size
	}
	return f, nil
}

// Len returns how many numbers there are.
func (f Flat) Len() int { return f.size }

// Parts returns the parameters with their places, in order.
func (f Flat) Parts() []FlatPart { return slices.Clone(f.parts) }

// Name says which entry number i is, such as W1[3]: the parameter and the place
// within its rows. It is empty where there is no such entry.
func (f Flat) Name(i int) string {
	for _, part := range f.parts {
		if at := i - part.Offset; at >= 0 && at < part.Len {
			return fmt.Sprintf("%s[%d]", part.Param.Name(), at)
		}
	}
	return ""
}

// CopyOut appends the present values of all entries to dst.
func (f Flat) CopyOut(dst []float64) []float64 {
	for _, part := range f.parts {
		switch v := part.Param.Value().Data().(type) {
		case float64:
			dst = append(dst, v)
		case float32:
			dst = append(dst, float64(v))
		case []float64:
			dst = append(dst, v...)
		case []float32:
			for _, x := range v {
				dst = append(dst, float64(x))
			}
		}
	}
	return dst
}

// CopyIn gives the parameters the values of src, which has Len numbers, rounded to
// their dtypes. If that is an error nothing has changed.
func (f Flat) CopyIn(src []float64) error {
	if len(src) != f.size {
		return fmt.Errorf("optim: CopyIn was given %d numbers, %d expected", len(src), f.size)
	}
	for _, part := range f.parts {
		if err := part.Param.Set(part.tensor(src[part.Offset:][:part.Len])); err != nil {
			return errors.Join(errors.New("optim: CopyIn"), err)
		}
	}
	return nil
}

// tensor returns entries in the parameter's dtype and shape.
func (p FlatPart) tensor(entries []float64) *tensor.Dense {
	shape := p.Param.Shape()
	if p.Param.Dtype() == tensor.Float64 {
		return graph.Tensor(slices.Clone(entries), shape...)
	}
	narrow := make([]float32, len(entries))
	for i, v := range entries {
		narrow[i] = float32(v)
	}
	return graph.Tensor(narrow, shape...)
}

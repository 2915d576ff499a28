package predict

import (
	"fmt"
	"slices"

	"chainrule/internal/kernel"
	"chainrule/internal/schema"
)

// Float is a type of numbers.
type Float interface{ float32 | float64 }

// Predict computes the outputs of any number of examples, none included. x has the inputs
// of one example after the other, dst room for exactly their outputs, and they must not
// overlap. It works in blocks of bounded memory and allocates nothing, once as many
// calls at a time as there are have been made.
//
// A model of float32 rounds the inputs. An input that is NaN or infinite, or becomes so
// by that, is an error that names the example and the input, and so is an output, which
// only happens where numbers in the network are beyond the dtype. What is then in dst is of
// no use.
func (m *Model) Predict(dst, x []float64) error { return predict(m, dst, x) }

// Predict32 is [Model.Predict] for float32. Outputs of a float64 model are rounded.
func (m *Model) Predict32(dst, x []float32) error { return predict(m, dst, x) }

// Rows returns the outputs of examples that are slices of their own, each as
// [Model.Predict] computes them.
func Rows[T Float](m *Model, rows [][]T) ([][]T, error) {
	if err := m.made(); err != nil {
		return nil, err
	}
	x := make([]T, 0, len(rows)*m.inputs)
	for i, row := range rows {
		if len(row) != m.inputs {
			return nil, fmt.Errorf("predict: example %d (from 0) has %d inputs, %d expected", i, len(row), m.inputs)
		}
		x = append(x, row...)
	}
	dst, outputs := make([]T, len(rows)*m.outputs), make([][]T, len(rows))
	for i := range outputs {
		outputs[i] = dst[i*m.outputs:][:m.outputs:m.outputs]
	}
	return outputs, predict(m, dst, x)
}

func predict[S Float](m *Model, dst, x []S) error {
	if err := m.made(); err != nil {
		return err
	}
	n := len(x) / m.inputs
	if len(x)%m.inputs != 0 {
		return fmt.Errorf("predict: %d numbers given, a multiple of the %d inputs of an example expected", len(x), m.inputs)
	}
	if len(dst) != n*m.outputs {
		return fmt.Errorf("predict: room for %d numbers given, %d expected: %d outputs for each of %d examples", len(dst), n*m.outputs, m.outputs, n)
	}
	if n == 0 {
		return nil
	}
	if m.double != nil {
		return run(m, m.double, dst, x)
	}
	return run(m, m.single, dst, x)
}

// run computes examples block by block.
func run[T, S Float](m *Model, n *network[T], dst, x []S) error {
	s := n.scratch()
	defer n.pool.Put(s)
	defer func() { s.bufs[input] = nil }()
	for first := 0; len(x) > 0; first += n.rows {
		rows := min(n.rows, len(x)/m.inputs)
		in := x[:rows*m.inputs]
		s.bufs[input] = as(s.inputs, in)
		if !kernel.AllFinite(s.bufs[input]) {
			return wrongInput(m, first, in)
		}
		n.run(s, rows)
		if wrong := s.wrong; wrong != nil {
			s.wrong = nil
			return wrong.of(first)
		}
		out := s.bufs[n.output][:rows*m.outputs]
		if !kernel.AllFinite(out) {
			return wrongOutput(m, first, out)
		}
		convert(dst[:len(out)], out)
		x, dst = x[len(in):], dst[len(out):]
	}
	return nil
}

// as returns x in the other type, in the scratch if that differs.
func as[T, S Float](scratch []T, x []S) []T {
	if same, ok := any(x).([]T); ok {
		return same
	}
	convert(scratch[:len(x)], x)
	return scratch[:len(x)]
}

// convert copies numbers, rounded where the type is smaller.
func convert[T, S Float](dst []T, x []S) {
	for i, v := range x {
		dst[i] = T(v)
	}
}

// wrongInput names the first input of a block that is no finite number of the dtype.
func wrongInput[S Float](m *Model, first int, x []S) error {
	at, rounded := 0, ""
	for i, v := range x {
		if float32(v)-float32(v) != 0 && (v-v != 0 || m.single != nil) {
			if at = i; v-v == 0 {
				rounded = " and beyond float32, the dtype of the model"
			}
			break
		}
	}
	name := ""
	if names := m.schema.InputNames(); len(names) == m.inputs {
		name = fmt.Sprintf(" (%s)", schema.Plain(names[at%m.inputs]))
	}
	return fmt.Errorf("predict: input %d%s of example %d, both from 0, is %v%s, a finite number expected",
		at%m.inputs, name, first+at/m.inputs, x[at], rounded)
}

// wrongOutput names the first output of a block that is not finite.
func wrongOutput[T Float](m *Model, first int, out []T) error {
	at := slices.IndexFunc(out, func(v T) bool { return v-v != 0 })
	return fmt.Errorf("predict: output %d of example %d, both from 0, is %v: numbers in the network are beyond its dtype",
		at%m.outputs, first+at/m.outputs, out[at])
}

package netspec

import (
	"fmt"

	"chainrule/internal/handgrad"
	"chainrule/layers"
)

// Layers are counted from 0 in this file.

// inputName returns the name of what a layer is given.
func inputName(l int) string {
	if l == 0 {
		return "X"
	}
	return fmt.Sprint("A", l)
}

// wrongZ returns mistakes of Z.
func (d diagnosis) wrongZ(l int) []candidate {
	in, w, b := inputOf(d.s, d.r, l), d.s.W[l], d.s.B[l]
	product := w.Mul(in)
	all := []candidate{{Cause{"missing bias", fmt.Sprintf("this is W%d·%s without b%[1]d", l+1, inputName(l))}, product}}
	if b.Rows == in.Cols && b.Rows > 1 {
		all = append(all, candidate{Cause{RankOneBias,
			fmt.Sprintf("b%d was added along the rows, one entry for each example, as NumPy adds a list; it is a (%d,1) column", l+1, b.Rows)},
			addRow(product, b)})
	}
	if w.Rows == w.Cols && w.Rows > 1 {
		all = append(all, candidate{Cause{Transposed, fmt.Sprintf("this is W%dᵀ·%s + b%[1]d, and Z%[1]d is W%[1]d·%[2]s + b%[1]d", l+1, inputName(l))},
			w.Transpose().Mul(in).AddColumn(b)})
	}
	if l > 0 {
		all = append(all, candidate{Cause{"missing activation", fmt.Sprintf("this is W%d·Z%d + b%[1]d, and Z%[1]d is W%[1]d·A%[2]d + b%[1]d", l+1, l)},
			w.Mul(d.r.Z[l-1]).AddColumn(b)})
	}
	return all
}

// wrongA returns mistakes of A.
func (d diagnosis) wrongA(l int) []candidate {
	right := d.s.Activations[l]
	var all []candidate
	for _, name := range ActivationNames() {
		g, err := layers.ActivationByName(name)
		if err != nil || g == right || g == layers.Softmax {
			continue
		}
		c := Cause{"wrong activation", fmt.Sprintf("this is %v of Z%d, and activations[%[2]d] is %v", g, l+1, right)}
		if g == layers.Identity {
			c = Cause{"missing activation", fmt.Sprintf("this is Z%d itself, without %v", l+1, right)}
		}
		all = append(all, candidate{c, d.r.Z[l].Apply(func(z float64) float64 { return value(g, z) })})
	}
	return all
}

// wrongCost returns mistakes of the cost.
func (d diagnosis) wrongCost() []candidate {
	m, outputs := float64(d.s.Examples()), float64(d.s.Y.Rows)
	var all []candidate
	add := func(kind, text string, factor float64) {
		if factor != 1 {
			all = append(all, candidate{Cause{kind, text}, number(factor * d.r.Cost)})
		}
	}
	add(MissingMean, "this is the sum over the examples, and the cost is their mean", m)
	add("mean over the outputs", "the cost is the sum over the outputs, and the mean over the examples only", 1/outputs)
	if d.s.Loss == SquaredError {
		add("factor ½", "squared error has no factor ½ here", 0.5)
	}
	add("sign", "the sign is wrong", -1)
	return all
}

// wrongDZ returns mistakes of dZ, and those of the layers behind that lead to
// it if these were not given.
func (d diagnosis) wrongDZ(l int) []candidate {
	var all []candidate
	if l == d.s.Layers()-1 {
		all = d.wrongOutputDZ(l)
	} else {
		all = d.wrongHiddenDZ(l)
	}
	right := d.r.DZ[l]
	m := float64(d.s.Examples())
	return append(factors(right, m, d.s.Loss == SquaredError), all...)
}

// factors returns the mistakes of a gradient that are factors.
func factors(right handgrad.Matrix, m float64, squared bool) []candidate {
	var all []candidate
	if m > 1 {
		all = append(all,
			candidate{Cause{MissingMean, "this is the gradient of the sum over the examples, and the cost is their mean"}, right.Scale(m)},
			candidate{Cause{"1/m twice", "this has been divided by the number of examples once too often"}, right.Scale(1 / m)})
	}
	if squared {
		all = append(all, candidate{Cause{"factor ½", "squared error has no factor ½ here, so its derivative has a factor 2"}, right.Scale(0.5)})
	}
	return append(all, candidate{Cause{"sign", "the sign is wrong"}, right.Scale(-1)})
}

// wrongOutputDZ returns mistakes of dZ of the last layer.
func (d diagnosis) wrongOutputDZ(l int) []candidate {
	z, a, g := d.r.Z[l], d.r.A[l], d.s.Activations[l]
	all := []candidate{{Cause{MissingSlope, fmt.Sprintf("this is dA%d, and dZ%[1]d is the derivative of %v times it", l+1, g)},
		outputGradient(d.s, a)}}
	if d.s.Loss == CrossEntropy {
		all = append(all, candidate{Cause{"activation derivative twice",
			fmt.Sprintf("(A%d − Y)/m is dZ%[1]d already, the derivative of %v is in it", l+1, g)}, throughActivation(g, d.r.DZ[l], z, a)})
	}
	return all
}

// wrongHiddenDZ returns mistakes of dZ of a hidden layer.
func (d diagnosis) wrongHiddenDZ(l int) []candidate {
	z, a, g := d.r.Z[l], d.r.A[l], d.s.Activations[l]
	w, dZ := d.s.W[l+1], d.r.DZ[l+1]
	dA := w.Transpose().Mul(dZ)
	all := []candidate{
		{Cause{MissingSlope, fmt.Sprintf("this is W%dᵀ·dZ%[1]d, and dZ%d is the derivative of %v times it", l+2, l+1, g)}, dA},
		{Cause{"activation derivative of Z", fmt.Sprintf("the derivative of %v was written for A%d = g(Z%[2]d), and Z%[2]d was put in", g, l+1)},
			throughActivation(g, dA, z, z)},
	}
	if w.Rows == w.Cols && w.Rows > 1 {
		all = append(all, candidate{Cause{Transposed, fmt.Sprintf("this has W%d·dZ%[1]d, and dZ%d has W%[1]dᵀ·dZ%[1]d", l+2, l+1)},
			throughActivation(g, w.Mul(dZ), z, a)})
	}
	for _, other := range []layers.Activation{layers.Tanh, layers.Sigmoid, layers.ReLU, layers.LeakyReLU} {
		if other != g {
			all = append(all, candidate{Cause{"wrong activation derivative", fmt.Sprintf("this has the derivative of %v, and activations[%d] is %v", other, l+1, g)},
				throughActivation(other, dA, z, a)})
		}
	}
	if _, ok := d.given[Line{kindDZ, l + 2}]; ok {
		return all // and it is right
	}
	for _, c := range d.wrongDZ(l + 1) {
		c.Text = fmt.Sprintf("in dZ%d: %s", l+2, c.Text)
		c.value = throughActivation(g, w.Transpose().Mul(c.value), z, a)
		all = append(all, c)
	}
	return all
}

// wrongDW returns mistakes of dW.
func (d diagnosis) wrongDW(l int) []candidate {
	in, dZ := inputOf(d.s, d.r, l), d.r.DZ[l]
	m := float64(d.s.Examples())
	all := factors(d.r.DW[l], m, d.s.Loss == SquaredError)
	if l > 0 {
		all = append(all, candidate{Cause{"missing activation", fmt.Sprintf("this is dZ%d·Z%dᵀ, and dW%[1]d is dZ%[1]d·A%[2]dᵀ", l+1, l)},
			dZ.Mul(d.r.Z[l-1].Transpose())})
	}
	if in.Rows == in.Cols && in.Rows > 1 {
		all = append(all, candidate{Cause{Transposed, fmt.Sprintf("this is dZ%d·%s, and dW%[1]d is dZ%[1]d·%[2]sᵀ", l+1, inputName(l))}, dZ.Mul(in)})
	}
	for _, c := range d.throughDZ(l) {
		c.value = c.value.Mul(in.Transpose())
		all = append(all, c)
	}
	return all
}

// wrongDB returns mistakes of db.
func (d diagnosis) wrongDB(l int) []candidate {
	dZ := d.r.DZ[l]
	m := float64(d.s.Examples())
	wrongAxis := func(sum string) Cause {
		return Cause{WrongAxis, fmt.Sprintf("this is %s, and db%d is the sum over the examples, one entry for each unit", sum, l+1)}
	}
	var all []candidate
	if dZ.Rows > 1 {
		all = append(all, candidate{wrongAxis("the sum over the units, one entry for each example"), dZ.SumRows()},
			candidate{wrongAxis("the sum over units and examples"), sumAll(dZ)},
			candidate{wrongAxis("the sum over units and examples"), spread(sumAll(dZ), dZ.Rows)})
	}
	if m > 1 {
		all = append(all, candidate{Cause{"missing sum", fmt.Sprintf("this is dZ%d itself, and db%[1]d is its sum over the examples", l+1)}, dZ})
	}
	all = append(all, factors(d.r.DB[l], m, d.s.Loss == SquaredError)...)
	for _, c := range d.throughDZ(l) {
		c.value = c.value.SumColumns()
		all = append(all, c)
	}
	return all
}

// throughDZ returns mistakes of dZ that a wrong dW or db may come from, none if
// dZ was given, for then it is right.
func (d diagnosis) throughDZ(l int) []candidate {
	if _, ok := d.given[Line{kindDZ, l + 1}]; ok {
		return nil
	}
	all := d.wrongDZ(l)
	for i := range all {
		all[i].Text = fmt.Sprintf("in dZ%d: %s", l+1, all[i].Text)
	}
	return all
}

// spread returns a column of n equal entries.
func spread(v handgrad.Matrix, n int) handgrad.Matrix {
	out := handgrad.Zeros(n, 1)
	for i := range out.Data {
		out.Data[i] = v.Data[0]
	}
	return out
}

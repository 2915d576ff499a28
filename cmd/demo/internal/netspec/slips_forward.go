package netspec

import (
	"fmt"
	"math"
	"slices"

	"chainrule/internal/handgrad"
	"chainrule/layers"
)

// The slips of the forward pass. Layers are counted from 0 in this file.

// inputName returns the name of what a layer is given.
func inputName(l int) string {
	if l == 0 {
		return "X"
	}
	return fmt.Sprint("A", l)
}

// tryZ tries mistakes of Z.
func (d *diagnosis) tryZ(l int) {
	in, w, b := inputOf(d.s, d.r, l), d.s.W[l], d.s.B[l]
	n, name := l+1, inputName(l)
	product := w.Mul(in)
	formula := fmt.Sprintf("Z%d is W%[1]d·%s + b%[1]d", n, name)
	d.try("missing bias", fmt.Sprintf("this is W%d·%s without b%[1]d", n, name), product)
	d.try("sign of the bias", fmt.Sprintf("this is W%d·%s − b%[1]d, and %[3]s", n, name, formula), product.AddColumn(b.Scale(-1)))
	if l == 0 && d.site != d.line {
		d.tryBiases(product)
	}
	if b.Rows == in.Cols && b.Rows > 1 {
		d.try(RankOneBias, fmt.Sprintf("b%d was added along the rows, one entry for each example, as NumPy adds a list; it is a (%d,1) column", n, b.Rows),
			addRow(product, b))
	}
	if w.Rows == w.Cols && w.Rows > 1 {
		d.try(Transposed, fmt.Sprintf("this is W%dᵀ·%s + b%[1]d, and %[3]s", n, name, formula), w.Transpose().Mul(in).AddColumn(b))
	}
	if l > 0 {
		d.try("missing activation", fmt.Sprintf("this is W%d·Z%d + b%[1]d, and %[3]s", n, l, formula), w.Mul(d.r.Z[l-1]).AddColumn(b))
	}
	d.otherInputs(l, func(other string, in handgrad.Matrix) {
		d.try(WrongMatrix, fmt.Sprintf("this is W%d·%s + b%[1]d, and %[3]s", n, other, formula), w.Mul(in).AddColumn(b))
	})
	d.tryShifted(d.r.Z[l])
}

// tryBiases tries mistakes of the biases in all layers, given W1·X.
func (d *diagnosis) tryBiases(product handgrad.Matrix) {
	with := func(factor float64, kind, text string) {
		other := *d.s
		other.B = nil
		for _, b := range d.s.B {
			other.B = append(other.B, b.Scale(factor))
		}
		d.tryWith(&other, kind, text, product.AddColumn(other.B[0]))
	}
	with(-1, "sign of the bias", "every Z is W·A − b, and it should be W·A + b")
	with(0, "missing bias", "every Z is W·A, without b")
}

// otherInputs calls f with X and A of the layers, but for that which a layer is
// given, that have the same shape.
func (d *diagnosis) otherInputs(l int, f func(name string, in handgrad.Matrix)) {
	for k := range d.s.Layers() + 1 {
		if in := inputOf(d.s, d.r, k); k != l && in.Rows == d.s.W[l].Cols {
			f(inputName(k), in)
		}
	}
}

// tryShifted tries whether the columns are those of other examples.
func (d *diagnosis) tryShifted(right handgrad.Matrix) {
	for _, by := range []int{1, -1} {
		d.try("examples shifted", fmt.Sprintf("every column is that of the example %s it", side(by)), rolled(right, by))
	}
}

// side says where an example stands whose column was moved.
func side(by int) string {
	if by > 0 {
		return "before"
	}
	return "after"
}

// tryA tries mistakes of A.
func (d *diagnosis) tryA(l int) {
	z, right, n := d.r.Z[l], d.s.Activations[l], l+1
	for _, name := range ActivationNames() {
		g, err := layers.ActivationByName(name)
		if err != nil || g == right || g == layers.Softmax && z.Rows == 1 {
			continue
		}
		kind, text := WrongActivation, fmt.Sprintf("this is %v of Z%d, and activations[%[2]d] is %v", g, n, right)
		if g == layers.Identity {
			kind, text = "missing activation", fmt.Sprintf("this is Z%d itself, without %v", n, right)
		}
		d.try(kind, text, activated(g, z))
	}
	powers := z.Apply(math.Exp)
	switch right {
	case layers.Sigmoid:
		d.try("sign of the exponent", fmt.Sprintf("this is 1/(1 + e^Z%d), and σ(Z%[1]d) is 1/(1 + e^−Z%[1]d)", n), z.Scale(-1).Apply(sigmoid))
		d.try("overflow", fmt.Sprintf("e^Z%d/(1 + e^Z%[1]d) is ∞/∞ for a large Z%[1]d; 1/(1 + e^−Z%[1]d) is not", n),
			powers.Apply(func(e float64) float64 { return e / (1 + e) }))
	case layers.Softmax:
		d.trySoftmax(l, powers)
	}
	if l == d.s.Layers()-1 && d.s.Loss == CrossEntropy {
		d.try("rounded to classes", fmt.Sprintf("these are the predicted classes, 0 or 1, and A%d are the probabilities", n), d.classes())
	}
	if slices.Contains(d.right, Line{kindZ, n}) { // else it is told of Z, which it would show in
		d.tryShifted(d.r.A[l])
	}
}

func sigmoid(z float64) float64 { return value(layers.Sigmoid, z) }

// classes returns the predicted classes, 0 or 1: the largest output of softmax, and
// every output of a sigmoid that is above ½.
func (d *diagnosis) classes() handgrad.Matrix {
	a := d.r.A[d.s.Layers()-1]
	if d.s.output() == layers.Softmax {
		return largestOfColumns(a)
	}
	return a.Apply(func(v float64) float64 {
		if v > 0.5 {
			return 1
		}
		return 0
	})
}

// trySoftmax tries mistakes of softmax, given e^Z.
func (d *diagnosis) trySoftmax(l int, powers handgrad.Matrix) {
	z, n := d.r.Z[l], l+1
	sums := powers.SumColumns()
	d.try("softmax over the wrong axis", fmt.Sprintf("every row of this sums to 1, and in A%d every column does: the classes of an example stand in a column", n),
		powers.Transpose().Combine(addRow(handgrad.Zeros(z.Cols, z.Rows), sums), divide).Transpose())
	total := sumAll(powers).Data[0]
	d.try("softmax over the wrong axis", fmt.Sprintf("all of this together sums to 1, and in A%d every column does", n), powers.Scale(1/total))
	d.try("softmax not normalised", fmt.Sprintf("this is e^Z%d, not divided by the sum of each column", n), powers)
	d.try("softmax not normalised", fmt.Sprintf("this is e^(Z%d − max), not divided by the sum of each column", n), shiftedPowers(z))
	d.try("overflow", fmt.Sprintf("e^Z%d/Σ e^Z%[1]d is ∞/∞ for a large Z%[1]d; take the largest of the column away first", n),
		powers.Combine(addRow(handgrad.Zeros(z.Rows, z.Cols), powers.SumRows()), divide))
}

func divide(a, b float64) float64 { return a / b }

// shiftedPowers returns e^(Z − max), max of each column.
func shiftedPowers(z handgrad.Matrix) handgrad.Matrix {
	out := activated(layers.Softmax, z)
	for j := range z.Cols {
		top := norm(column(out, j).Data) // where it was 1
		for i := j; i < len(out.Data); i += z.Cols {
			out.Data[i] /= top
		}
	}
	return out
}

// tryCost tries mistakes of the cost.
func (d *diagnosis) tryCost() {
	m, outputs := float64(d.s.Examples()), float64(d.s.Y.Rows)
	a := d.r.A[d.s.Layers()-1]
	scaled := func(kind, text string, factor float64) {
		if factor != 1 {
			d.try(kind, text, number(factor*d.r.Cost))
		}
	}
	scaled(MissingMean, "this is the sum over the examples, and the cost is their mean", m)
	scaled("mean over the outputs", "the cost is the sum over the outputs, and the mean over the examples only", 1/outputs)
	if d.s.Loss == SquaredError {
		scaled("factor ½", "squared error has no factor ½ here", 0.5)
	} else {
		scaled("log10", "this is made of log10, and the cost of the natural logarithm, np.log", 1/math.Ln10)
		scaled("log2", "this is made of log2, and the cost of the natural logarithm, np.log", 1/math.Ln2)
	}
	scaled("sign", "the sign is wrong", -1)
	d.wrongM(func(text string, factor float64) { scaled(WrongM, text, factor) })
	d.tryCosts(a, func(kind, text string, f func(a, y float64) float64) {
		d.try(kind, text, sumAll(a.Combine(d.s.Y, f)).Scale(1/m))
	})
	for _, by := range []int{1, -1} {
		other := *d.s
		other.Y = rolled(d.s.Y, by)
		d.try(WrongLabels, fmt.Sprintf("the labels are shifted: every example has that of the one %s it", side(by)), sumAll(other.losses(a)).Scale(1/m))
	}
}

// tryCosts tries other costs by the loss of an entry.
func (d *diagnosis) tryCosts(a handgrad.Matrix, try func(kind, text string, f func(a, y float64) float64)) {
	n := d.s.Layers()
	square := func(a, y float64) float64 { return (a - y) * (a - y) }
	binary := func(a, y float64) float64 { return -xlogy(y, a) - xlogy(1-y, 1-a) }
	categorical := func(a, y float64) float64 { return -xlogy(y, a) }
	naive := func(a, y float64) float64 { return -y*math.Log(a) - (1-y)*math.Log(1-a) }
	if d.s.Loss == SquaredError {
		if probabilities(a) {
			try(WrongCost, "this is the cross-entropy, and the cost is the squared error", binary)
			try(WrongCost, fmt.Sprintf("this is the cross-entropy −Y·log A%d, and the cost is the squared error", n), categorical)
		}
		return
	}
	try(WrongCost, "this is the squared error, and the cost is the cross-entropy", square)
	try(WrongCost, "this is half the squared error, and the cost is the cross-entropy", func(a, y float64) float64 { return square(a, y) / 2 })
	if d.s.output() == layers.Softmax {
		try(WrongCost, "this is the cross-entropy of a sigmoid for every class, and with softmax it is −Σ Y·log A alone", binary)
		try("overflow", fmt.Sprintf("A%d is 0 to rounding, and log 0 is −∞: the cost is computed from Z%[1]d", n), func(a, y float64) float64 { return -y * math.Log(a) })
		return
	}
	try("half of the cost", fmt.Sprintf("this is −Y·log A%d alone, without (1 − Y)·log(1 − A%[1]d)", n), categorical)
	try("half of the cost", fmt.Sprintf("this is −(1 − Y)·log(1 − A%d) alone, without Y·log A%[1]d", n), func(a, y float64) float64 { return -xlogy(1-y, 1-a) })
	try(WrongLabels, "Y and 1 − Y are exchanged", func(a, y float64) float64 { return binary(a, 1-y) })
	try("overflow", fmt.Sprintf("A%d is 0 or 1 to rounding, and log 0 is −∞: the cost is computed from Z%[1]d", n), naive)
}

// probabilities reports whether all entries are from 0 to 1.
func probabilities(a handgrad.Matrix) bool {
	for _, v := range a.Data {
		if !(v >= 0 && v <= 1) {
			return false
		}
	}
	return true
}

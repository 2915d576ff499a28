package netspec

import (
	"fmt"
	"math"

	"chainrule/graph/explain"
	"chainrule/internal/handgrad"
	"chainrule/layers"
)

// The slips of the backward pass. Layers are counted from 0 in this file.

// mean returns the factor of dW and db in the convention of the lines, as text.
func (d *diagnosis) mean() string {
	if d.r.Convention == explain.Notes {
		return "(1/m)·"
	}
	return ""
}

// over returns what stands behind A − Y in the convention of the lines.
func (d *diagnosis) over(text string) string {
	if d.r.Convention == explain.Notes {
		return text
	}
	return "(" + text + ")/m"
}

// wrongM calls try with what can be taken for the number of examples, and by how
// much the mean is wrong then.
func (d *diagnosis) wrongM(try func(text string, factor float64)) {
	m := d.s.Examples()
	if m > 1 {
		try(fmt.Sprintf("this was divided by m − 1 = %d in place of m = %d", m-1, m), float64(m)/float64(m-1))
	}
	for _, other := range []struct {
		name string
		n    int
	}{{"X.shape[0]", d.s.X.Rows}, {"Y.shape[0]", d.s.Y.Rows}} {
		try(fmt.Sprintf("this was divided by %s = %d, the number of rows, and m is that of the columns, X.shape[1] = %d", other.name, other.n, m),
			float64(m)/float64(other.n))
	}
}

// tryFactors tries the mistakes of dW and db, and of dZ in the convention of the
// mean, that are factors.
func (d *diagnosis) tryFactors() {
	right, m := d.r.value(d.site), float64(d.s.Examples())
	what := "this is the gradient of the sum over the examples, and the cost is their mean"
	if d.r.Convention == explain.Notes {
		what += ": 1/m belongs to dW and db"
	}
	if m > 1 {
		d.try(MissingMean, what, right.Scale(m))
		d.try("1/m twice", "this has been divided by the number of examples once too often", right.Scale(1/m))
	}
	d.wrongM(func(text string, factor float64) { d.try(WrongM, text, right.Scale(factor)) })
}

// trySign tries a wrong sign and, for squared error, a factor.
func (d *diagnosis) trySign() {
	right := d.r.value(d.site)
	if d.s.Loss == SquaredError {
		d.try("factor ½", "squared error has no factor ½ here, so its derivative has a factor 2", right.Scale(0.5))
	}
	d.try("sign", "the sign is wrong", right.Scale(-1))
}

// tryDZ tries mistakes of dZ.
func (d *diagnosis) tryDZ(l int) {
	d.tryConvention()
	if d.r.Convention == explain.MeanCost {
		d.tryFactors()
	}
	d.trySign()
	if l == d.s.Layers()-1 {
		d.tryOutputDZ(l)
	} else {
		d.tryHiddenDZ(l)
	}
	d.tryShifted(d.r.DZ[l])
}

// tryConvention tries whether dZ is right in the other convention.
func (d *diagnosis) tryConvention() {
	m := float64(d.s.Examples())
	if m == 1 {
		return
	}
	right, kind := d.r.value(d.site), "another convention"
	beside := ""
	for _, l := range d.right {
		if l.Kind == kindDZ && beside == "" {
			kind, beside = Mixed, fmt.Sprintf(", and %v is not: 1/m comes in once, either with dZ%d or with dW and db", l, d.s.Layers())
		}
	}
	if d.r.Convention == explain.Notes {
		d.try(kind, "this is the derivative of the mean cost, which has 1/m in it"+beside, right.Scale(1/m))
		return
	}
	if kind == Mixed { // else it is a missing mean
		d.try(kind, "this is the derivative of each example's own loss, without 1/m"+beside, right.Scale(m))
	}
}

// tryOutputDZ tries mistakes of dZ of the last layer.
func (d *diagnosis) tryOutputDZ(l int) {
	s, n := d.s, l+1
	z, a, g := d.r.Z[l], d.r.A[l], s.Activations[l]
	f := d.r.atOutput(s)
	dA := outputGradient(s, d.r, a)
	d.try(MissingSlope, fmt.Sprintf("this is dA%d, and dZ%[1]d is the derivative of %v times it", n, g), dA)
	if s.Y.Rows > 1 {
		d.try("mean over the outputs", "the cost is the sum over the outputs, and the mean over the examples only", d.r.DZ[l].Scale(1/float64(s.Y.Rows)))
	}
	for _, by := range []int{1, -1} {
		other := *s
		other.Y = rolled(s.Y, by)
		d.try(WrongLabels, fmt.Sprintf("the labels are shifted: every example has that of the one %s it", side(by)), outputDZ(&other, d.r, z, a))
	}
	if s.Loss == SquaredError {
		d.trySlopes(l, dA)
		d.try(WrongCost, fmt.Sprintf("this is %s, as of the cross-entropy behind a sigmoid or softmax, and the cost is the squared error", d.over(fmt.Sprintf("A%d − Y", n))),
			a.Sub(s.Y).Scale(f))
		if probabilities(a) {
			cross := a.Combine(s.Y, func(a, y float64) float64 { return ((1-y)/(1-a) - y/a) * f })
			d.try(WrongCost, "this comes of the cross-entropy, and the cost is the squared error", throughActivation(g, cross, z, a))
		}
		return
	}
	d.tryCrossEntropy(l, dA)
}

// tryCrossEntropy tries mistakes of dZ of a sigmoid or softmax under
// cross-entropy.
func (d *diagnosis) tryCrossEntropy(l int, dA handgrad.Matrix) {
	s, n := d.s, l+1
	z, a, g := d.r.Z[l], d.r.A[l], s.Activations[l]
	f := d.r.atOutput(s)
	right := d.over(fmt.Sprintf("A%d − Y", n))
	entry := func(kind, text string, of func(a, y float64) float64) {
		d.try(kind, text, a.Combine(s.Y, of).Scale(f))
	}
	d.try("activation derivative twice", fmt.Sprintf("%s is dZ%d already, the derivative of %v is in it", right, n, g), throughActivation(g, d.r.DZ[l], z, a))
	d.try("rounded to classes", fmt.Sprintf("A%d was rounded to 0 or 1 before Y was taken away; the derivative is of the probabilities", n), d.classes().Sub(s.Y).Scale(f))
	d.try("log10", "this is made of log10, and the cost of the natural logarithm, np.log", d.r.DZ[l].Scale(1/math.Ln10))
	d.try("log2", "this is made of log2, and the cost of the natural logarithm, np.log", d.r.DZ[l].Scale(1/math.Ln2))
	off := a.Sub(s.Y).Scale(f)
	d.try(WrongCost, "this comes of the squared error, and the cost is the cross-entropy", throughActivation(g, off.Scale(2), z, a))
	d.try(WrongCost, "this comes of half the squared error, and the cost is the cross-entropy", throughActivation(g, off, z, a))
	entry(WrongCost, fmt.Sprintf("this is %s, the derivative of a squared error without an activation, and the cost is the cross-entropy", d.over(fmt.Sprintf("2·(A%d − Y)", n))),
		func(a, y float64) float64 { return 2 * (a - y) })
	if g == layers.Softmax {
		d.try(WrongSlope, fmt.Sprintf("this is dA%d ⊙ A%[1]d ⊙ (1 − A%[1]d), as of a sigmoid, and every output of softmax depends on every Z%[1]d of its column", n),
			throughActivation(layers.Sigmoid, dA, z, a))
		return
	}
	entry("half of the cost", fmt.Sprintf("this comes of −Y·log A%d alone, without (1 − Y)·log(1 − A%[1]d)", n), func(a, y float64) float64 { return -y * (1 - a) })
	entry("half of the cost", fmt.Sprintf("this comes of −(1 − Y)·log(1 − A%d) alone, without Y·log A%[1]d", n), func(a, y float64) float64 { return (1 - y) * a })
	entry(WrongLabels, "Y and 1 − Y are exchanged", func(a, y float64) float64 { return a - (1 - y) })
	d.trySlopes(l, dA)
	d.try("overflow", fmt.Sprintf("dA%d divides by A%[1]d or 1 − A%[1]d, which are 0 to rounding; dZ%[1]d is %s", n, right), throughActivation(g, dA, z, a))
}

// tryHiddenDZ tries mistakes of dZ of a hidden layer.
func (d *diagnosis) tryHiddenDZ(l int) {
	z, a, g := d.r.Z[l], d.r.A[l], d.s.Activations[l]
	w, dZ, n := d.s.W[l+1], d.r.DZ[l+1], l+1
	dA := w.Transpose().Mul(dZ)
	d.try(MissingSlope, fmt.Sprintf("this is W%dᵀ·dZ%[1]d, and dZ%d is the derivative of %v times it", n+1, n, g), dA)
	d.trySlopes(l, dA)
	if w.Rows == w.Cols && w.Rows > 1 {
		d.try(Transposed, fmt.Sprintf("this has W%d·dZ%[1]d, and dZ%d has W%[1]dᵀ·dZ%[1]d", n+1, n), throughActivation(g, w.Mul(dZ), z, a))
	}
	d.try(WrongMatrix, fmt.Sprintf("this has dW%dᵀ in the place of W%[1]dᵀ", n+1), throughActivation(g, d.r.DW[l+1].Transpose().Mul(dZ), z, a))
	for k, other := range d.s.W {
		if k != l+1 && other.Rows == w.Rows && other.Cols == w.Cols {
			d.try(WrongMatrix, fmt.Sprintf("this has W%dᵀ in the place of W%dᵀ", k+1, n+1), throughActivation(g, other.Transpose().Mul(dZ), z, a))
		}
	}
}

// A wrongSlope is what is written for the derivative of an activation.
type wrongSlope struct {
	kind, text string // with the layer for %d
	of         func(z, a float64) float64
}

// wrongSlopes are those of each activation.
func wrongSlopes(g layers.Activation) []wrongSlope {
	switch g {
	case layers.Tanh:
		return []wrongSlope{
			{WrongSlope, "this has 1 − A%d, without the square of 1 − A%[1]d²", func(_, a float64) float64 { return 1 - a }},
			{WrongSlope, "this has 1 − tanh(A%d)², and A%[1]d is tanh(Z%[1]d) already: 1 − A%[1]d²", func(_, a float64) float64 { return 1 - math.Tanh(a)*math.Tanh(a) }},
			{WrongSlope, "this has 1 + A%d², and the derivative of tanh is 1 − A%[1]d²", func(_, a float64) float64 { return 1 + a*a }},
		}
	case layers.Sigmoid:
		return []wrongSlope{
			{WrongSlope, "this has 1 − A%d, and the derivative of σ is A%[1]d ⊙ (1 − A%[1]d)", func(_, a float64) float64 { return 1 - a }},
			{WrongSlope, "this has A%d, and the derivative of σ is A%[1]d ⊙ (1 − A%[1]d)", func(_, a float64) float64 { return a }},
			{WrongSlope, "this has A%d ⊙ (1 + A%[1]d), and the derivative of σ is A%[1]d ⊙ (1 − A%[1]d)", func(_, a float64) float64 { return a * (1 + a) }},
			{WrongSlope, "this has the derivative of σ at A%d, and A%[1]d is σ(Z%[1]d) already: A%[1]d ⊙ (1 − A%[1]d)",
				func(_, a float64) float64 { return sigmoid(a) * (1 - sigmoid(a)) }},
		}
	case layers.ReLU:
		return []wrongSlope{
			{WrongSlope, "this has Z%d in the place of the derivative of relu, which is 1 for Z%[1]d > 0, else 0", func(z, _ float64) float64 { return z }},
			{WrongSlope, "this has A%d in the place of the derivative of relu, which is 1 for Z%[1]d > 0, else 0", func(_, a float64) float64 { return a }},
			{WrongSlope, "this has the derivative of relu the wrong way round: it is 1 for Z%d > 0, else 0", func(z, _ float64) float64 { return 1 - slope(layers.ReLU, z, 0) }},
		}
	case layers.LeakyReLU:
		return []wrongSlope{
			{WrongSlope, "this has Z%d in the place of the derivative of leaky-relu, which is 1 for Z%[1]d > 0, else 0.01", func(z, _ float64) float64 { return z }},
			{WrongSlope, "this has A%d in the place of the derivative of leaky-relu, which is 1 for Z%[1]d > 0, else 0.01", func(_, a float64) float64 { return a }},
		}
	}
	return nil
}

// trySlopes tries other derivatives of the activation of a layer.
func (d *diagnosis) trySlopes(l int, dA handgrad.Matrix) {
	z, a, g, n := d.r.Z[l], d.r.A[l], d.s.Activations[l], l+1
	d.try("activation derivative of Z", fmt.Sprintf("the derivative of %v was written for A%d = g(Z%[2]d), and Z%[2]d was put in", g, n),
		throughActivation(g, dA, z, z))
	for _, w := range wrongSlopes(g) {
		d.try(w.kind, fmt.Sprintf(w.text, n), dA.Times(z.Combine(a, w.of)))
	}
	for _, other := range []layers.Activation{layers.Tanh, layers.Sigmoid, layers.ReLU, layers.LeakyReLU} {
		if other != g && (g != layers.Softmax || other != layers.Sigmoid) {
			d.try(WrongSlope, fmt.Sprintf("this has the derivative of %v, and activations[%d] is %v", other, n, g), throughActivation(other, dA, z, a))
		}
	}
	for k := range d.s.Layers() {
		if k != l && d.s.Sizes[k+1] == d.s.Sizes[l+1] && g != layers.Softmax {
			d.try(WrongMatrix, fmt.Sprintf("the derivative of %v was taken at layer %d, with Z%[2]d and A%[2]d in the place of Z%d and A%[3]d", g, k+1, n),
				throughActivation(g, dA, d.r.Z[k], d.r.A[k]))
		}
	}
}

// tryDW tries mistakes of dW.
func (d *diagnosis) tryDW(l int) {
	in, dZ, p, n := inputOf(d.s, d.r, l), d.r.DZ[l], d.r.atParams(d.s), l+1
	formula := fmt.Sprintf("dW%d is %sdZ%[1]d·%[3]sᵀ", n, d.mean(), inputName(l))
	d.tryFactors()
	d.trySign()
	if l > 0 {
		d.try("missing activation", fmt.Sprintf("this is %sdZ%d·Z%dᵀ, and %s", d.mean(), n, l, formula), dZ.Mul(d.r.Z[l-1].Transpose()).Scale(p))
	}
	if in.Rows == in.Cols && in.Rows > 1 {
		d.try(Transposed, fmt.Sprintf("this is %sdZ%d·%s, and %s", d.mean(), n, inputName(l), formula), dZ.Mul(in).Scale(p))
	}
	for k := range d.s.Layers() + 1 { // whose shape may be another
		if k != l {
			d.try(WrongMatrix, fmt.Sprintf("this is %sdZ%d·%sᵀ, and %s", d.mean(), n, inputName(k), formula), dZ.Mul(inputOf(d.s, d.r, k).Transpose()).Scale(p))
		}
	}
	for _, by := range []int{1, -1} {
		d.try("examples shifted", fmt.Sprintf("every column of dZ%d meets that of %s of the example %s it", n, inputName(l), side(by)),
			dZ.Mul(rolled(in, by).Transpose()).Scale(p))
	}
}

// tryDB tries mistakes of db.
func (d *diagnosis) tryDB(l int) {
	dZ, p, n := d.r.DZ[l], d.r.atParams(d.s), l+1
	wrongAxis := func(sum string, value handgrad.Matrix) {
		d.try(WrongAxis, fmt.Sprintf("this is %s, and db%d is the sum over the examples, one entry for each unit", sum, n), value.Scale(p))
	}
	if dZ.Rows > 1 {
		wrongAxis("the sum over the units, one entry for each example", dZ.SumRows())
		wrongAxis("the sum over units and examples", sumAll(dZ))
		wrongAxis("the sum over units and examples", spread(sumAll(dZ), dZ.Rows))
	}
	if d.s.Examples() > 1 {
		d.try("missing sum", fmt.Sprintf("this is %sdZ%d itself, and db%[2]d is its sum over the examples", d.mean(), n), dZ.Scale(p))
		if d.r.Convention == explain.Notes {
			d.try("missing sum", fmt.Sprintf("this is dZ%d itself, and db%[1]d is (1/m)· its sum over the examples", n), dZ)
		}
	}
	d.tryFactors()
	d.trySign()
}

// spread returns a column of n equal entries.
func spread(v handgrad.Matrix, n int) handgrad.Matrix {
	out := handgrad.Zeros(n, 1)
	for i := range out.Data {
		out.Data[i] = v.Data[0]
	}
	return out
}

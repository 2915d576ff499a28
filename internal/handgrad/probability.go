package handgrad

import "math"

// sigmoid returns 1/(1 + exp(−z)) without overflow.
func sigmoid(z float64) float64 {
	if z < 0 {
		e := math.Exp(z)
		return e / (1 + e)
	}
	return 1 / (1 + math.Exp(-z))
}

// softplus returns ln(1 + exp(z)) without overflow.
func softplus(z float64) float64 { return max(z, 0) + math.Log1p(math.Exp(-math.Abs(z))) }

// normalCDF returns Φ(z), the distribution function of the normal distribution.
func normalCDF(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }

// softmax returns exp(Z) divided by its sum over the rows, column by column.
func softmax(z Matrix) Matrix {
	largest := column(z, math.Inf(-1), func(a, v float64) float64 { return max(a, v) })
	e := subRow(z, largest).Apply(math.Exp)
	sum := e.SumRows()
	for i := range e.Data {
		e.Data[i] /= sum.Data[i%e.Cols]
	}
	return e
}

// meanCrossEntropy returns −y·log a − (1−y)·log(1−a) with a = sigmoid(z),
// summed over the outputs and averaged over the examples. Written in terms of z
// it is finite for every finite z.
func meanCrossEntropy(z, y Matrix) float64 {
	sum := 0.0
	for i, z := range z.Data {
		sum += softplus(z) - z*y.Data[i]
	}
	return sum / float64(z.Cols)
}

// meanCategoricalCrossEntropy returns −Σ y·log a with a = softmax(z), summed
// over the classes and averaged over the examples. With z less the largest of
// its column it is finite for every finite z.
func meanCategoricalCrossEntropy(z, y Matrix) float64 {
	largest := column(z, math.Inf(-1), func(a, v float64) float64 { return max(a, v) })
	z = subRow(z, largest)
	sum := 0.0
	for j, s := range z.Apply(math.Exp).SumRows().Data {
		for i := j; i < len(z.Data); i += z.Cols {
			sum += y.Data[i] * (math.Log(s) - z.Data[i])
		}
	}
	return sum / float64(z.Cols)
}

package handgrad

// Logistic is logistic regression on n features:
//
//	Z = W·X + b,  A = sigmoid(Z)
type Logistic struct {
	W Matrix // (1,n)
	B Matrix // (1,1)
}

// LogisticGradients holds one forward and one backward pass of a [Logistic]
// over m examples. DZ, DW and DB are the derivatives of Cost.
type LogisticGradients struct {
	Cost float64 // mean cross-entropy
	Z, A Matrix  // (1,m)

	DZ Matrix // (1,m)
	DW Matrix // (1,n)
	DB Matrix // (1,1)
}

// Gradients returns the cost of n on the examples X, an (n,m) matrix, with the
// labels Y, a (1,m) matrix of probabilities, and its derivatives.
func (n Logistic) Gradients(x, y Matrix) (LogisticGradients, error) {
	if err := n.check(x, y); err != nil {
		return LogisticGradients{}, err
	}
	m := float64(x.Cols)

	z := n.W.Mul(x).AddColumn(n.B)
	a := z.Apply(sigmoid)

	dZ := a.Sub(y).over(m)      // (A − Y)/m
	dW := dZ.Mul(x.Transpose()) // dZ·Xᵀ
	db := dZ.SumColumns()       // Σ dZ

	return LogisticGradients{Cost: meanCrossEntropy(z, y), Z: z, A: a, DZ: dZ, DW: dW, DB: db}, nil
}

// Step returns the model after one step of gradient descent, each parameter p
// replaced by p − rate·dp. It leaves n as it is.
func (n Logistic) Step(g LogisticGradients, rate float64) (Logistic, error) {
	var s stepper
	next := Logistic{
		W: s.step("W", n.W, g.DW, rate),
		B: s.step("b", n.B, g.DB, rate),
	}
	if s.err != nil {
		return Logistic{}, s.err
	}
	return next, nil
}

// check returns an error unless the shapes of model and data fit together.
func (n Logistic) check(x, y Matrix) error {
	if err := x.check("X"); err != nil {
		return err
	}
	return firstError(
		n.W.checkShape("W", 1, x.Rows),
		n.B.checkShape("b", 1, 1),
		y.checkShape("Y", 1, x.Cols),
	)
}

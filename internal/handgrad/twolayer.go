package handgrad

// TwoLayer is a network with n_x inputs, n_h hidden units and n_y outputs:
//
//	Z1 = W1·X + b1,  A1 = g(Z1),  Z2 = W2·A1 + b2,  A2 = sigmoid(Z2)
type TwoLayer struct {
	W1 Matrix // (n_h,n_x)
	B1 Matrix // (n_h,1)
	W2 Matrix // (n_y,n_h)
	B2 Matrix // (n_y,1)

	Hidden Activation // g
}

// Gradients holds one forward and one backward pass of a [TwoLayer] over m
// examples. The fields whose names start with D are the derivatives of Cost and
// have the shapes of what they belong to.
type Gradients struct {
	Cost   float64 // mean cross-entropy
	Z1, A1 Matrix  // (n_h,m)
	Z2, A2 Matrix  // (n_y,m)

	DZ2, DW2, DB2 Matrix // (n_y,m), (n_y,n_h), (n_y,1)
	DZ1, DW1, DB1 Matrix // (n_h,m), (n_h,n_x), (n_h,1)
}

// Gradients returns the cost of n on the examples X, an (n_x,m) matrix, with the
// labels Y, an (n_y,m) matrix of probabilities, and its derivatives.
func (n TwoLayer) Gradients(x, y Matrix) (Gradients, error) {
	if err := n.check(x, y); err != nil {
		return Gradients{}, err
	}
	m := float64(x.Cols)

	z1 := n.W1.Mul(x).AddColumn(n.B1)
	a1 := n.Hidden.forward(z1)
	z2 := n.W2.Mul(a1).AddColumn(n.B2)
	a2 := z2.Apply(sigmoid)

	dZ2 := a2.Sub(y).over(m)              // (A2 − Y)/m
	dW2 := dZ2.Mul(a1.Transpose())        // dZ2·A1ᵀ
	db2 := dZ2.SumColumns()               // Σ dZ2
	dA1 := n.W2.Transpose().Mul(dZ2)      // W2ᵀ·dZ2
	dZ1 := n.Hidden.backward(z1, a1, dA1) // dA1 ⊙ g′(Z1)
	dW1 := dZ1.Mul(x.Transpose())         // dZ1·Xᵀ
	db1 := dZ1.SumColumns()               // Σ dZ1

	return Gradients{
		Cost: meanCrossEntropy(z2, y),
		Z1:   z1, A1: a1, Z2: z2, A2: a2,
		DZ2: dZ2, DW2: dW2, DB2: db2,
		DZ1: dZ1, DW1: dW1, DB1: db1,
	}, nil
}

// Step returns the network after one step of gradient descent, each parameter p
// replaced by p − rate·dp. It leaves n as it is.
func (n TwoLayer) Step(g Gradients, rate float64) (TwoLayer, error) {
	var s stepper
	next := TwoLayer{
		W1:     s.step("W1", n.W1, g.DW1, rate),
		B1:     s.step("b1", n.B1, g.DB1, rate),
		W2:     s.step("W2", n.W2, g.DW2, rate),
		B2:     s.step("b2", n.B2, g.DB2, rate),
		Hidden: n.Hidden,
	}
	if s.err != nil {
		return TwoLayer{}, s.err
	}
	return next, nil
}

// check returns an error unless the shapes of network and data fit together.
func (n TwoLayer) check(x, y Matrix) error {
	if err := firstError(n.Hidden.check(), x.check("X"), n.W1.check("W1"), n.W2.check("W2")); err != nil {
		return err
	}
	nx, nh, ny, m := x.Rows, n.W1.Rows, n.W2.Rows, x.Cols
	return firstError(
		n.W1.checkShape("W1", nh, nx),
		n.B1.checkShape("b1", nh, 1),
		n.W2.checkShape("W2", ny, nh),
		n.B2.checkShape("b2", ny, 1),
		y.checkShape("Y", ny, m),
	)
}

// stepper updates parameters and keeps the first error.
type stepper struct{ err error }

// step returns p − rate·dp, or a zero Matrix after an error.
func (s *stepper) step(name string, p, dp Matrix, rate float64) Matrix {
	if s.err == nil {
		s.err = firstError(p.check(name), dp.checkShape("d"+name, p.Rows, p.Cols))
	}
	if s.err != nil {
		return Matrix{}
	}
	return p.Sub(dp.Scale(rate))
}

// firstError returns the first of errs that is not nil.
func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

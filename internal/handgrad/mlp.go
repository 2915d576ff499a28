package handgrad

import "fmt"

// MLP is a network with any number of layers l = 1 … L and n_l units in each:
//
//	A0 = X,  Zl = Wl·A(l−1) + bl,  Al = g_l(Zl)
//
// The outputs AL are sigmoid(ZL), or softmax(ZL) over the classes. Entry l−1 of
// each slice belongs to layer l.
type MLP struct {
	W       []Matrix     // (n_l,n_(l−1))
	B       []Matrix     // (n_l,1)
	Hidden  []Activation // g of all layers but the last
	Softmax bool         // the outputs are classes of which each example has one
}

// MLPGradients holds one forward and one backward pass of an [MLP] over m
// examples. Entry l−1 of each slice belongs to layer l, and the fields whose
// names start with D are the derivatives of Cost.
type MLPGradients struct {
	Cost       float64  // mean cross-entropy
	Z, A       []Matrix // (n_l,m)
	DZ, DW, DB []Matrix // (n_l,m), (n_l,n_(l−1)), (n_l,1)
}

// Gradients returns the cost of n on the examples X, an (n_0,m) matrix, with the
// labels Y, an (n_L,m) matrix of probabilities, and its derivatives. For a
// softmax the columns of Y must sum to 1.
func (n MLP) Gradients(x, y Matrix) (MLPGradients, error) {
	if err := n.check(x, y); err != nil {
		return MLPGradients{}, err
	}
	last, m := len(n.W)-1, float64(x.Cols)
	a := []Matrix{x} // A0, A1, …
	var z []Matrix   // Z1, Z2, …
	for l, w := range n.W {
		z = append(z, w.Mul(a[l]).AddColumn(n.B[l])) // Wl·A(l−1) + bl
		a = append(a, n.activation(l).forward(z[l]))
	}

	dZ, dW, db := make([]Matrix, len(n.W)), make([]Matrix, len(n.W)), make([]Matrix, len(n.W))
	dZ[last] = a[last+1].Sub(y).over(m) // (AL − Y)/m
	for l := last; l >= 0; l-- {
		if l < last {
			dA := n.W[l+1].Transpose().Mul(dZ[l+1])            // W(l+1)ᵀ·dZ(l+1)
			dZ[l] = n.activation(l).backward(z[l], a[l+1], dA) // dA ⊙ g′(Zl)
		}
		dW[l] = dZ[l].Mul(a[l].Transpose()) // dZl·A(l−1)ᵀ
		db[l] = dZ[l].SumColumns()          // Σ dZl
	}

	cost := meanCrossEntropy(z[last], y)
	if n.Softmax {
		cost = meanCategoricalCrossEntropy(z[last], y)
	}
	return MLPGradients{Cost: cost, Z: z, A: a[1:], DZ: dZ, DW: dW, DB: db}, nil
}

// activation returns g of entry l.
func (n MLP) activation(l int) Activation {
	switch {
	case l < len(n.Hidden):
		return n.Hidden[l]
	case n.Softmax:
		return Softmax
	}
	return Sigmoid
}

// check returns an error unless the shapes of network and data fit together.
func (n MLP) check(x, y Matrix) error {
	layers := len(n.W)
	if layers == 0 || len(n.B) != layers || len(n.Hidden) != layers-1 {
		return fmt.Errorf("handgrad: %d weights, %d biases and %d hidden activations, want L, L and L−1 for L layers",
			layers, len(n.B), len(n.Hidden))
	}
	if err := x.check("X"); err != nil {
		return err
	}
	in := x.Rows
	for l, w := range n.W {
		if err := firstError(
			w.check(fmt.Sprintf("W%d", l+1)),
			w.checkShape(fmt.Sprintf("W%d", l+1), w.Rows, in),
			n.B[l].checkShape(fmt.Sprintf("b%d", l+1), w.Rows, 1),
			n.activation(l).check(),
		); err != nil {
			return err
		}
		in = w.Rows
	}
	return y.checkShape("Y", in, x.Cols)
}

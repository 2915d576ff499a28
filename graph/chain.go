package graph

// Methods for arithmetic, so that an expression reads from left to right:
// W.MatMul(X).Add(b).

// Add returns n + b; see the function Add.
func (n *Node) Add(b *Node) *Node { return Add(n, b) }

// Sub returns n − b; see the function Sub.
func (n *Node) Sub(b *Node) *Node { return Sub(n, b) }

// Mul returns n ⊙ b; see the function Mul.
func (n *Node) Mul(b *Node) *Node { return Mul(n, b) }

// Div returns n / b, entry by entry; see the function Div.
func (n *Node) Div(b *Node) *Node { return Div(n, b) }

// MatMul returns the matrix product n·b; see the function MatMul.
func (n *Node) MatMul(b *Node) *Node { return MatMul(n, b) }

// T returns n with the order of its axes reversed: the transpose of a matrix.
func (n *Node) T() *Node { return Transpose(n) }

// Plus returns n + c.
func (n *Node) Plus(c float64) *Node { return Add(n, n.Graph().constFor(c)) }

// Times returns c·n.
func (n *Node) Times(c float64) *Node { return Mul(n, n.Graph().constFor(c)) }

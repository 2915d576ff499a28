package graph

// oneHotProduct returns a product with a one-hot matrix as the columns or rows that this
// chooses, nil if it is no such product.
func oneHotProduct(a *Node, transA bool, b *Node, transB bool) *Node {
	if a.Err() != nil || b.Err() != nil || a.g != b.g || a.g.plain || a.g.walking {
		return nil
	}
	x, hot, trans, fromEnd := a, b, transA, 1 // W·hot
	chosen, ok := AttrsOf[OneHotAttrs](b)
	if !ok || transB {
		if chosen, ok = AttrsOf[OneHotAttrs](a); !ok || !transA {
			return nil
		}
		x, hot, trans, fromEnd = b, a, transB, 2 // hotᵀ·W
	}
	rank := len(x.shape)
	axis := rank - fromEnd
	if trans {
		axis = 2*rank - 3 - axis // the other of the last two
	}
	if rank < 2 || x.shape[axis] != chosen.Classes {
		return nil // MatMul complains
	}
	if trans {
		perm := make([]int, rank)
		for i := range perm {
			perm[i] = i
		}
		perm[rank-1], perm[rank-2] = rank-2, rank-1
		x, axis = Transpose(x, perm...), rank-fromEnd
	}
	class := hot.in[0]
	n := Gather(x, axis, Reshape(class, size(class.shape)))
	return n.insteadOf(hot, func() *Node { return MatMulTrans(a, transA, b, transB) })
}

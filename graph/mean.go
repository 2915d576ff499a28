package graph

import "fmt"

// A mean says of what a node is the mean.
type mean struct {
	sum   *Node
	scale float64
	count int
}

// MeanOver returns scale·sum/count, as a mean of count things whose sum is given:
// Mean and the costs of package losses are built by it. That it is a mean is kept
// with the node, see [Node.Mean], and not found in its numbers. A count below 1 is
// a mistake.
func MeanOver(sum *Node, scale float64, count int) *Node {
	if count < 1 && sum.Err() == nil {
		return failedNode(sum.g, "MeanOver", fmt.Errorf("a mean of %d things, at least 1 expected", count), sum)
	}
	n := sum.Times(scale / float64(count))
	if n.Err() == nil {
		n.g.means[n] = mean{sum, scale, count}
	}
	return n
}

// Mean returns the sum, the scale and the count if n was built as the mean
// scale·sum/count, by Mean or MeanOver.
func (n *Node) Mean() (sum *Node, scale float64, count int, ok bool) {
	if n.Err() != nil {
		return nil, 0, 0, false
	}
	m, ok := n.g.means[n]
	return m.sum, m.scale, m.count, ok
}

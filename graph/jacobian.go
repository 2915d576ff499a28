package graph

import (
	"errors"
	"slices"
)

// JVP returns the Jacobian-vector products of the ys: for each of them its
// derivative where every x moves in the direction of its v, a node of the shape of the x.
// It costs about as much as the ys, for any number of entries. A y that
// depends on none of the xs has the product zero.
func JVP(ys, xs, vs []*Node) (products []*Node, err error) {
	if err := checkPairs("JVP", xs, vs); err != nil {
		return nil, err
	}
	g := graphOf(xs)
	if err := checkSameGraph(g, ys); len(ys) > 0 && err != nil {
		return nil, mistake("JVP", err, slices.Concat(ys, xs)...)
	}
	err = g.attempt(func() error {
		products, err = g.forward(ys, xs, vs)
		return err
	})
	if err != nil {
		return nil, err
	}
	return products, nil
}

// forward returns the products of JVP. What flows back from the ys to the xs is linear in
// what it starts as, and times vs it is the products times that: so they are its
// gradient, in which the way back does not occur any more.
func (g *Graph) forward(ys, xs, vs []*Node) ([]*Node, error) {
	start := len(g.nodes)
	back, starts, err := g.backward(ys, xs)
	if err != nil {
		return nil, err
	}
	along := g.Const(0)
	for i, d := range back {
		along = Add(along, Dot(d, vs[i]))
	}
	products, err := Grad(along, starts...)
	if err != nil {
		return nil, err
	}
	products = g.narrow(products, starts)
	order, _ := g.reachable(products, nil)
	if slices.ContainsFunc(starts, func(n *Node) bool { return slices.Contains(order, n) }) {
		return nil, mistake("JVP", errors.New("a Backward rule is not linear in the gradient dy"), slices.Concat(ys, xs)...)
	}
	g.forget(start, products)
	for _, y := range ys {
		g.derived(y, span{start, len(g.nodes)})
	}
	return products, nil
}

// backward returns the gradients with respect to xs of what starts as given nodes at
// the ys, which nothing computes and which must be replaced or vanish.
func (g *Graph) backward(ys, xs []*Node) (gradients, starts []*Node, err error) {
	total := g.Const(0)
	for _, y := range ys {
		dy := g.add(&Node{kind: inputNode, shape: y.shape})
		starts, total = append(starts, dy), Add(total, Dot(y, dy))
	}
	gradients, err = Grad(total, xs...)
	return gradients, starts, err
}

// Jacobian returns the derivatives of every entry of y with respect to every entry of
// each of the xs, in the shape of y followed by that of the x. The Jacobian of a gradient
// is the Hessian, see Hessian.
//
// A row is the gradient of an entry of y, a column the derivative of y along an entry
// of x. All of them are computed at once (see Vmap), whichever are fewer; so
// a Jacobian takes that many times the memory of what is between x and y.
func Jacobian(y *Node, xs ...*Node) (js []*Node, err error) {
	g := graphOf(append([]*Node{y}, xs...))
	if err := checkSameGraph(g, append([]*Node{y}, xs...)); err != nil {
		return nil, mistake("Jacobian", err, append([]*Node{y}, xs...)...)
	}
	if g.err != nil {
		return nil, g.err
	}
	err = g.attempt(func() error {
		js, err = g.jacobians(y, xs)
		return err
	})
	if err != nil {
		return nil, err
	}
	return js, nil
}

// Hessian returns the second derivatives of a cost, a scalar, with respect to each pair
// of entries of the xs: of row i and column j those by the xs[i] and the xs[j], in
// the shape of the one followed by that of the other. Blocks below the diagonal are the
// transposes of those above. Each row is computed at once, as by Jacobian. A product of
// the Hessian with a vector takes far less, see HVP.
func Hessian(cost *Node, xs ...*Node) (h [][]*Node, err error) {
	g, err := checkGrad(cost, xs)
	if err != nil {
		return nil, err
	}
	err = g.attempt(func() error {
		gradients, err := Grad(cost, xs...)
		if err != nil {
			return err
		}
		h = make([][]*Node, len(xs))
		for i, d := range gradients {
			upper, err := g.jacobians(d, xs[i:])
			if err != nil {
				return err
			}
			for j := range i {
				h[i] = append(h[i], swapped(h[j][i], xs[j].shape, xs[i].shape))
			}
			h[i] = append(h[i], upper...)
		}
		return g.err
	})
	if err != nil {
		return nil, err
	}
	return h, nil
}

// jacobians returns the Jacobians of y, by rows or by columns.
func (g *Graph) jacobians(y *Node, xs []*Node) ([]*Node, error) {
	js := make([]*Node, len(xs))
	var wide []*Node // those that rows are computed of
	for i, x := range xs {
		if size(x.shape) < size(y.shape) {
			if j, err := g.columns(y, x); err == nil {
				js[i] = j
				continue // else a rule cannot be differentiated again, which rows do not ask for
			}
		}
		wide = append(wide, x)
	}
	rows, err := g.rows(y, wide)
	if err != nil {
		return nil, err
	}
	for i, x := range xs {
		if js[i] == nil {
			js[i] = Reshape(rows[0], slices.Concat(y.shape, x.shape)...)
			rows = rows[1:]
		}
	}
	return js, g.err
}

// rows returns the gradients of all entries of y with respect to the xs, one behind
// the other.
func (g *Graph) rows(y *Node, xs []*Node) ([]*Node, error) {
	start := len(g.nodes)
	gradients, starts, err := g.backward([]*Node{y}, xs)
	if err != nil {
		return nil, err
	}
	return g.byUnits(start, y, gradients, starts[0])
}

// columns returns the Jacobian of y by the derivatives of y along all entries of x.
func (g *Graph) columns(y, x *Node) (j *Node, err error) {
	err = g.attempt(func() error {
		start := len(g.nodes)
		v := g.add(&Node{kind: inputNode, shape: x.shape})
		along, err := g.forward([]*Node{y}, []*Node{x}, []*Node{v})
		if err != nil {
			return err
		}
		columns, err := g.byUnits(start, y, along, v)
		if err != nil {
			return err
		}
		j = swapped(columns[0], x.shape, y.shape)
		return j.err
	})
	return j, err
}

// byUnits returns nodes with each array that is 1 at one entry and else 0 in the place of
// v, one behind the other. From start on they and what they are made of by differentiating
// y are new.
func (g *Graph) byUnits(start int, y *Node, nodes []*Node, v *Node) ([]*Node, error) {
	n := size(v.shape)
	units := makeStorage(g.dtype, append([]int{n}, v.shape...))
	for i := range n {
		units.put(i*n+i, 1)
	}
	all, _, err := Mapping{}.replace(g, nodes, map[*Node]*Node{v: g.add(&Node{kind: dataNode, data: units, shape: units.shape})}, n)
	if err != nil {
		return nil, err
	}
	g.forget(start, all)
	g.derived(y, span{start, len(g.nodes)})
	return all, nil
}

// swapped returns an array of shape first followed by second, in any form, with the two
// changed over.
func swapped(x *Node, first, second []int) *Node {
	return Reshape(Transpose(Reshape(x, size(first), size(second))), slices.Concat(second, first)...)
}

package fullbatch

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"chainrule/graph"
	"chainrule/optim"
	"gonum.org/v1/gonum/mat"
	"gorgonia.org/tensor"
)

// A function is the cost of a batch as one of many numbers. Its gradient is
// computed with it, and becomes the state of a rule that does nothing else.
type function struct {
	flat        optim.Flat
	batch       optim.Batch
	first       *optim.Trainer
	gradients   optim.Flat
	evaluations int

	second     *optim.Trainer // computes a Hessian-vector product, of Newton
	directions optim.Flat
	products   optim.Flat

	x, g  []float64 // where it was evaluated last, and the gradient there
	cost  float64   // infinite where it is not finite
	best  []float64
	least float64
	err   error // the first
}

// keep is a rule that keeps the gradients and changes no parameter.
type keep struct{}

func (keep) Apply(u *optim.Update) {
	for i, p := range u.Params {
		u.Assign(u.State(p, "gradient"), u.Grads[i])
	}
}

func newFunction(t *optim.Trainer, batch optim.Batch, method Method) (*function, error) {
	switch {
	case t == nil:
		return nil, errors.New("fullbatch: the Trainer is nil")
	case t.Cost == nil:
		return nil, errors.New("fullbatch: the Trainer has no Cost")
	case len(t.Params) == 0:
		return nil, errors.New("fullbatch: the Trainer has no Params")
	}
	flat, err := optim.Flatten(t.Params)
	if err != nil {
		return nil, err
	}
	if method == Newton && flat.Len() > MostNewton {
		return nil, fmt.Errorf("fullbatch: the parameters have %d entries, at most %d expected for Newton", flat.Len(), MostNewton)
	}
	f := &function{flat: flat, batch: batch, least: math.Inf(1)}
	f.first = f.trainer(t, nil)
	state, err := f.first.State()
	if err != nil {
		return nil, err
	}
	if f.gradients, err = optim.Flatten(state); err != nil || method != Newton {
		return f, err
	}
	return f, f.makeSecond(t)
}

// trainer returns one that computes gradients, and what else is added to its graph.
func (f *function) trainer(t *optim.Trainer, add func(g *graph.Graph, cost *graph.Node)) *optim.Trainer {
	return &optim.Trainer{Params: t.Params, Rule: keep{}, Workers: t.Workers, Finite: true, Programs: 1,
		Cost: func(g *graph.Graph, m int) *graph.Node {
			cost := t.Cost(g, m)
			if a := g.Assignments(); len(a) > 0 {
				return graph.Fail(graph.Errorf("Minimize", "the cost assigns %q: one that is the same whenever it is computed expected", a[0].Param.Name()), cost)
			}
			if add != nil && g.IsTraining() && cost.Err() == nil {
				add(g, cost)
			}
			return cost
		}}
}

// makeSecond makes the trainer of Hessian-vector products.
func (f *function) makeSecond(t *optim.Trainer) (err error) {
	directions, products := like(t.Params, "direction"), like(t.Params, "product")
	if f.directions, err = optim.Flatten(directions); err != nil {
		return err
	}
	if f.products, err = optim.Flatten(products); err != nil {
		return err
	}
	f.second = f.trainer(t, func(g *graph.Graph, cost *graph.Node) {
		use := func(params []*graph.Param) (nodes []*graph.Node) {
			for _, p := range params {
				nodes = append(nodes, g.Use(p))
			}
			return nodes
		}
		h, err := graph.HVP(cost, use(t.Params), use(directions))
		if err != nil {
			graph.Fail(err, cost)
			return
		}
		for i, p := range products {
			g.Assign(p, h[i])
		}
	})
	return nil
}

// like returns parameters of the same shapes, at zero.
func like(params []*graph.Param, name string) (made []*graph.Param) {
	for _, p := range params {
		zero := tensor.New(tensor.Of(p.Dtype()), tensor.WithShape(p.Shape()...))
		if p.Shape().IsScalar() {
			zero = p.Value()
		}
		made = append(made, graph.NewParam(p.Name()+" "+name, zero))
	}
	return made
}

// move evaluates the function at x, unless it was there.
func (f *function) move(x []float64) {
	if f.err != nil || slices.Equal(f.x, x) {
		return
	}
	f.x = append(f.x[:0], x...)
	if f.err = f.flat.CopyIn(x); f.err != nil {
		return
	}
	first := f.evaluations == 0
	f.evaluations++
	cost, err := f.first.Step(f.batch)
	if refused := (*graph.NotFinite)(nil); errors.As(err, &refused) && !first {
		cost, err = math.Inf(1), nil
	}
	if f.err = err; err != nil {
		return
	}
	f.cost, f.g = cost, f.gradients.CopyOut(f.g[:0])
	if cost < f.least {
		f.least, f.best = cost, append(f.best[:0], x...)
	}
}

func (f *function) value(x []float64) float64 {
	if f.move(x); f.err != nil {
		return math.Inf(1)
	}
	return f.cost
}

func (f *function) gradient(g, x []float64) {
	f.move(x)
	copy(g, f.g)
}

// hessian computes column after column; what differs from symmetry, which is
// rounding, is halved.
func (f *function) hessian(h *mat.SymDense, x []float64) {
	f.move(x)
	n := f.flat.Len()
	full, direction, product := make([]float64, n*n), make([]float64, n), make([]float64, 0, n)
	for j := range n {
		if f.err != nil {
			return
		}
		direction[j] = 1
		if f.err = f.directions.CopyIn(direction); f.err == nil {
			_, f.err = f.second.Step(f.batch)
		}
		direction[j] = 0
		product = f.products.CopyOut(product[:0])
		for i, v := range product {
			full[i*n+j] = v
		}
	}
	for i := range n {
		for j := range i + 1 {
			h.SetSym(i, j, (full[i*n+j]+full[j*n+i])/2)
		}
	}
}

// rounding is a part of a cost by which its computation may be wrong.
func (f *function) rounding() float64 {
	for _, part := range f.flat.Parts() {
		if part.Param.Dtype() == tensor.Float32 {
			return 0x1p-20
		}
	}
	return 0x1p-49
}

// largest is that of the gradient where it was evaluated last.
func (f *function) largest() float64 { return largest(f.g) }

func largest(g []float64) (most float64) {
	for _, v := range g {
		most = max(most, math.Abs(v))
	}
	return most
}

// finish leaves the parameters at the lowest cost found.
func (f *function) finish() error {
	f.err = nil
	f.move(f.best)
	return f.err
}

func (f *function) close() error {
	err := f.first.Close()
	if f.second != nil {
		err = errors.Join(err, f.second.Close())
	}
	return err
}

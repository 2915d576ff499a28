package lesson

import (
	"context"
	"math"

	"chainrule/graph"
	"chainrule/internal/numpyrand"
	"chainrule/losses"
	"chainrule/optim"
	"gonum.org/v1/gonum/mat"
	"gorgonia.org/tensor"
)

// A lineFit is a linear regression with two parameters: points near the line
// y = 2x + 1, to be fitted by y = w·x + b under the mean squared error.
type lineFit struct {
	x, y         []float64
	startW       float64
	startB       float64
	bestW, bestB float64 // where the cost is least
	least        float64 // that cost
	small, large float64 // eigenvalues of the cost's second derivative
	off          float64 // largest difference of that from the formula
}

// newLineFit draws the points and the start from a seed.
func newLineFit(points int, seed uint32) (*lineFit, error) {
	rng := numpyrand.New(seed)
	f := &lineFit{x: make([]float64, points), y: make([]float64, points)}
	for i := range points {
		f.x[i] = 3 * rng.Float64()
		f.y[i] = 2*f.x[i] + 1 + 0.5*rng.NormFloat64()
	}
	f.startW, f.startB = rng.NormFloat64(), rng.NormFloat64()
	f.solve()
	return f, f.curve()
}

// solve finds the least cost by the formula.
func (f *lineFit) solve() {
	m := float64(len(f.x))
	var x, y, xx, xy float64
	for i := range f.x {
		x, y = x+f.x[i]/m, y+f.y[i]/m
		xx, xy = xx+f.x[i]*f.x[i]/m, xy+f.x[i]*f.y[i]/m
	}
	f.bestW = (xy - x*y) / (xx - x*x)
	f.bestB = y - f.bestW*x
	f.least = f.cost(f.bestW, f.bestB)
}

// cost returns the mean squared error of a line.
func (f *lineFit) cost(w, b float64) float64 {
	sum := 0.0
	for i := range f.x {
		d := w*f.x[i] + b - f.y[i]
		sum += d * d
	}
	return sum / float64(len(f.x))
}

// params returns w and b at the start.
func (f *lineFit) params() []*graph.Param {
	scalar := func(v float64) *tensor.Dense {
		return graph.Tensor([]float64{v}, 1, 1)
	}
	return []*graph.Param{graph.NewParam("w", scalar(f.startW)), graph.NewParam("b", scalar(f.startB))}
}

// batch returns the points as the inputs of the cost.
func (f *lineFit) batch() optim.Batch {
	row := func(v []float64) *tensor.Dense {
		return graph.Tensor(v, 1, len(v))
	}
	return optim.Batch{"x": row(f.x), "y": row(f.y)}
}

// costNode builds the cost of parameters.
func (f *lineFit) costNode(g *graph.Graph, params []*graph.Param) *graph.Node {
	m := len(f.x)
	z := graph.Add(graph.MatMul(g.Use(params[0]), g.Input("x", 1, m)), g.Use(params[1]))
	return losses.SquaredError(z, g.Input("y", 1, m))
}

// curve finds the eigenvalues of the second derivative, which the graph makes,
// and how far that is from the formula 2/m·Σ (x, 1)ᵀ·(x, 1).
func (f *lineFit) curve() error {
	params := f.params()
	h, err := hessian(f.costNode(graph.New(graph.Settings{}), params), params, f.batch())
	if err != nil {
		return err
	}
	values, err := eigenvalues(h)
	if err != nil {
		return err
	}
	f.small, f.large = values[0], values[1]
	formula := mat.NewSymDense(2, nil)
	for _, x := range f.x {
		formula.SymRankOne(formula, 2/float64(len(f.x)), mat.NewVecDense(2, []float64{x, 1}))
	}
	for i := range 2 {
		for j := range 2 {
			f.off = math.Max(f.off, math.Abs(h.At(i, j)-formula.At(i, j)))
		}
	}
	return nil
}

// A descent is the way of gradient descent over the cost of a lineFit.
type descent struct {
	w, b   []float64 // before the first step and after each
	excess []float64 // cost above the least one there
}

// descend takes steps with a rate of factor·2/λmax, fewer if the cost grows out
// of all measure.
func (f *lineFit) descend(ctx context.Context, factor float64, steps int) (*descent, error) {
	params := f.params()
	t := optim.Trainer{
		Params:  params,
		Rule:    optim.GradientDescent{LearningRate: factor * 2 / f.large},
		Cost:    func(g *graph.Graph, _ int) *graph.Node { return f.costNode(g, params) },
		Workers: 1,
	}
	defer t.Close() // nothing is running
	batch, d := f.batch(), &descent{}
	for step := 0; ; step++ {
		w, b := params[0].Value().Float64s()[0], params[1].Value().Float64s()[0]
		d.w, d.b = append(d.w, w), append(d.b, b)
		excess := math.Max(f.cost(w, b)-f.least, 0) // rounding may end below
		d.excess = append(d.excess, excess)
		if step == steps || excess > 1e100 || ctx.Err() != nil {
			return d, ctx.Err()
		}
		if _, err := t.Step(batch); err != nil {
			return nil, err
		}
	}
}

// change returns what the excess after all steps is of that before.
func (d *descent) change() float64 { return d.excess[len(d.excess)-1] / d.excess[0] }

// growth returns the factor of the excess in the last step.
func (d *descent) growth() float64 {
	n := len(d.excess)
	return d.excess[n-1] / d.excess[n-2]
}

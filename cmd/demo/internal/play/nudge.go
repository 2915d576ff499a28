package play

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"chainrule/graph"
	"chainrule/graph/explain"
	"chainrule/internal/words"
	"gorgonia.org/tensor"
)

// nudgeRequest asks what the cost would be with one weight or bias moved.
type nudgeRequest struct {
	Run   int     `json:"run"`
	Param string  `json:"param"` // name
	Row   int     `json:"row"`   // from 0
	Col   int     `json:"col"`
	Delta float64 `json:"delta"`
}

// A nudged says what moving one entry would do to the cost of the step about to be taken.
type nudged struct {
	Value     number     `json:"value"` // of the entry
	Delta     number     `json:"delta"`
	Cost      number     `json:"cost"`
	Gradient  number     `json:"gradient"`  // g, by the chain rule
	Predicted number     `json:"predicted"` // g·δ
	Actual    number     `json:"actual"`    // the change of the cost
	Central   central    `json:"central"`   // the difference whose h is best as a rule, ³√ε times the entry or 1
	Curve     []quotient `json:"curve"`     // from h = 0.1 to 1e-12
	Kink      string     `json:"kink,omitempty"`
}

// A central is the central difference (J(w + h) − J(w − h))/2h, and a quotient the same as
// a point of a curve.
type (
	central struct {
		H     number `json:"h"`
		Value number `json:"value"`
		Error number `json:"error"` // how far it is from the gradient
	}
	quotient struct {
		H       number `json:"h"`
		Central number `json:"central"`
		Error   number `json:"error"`
	}
)

func (s *Session) nudge(r nudgeRequest) (any, error) {
	run, _, err := s.runOf(r.Run, "")
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(run.params, func(p *graph.Param) bool { return p.Name() == r.Param })
	if at < 0 {
		var names []string
		for _, p := range run.params {
			names = append(names, p.Name())
		}
		return nil, badf("param", "there is no parameter %q; there are %s", short(r.Param), words.List(names, "and"))
	}
	p := run.params[at]
	index, _, _, err := place(p.Name(), p.Shape(), r.Row, r.Col)
	if err != nil {
		return nil, err
	}
	step, err := run.next(explain.MeanCost)
	if err != nil {
		return nil, err
	}
	n, err := newNudge(step, p, index, step.derivation.explained.Gradients()[at])
	if err != nil {
		return nil, err
	}
	defer n.close()
	return n.result(r.Delta)
}

// A nudge computes the cost with one entry moved, and puts it back.
type nudge struct {
	step     *upcoming
	param    *graph.Param
	before   *tensor.Dense
	at       int
	value    float64
	cost     *graph.Node
	gradient *graph.Node
	kinks    []*graph.Node // whose inputs tell of kinks
	program  *graph.Program
	feeds    graph.Feeds
	index    []int
}

func newNudge(u *upcoming, p *graph.Param, index []int, gradient *graph.Node) (*nudge, error) {
	n := &nudge{step: u, param: p, before: p.Value(), cost: u.derivation.nodes.Cost, gradient: gradient, index: index}
	all := array{p.Shape(), float64s(p.Value())}
	n.at, n.value = all.place(index), all.at(index)
	outputs := []*graph.Node{n.cost, n.gradient}
	for _, x := range graph.Upstream(n.cost) {
		op := x.Op()
		if op == nil || op.Kink == nil || op.Unary == nil && op.Binary == nil {
			continue
		}
		n.kinks = append(n.kinks, x)
		outputs = append(outputs, x.Inputs()...)
	}
	var distinct []*graph.Node
	for _, x := range outputs {
		if !slices.Contains(distinct, x) {
			distinct = append(distinct, x)
		}
	}
	var err error
	n.program, err = graph.Compile(graph.Spec{Outputs: distinct})
	if err == nil {
		n.feeds = usedFeeds(n.program, u.feeds)
	}
	return n, err
}

func (n *nudge) close() { n.program.Close() } // nothing is running

// run computes with the entry at a value, which it is told as the parameter's dtype takes it.
func (n *nudge) run(v float64) (taken float64, err error) {
	moved := n.before.Clone().(*tensor.Dense)
	switch data := moved.Data().(type) {
	case []float64:
		data[n.at] = v
		taken = v
	case []float32:
		data[n.at] = float32(v)
		taken = float64(data[n.at])
	default:
		return 0, fmt.Errorf("play: the parameter %q has no entries to move", n.param.Name())
	}
	if err := n.param.Set(moved); err != nil {
		return 0, err
	}
	err = n.program.Run(n.feeds)
	if back := n.param.Set(n.before); err == nil {
		err = back
	}
	return taken, err
}

// costAt returns the cost with the entry at a value.
func (n *nudge) costAt(v float64) (cost, taken float64, err error) {
	if taken, err = n.run(v); err != nil {
		return 0, 0, err
	}
	cost, err = n.program.Scalar(n.cost)
	return cost, taken, err
}

// sides returns for each kink and entry on which side of it that is.
func (n *nudge) sides() ([][]float64, error) {
	var all [][]float64
	for _, k := range n.kinks {
		var in []array
		for _, x := range k.Inputs() {
			data, err := n.program.Float64s(nil, x)
			if err != nil {
				return nil, err
			}
			in = append(in, array{x.Shape(), data})
		}
		shape := k.Shape()
		var sides []float64
		args := make([]float64, len(in))
		for i := range shape.TotalSize() {
			index := make([]int, len(shape))
			for axis, rest := len(shape)-1, i; axis >= 0; axis-- {
				index[axis] = rest % shape[axis]
				rest /= shape[axis]
			}
			for j, a := range in {
				args[j] = a.at(index)
			}
			sides = append(sides, math.Copysign(1, k.Op().Kink(args...)))
		}
		all = append(all, sides)
	}
	return all, nil
}

func (n *nudge) result(delta float64) (any, error) {
	cost, _, err := n.costAt(n.value)
	if err != nil {
		return nil, err
	}
	data, err := n.program.Float64s(nil, n.gradient)
	if err != nil {
		return nil, err
	}
	here, err := n.sides()
	if err != nil {
		return nil, err
	}
	g := array{n.gradient.Shape(), data}.at(n.index)
	moved, taken, err := n.costAt(n.value + delta)
	if err != nil {
		return nil, err
	}
	there, err := n.sides()
	if err != nil {
		return nil, err
	}
	out := nudged{Value: number(n.value), Delta: number(taken - n.value), Cost: number(cost), Gradient: number(g),
		Predicted: number(g * (taken - n.value)), Actual: number(moved - cost), Kink: n.crossed(here, there)}
	for k := range 23 { // two for each power of ten
		c, err := n.central(math.Pow(10, -1-float64(k)/2), g)
		if err != nil {
			return nil, err
		}
		out.Curve = append(out.Curve, quotient{c.H, c.Value, c.Error})
	}
	out.Central, err = n.central(math.Cbrt(epsilon(n.before.Dtype()))*max(1, math.Abs(n.value)), g)
	return out, err
}

// epsilon is the distance from 1 to the next number.
func epsilon(t tensor.Dtype) float64 {
	if t == tensor.Float32 {
		return 0x1p-23
	}
	return 0x1p-52
}

// central returns the central difference of h, by the numbers that w + h and w − h become.
func (n *nudge) central(h, g float64) (central, error) {
	up, w1, err := n.costAt(n.value + h)
	if err != nil {
		return central{}, err
	}
	down, w0, err := n.costAt(n.value - h)
	if err != nil {
		return central{}, err
	}
	v := (up - down) / (w1 - w0)
	return central{number(h), number(v), number(math.Abs(v - g))}, nil
}

// crossed says how many entries have come to another side of a kink, empty for none.
func (n *nudge) crossed(here, there [][]float64) string {
	var parts []string
	for i, k := range n.kinks {
		count := 0
		for j, side := range here[i] {
			if side != there[i][j] {
				count++
			}
		}
		if count > 0 {
			name := n.step.derivation.explained.Script().Called(k)
			parts = append(parts, fmt.Sprintf("%s of %s", words.Count(count, "entry"), name))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "On the way " + strings.Join(parts, " and ") + " pass a kink, where the slope jumps: g·δ knows of the slope here alone."
}

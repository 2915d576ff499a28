package graph

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"chainrule/internal/kernel"
	"chainrule/internal/plan"
	"chainrule/internal/term"
	"gorgonia.org/tensor"
)

// Comparisons and what is made of them. They are set in init because
// derivatives use the operations themselves.
var maximumOp, minimumOp, greaterOp, greaterEqualOp, equalOp, whereOp, chooseOp, stopGradientOp *Op

func comparisonOps() []*Op {
	return []*Op{maximumOp, minimumOp, greaterOp, greaterEqualOp, equalOp, whereOp, chooseOp, stopGradientOp,
		newClipOp(ClipAttrs{-1, 2}), newOneHotOp(OneHotAttrs{3})}
}

func init() {
	maximumOp = fromKernel(kernel.Max, Op{Name: "Maximum", Source: written("np.maximum({0}, {1})", "graph.Maximum({0}, {1})", "max({0}, {1})"), Text: "max", Kink: kinkAtTie,
		Backward: func(x []*Node, _, dy *Node) []*Node { return shareOut(dy, x[0], x[1]) }})
	minimumOp = fromKernel(kernel.Min, Op{Name: "Minimum", Source: written("np.minimum({0}, {1})", "graph.Minimum({0}, {1})", "min({0}, {1})"), Text: "min", Kink: kinkAtTie,
		Backward: func(x []*Node, _, dy *Node) []*Node { return shareOut(dy, x[1], x[0]) }})
	greaterOp = fromKernel(kernel.Greater, Op{Name: "Greater", Source: written("np.where({0} > {1}, 1.0, 0.0)", "graph.Greater({0}, {1})", "indicator({0} > {1})", indicatorDef), Sign: ">", prec: term.Comparison, Kink: kinkAtTie, Backward: noGradient})
	greaterEqualOp = fromKernel(kernel.GreaterEqual, Op{Name: "GreaterEqual", Source: written("np.where({0} >= {1}, 1.0, 0.0)", "graph.GreaterEqual({0}, {1})", "indicator({0} >= {1})", indicatorDef), Sign: "≥", prec: term.Comparison, Kink: kinkAtTie, Backward: noGradient})
	equalOp = fromKernel(kernel.Equal, Op{Name: "Equal", Source: written("np.where({0} == {1}, 1.0, 0.0)", "graph.Equal({0}, {1})", "indicator({0} == {1})", indicatorDef), Sign: "=", prec: term.Comparison, Kink: kinkAtTie, Backward: noGradient})
	// The second operand where the first is not 0, and else 0 whatever the
	// second is.
	whereOp = fromKernel(kernel.Where, Op{Name: "WhereElse0", Source: written("np.where({0} != 0, {1}, 0.0)", "graph.Where({0}, {1}, g.Const(0))", "choose({0}, {1}, 0)", chooseDef), Text: "where",
		Kink: func(x ...float64) float64 { return x[0] },
		Backward: func(x []*Node, _, dy *Node) []*Node {
			return []*Node{nil, whereOp.Apply(x[0], dy)}
		},
		rewrites: whereRewrites})
	chooseOp = &Op{Name: "Where", Source: written("np.where({0} != 0, {1}, {2})", "graph.Where({0}, {1}, {2})", "choose({0}, {1}, {2})", chooseDef), Text: "where", Inputs: 3,
		Shape: func(in []tensor.Shape) (tensor.Shape, error) {
			if !slices.Equal(in[0], in[1]) || !slices.Equal(in[0], in[2]) {
				return nil, fmt.Errorf("shapes %s, %s and %s given, one expected", shapeString(in[0]), shapeString(in[1]), shapeString(in[2]))
			}
			return in[0], nil
		},
		Backward: func(x []*Node, _, dy *Node) []*Node {
			return []*Node{nil, whereOp.Apply(x[0], dy), whereOp.Apply(isZero(x[0]), dy)}
		},
		Along: besides(),
		many:  manyAlike,
		naive: naive{choose[float64], choose[float32]},
		lower: func(l *lowering, p *plan.Node) {
			// What is not chosen is −0, which changes no sum.
			minus := func(c, x int) int { return l.apply(negOp, l.apply(whereOp, c, l.apply(negOp, x))) }
			l.compose(p, addOp, minus(p.In[0], p.In[1]), minus(l.apply(equalOp, p.In[0], l.number(0)), p.In[2]))
		}}
	stopGradientOp = &Op{Name: "StopGradient", Source: written("{0}", "graph.StopGradient({0})", "{0}"), Text: "stop", Inputs: 1,
		Shape:    func(in []tensor.Shape) (tensor.Shape, error) { return in[0], nil },
		Along:    besides(),
		many:     manyAlike,
		Backward: noGradient,
		naive:    naive{copyEntries[float64], copyEntries[float32]},
		moves:    true,
		carry:    func(_ *Node, axes []int) ([]int, bool) { return axes, true },
		lower:    func(_ *lowering, p *plan.Node) { p.Kind = plan.Reshape }}
}

// shareOut gives dy to the first of two where a > b, to the second where b > a,
// and half of it to each where they are equal.
func shareOut(dy, a, b *Node) []*Node {
	half := Equal(a, b).Times(0.5)
	return []*Node{Mul(dy, Add(Greater(a, b), half)), Mul(dy, Add(Greater(b, a), half))}
}

// Maximum returns the larger of every pair of entries, broadcast against each
// other; NaN if one of them is. Where they are equal each has half of the
// derivative.
func Maximum(a, b *Node) *Node { return maximumOp.Apply(a, b) }

// Minimum returns the smaller of every pair of entries. Otherwise it is like
// Maximum.
func Minimum(a, b *Node) *Node { return minimumOp.Apply(a, b) }

// Greater returns 1 where a > b and 0 elsewhere, broadcast against each other.
// Like all comparisons it is 0 where an entry is NaN (but for NotEqual), and
// has derivative 0.
func Greater(a, b *Node) *Node { return greaterOp.Apply(a, b) }

// GreaterEqual returns 1 where a ≥ b and 0 elsewhere. See Greater.
func GreaterEqual(a, b *Node) *Node { return greaterEqualOp.Apply(a, b) }

// Less returns 1 where a < b and 0 elsewhere. See Greater.
func Less(a, b *Node) *Node { return greaterOp.Apply(b, a) }

// LessEqual returns 1 where a ≤ b and 0 elsewhere. See Greater.
func LessEqual(a, b *Node) *Node { return greaterEqualOp.Apply(b, a) }

// Equal returns 1 where a = b and 0 elsewhere. See Greater.
func Equal(a, b *Node) *Node { return equalOp.Apply(a, b) }

// NotEqual returns 1 where a ≠ b, as where one of them is NaN, and 0 elsewhere.
func NotEqual(a, b *Node) *Node { return oneMinus(Equal(a, b)) }

// Where returns a where cond is not 0 and b elsewhere, broadcast against each
// other. What is not chosen has no influence, even if it is NaN, and gets the
// gradient 0. A function behind it may still turn that 0 into NaN, as Log does
// at 0, where its derivative is infinite; choose its argument too then:
//
//	positive := Greater(x, zero)
//	Where(positive, Log(Where(positive, x, one)), zero)
func Where(cond, a, b *Node) *Node {
	in := []*Node{cond, a, b}
	var shape []int
	for _, n := range in {
		if n == nil || n.err != nil {
			return chooseOp.Apply(in...) // which says so
		}
		all, err := broadcastShapes(shape, n.shape)
		if err == nil {
			err = checkSizes(all)
		}
		if err != nil {
			return failedNode(cond.g, chooseOp.Name, err, in...)
		}
		shape = all
	}
	for i, n := range in {
		if !slices.Equal(n.shape, shape) {
			in[i] = BroadcastTo(n, shape...)
		}
	}
	return chooseOp.Apply(in...)
}

// isZero returns 1 where x is 0 and 0 elsewhere.
func isZero(x *Node) *Node { return Equal(x, x.g.Const(0)) }

func choose[T float32 | float64](out array[T], in []array[T]) {
	for i, c := range in[0].data {
		if c != 0 {
			out.data[i] = in[1].data[i]
		} else {
			out.data[i] = in[2].data[i]
		}
	}
}

// Clip returns every entry, or the bound that it lies beyond. The derivative is
// 1 from lo to hi, bounds included, and 0 outside. That lo > hi, or one of them
// is NaN, is an error.
func Clip(x *Node, lo, hi float64) *Node {
	if !(lo <= hi) {
		return failedNode(x.Graph(), "Clip", fmt.Errorf("bounds %v and %v given, the lower one first expected", lo, hi), x)
	}
	return intern(x.Graph(), ClipAttrs{lo, hi}, newClipOp).Apply(x)
}

// ClipAttrs are the bounds of Clip.
type ClipAttrs struct{ Lo, Hi float64 }

func newClipOp(a ClipAttrs) *Op {
	return &Op{Name: "Clip", Source: written(fmt.Sprintf("np.clip({0}, %v, %v)", a.Lo, a.Hi), fmt.Sprintf("graph.Clip({0}, %v, %v)", a.Lo, a.Hi), fmt.Sprintf("min(max({0}, %v), %v)", a.Lo, a.Hi)), Text: "clip", Attrs: a,
		Unary: func(x float64) float64 { return min(max(x, a.Lo), a.Hi) },
		Kink:  func(x ...float64) float64 { return kinkAtTie(x[0], a.Lo) * kinkAtTie(x[0], a.Hi) },
		Slope: func(x, _ *Node) *Node {
			return Mul(GreaterEqual(x, x.g.Const(a.Lo)), LessEqual(x, x.g.Const(a.Hi)))
		},
		SlopeWords: fmt.Sprintf("1 from %s to %s, else 0", term.Number(a.Lo).Plain(), term.Number(a.Hi).Plain()),
		write: func(w *writer, n *Node) *term.Term {
			return term.Call("clip", w.operand(n.in[0]), term.Number(a.Lo), term.Number(a.Hi))
		}}
}

// StopGradient returns x, whose gradient through this node is 0.
func StopGradient(x *Node) *Node { return stopGradientOp.Apply(x) }

// maxClasses is how many whole numbers from 0 on float32 tells apart, and the
// number of their bytes is one that the building of a graph may take.
const maxClasses = 1 << 24

// OneHot turns class numbers into columns: from x of shape (1,m) or (m), with
// entries 0 … classes−1, it makes the (classes, m) matrix with a 1 at each
// example's class and 0 elsewhere. A column whose class is none of these is
// NaN, so that the mistake shows in every cost. The derivative is 0. There are at
// most 2²⁴ classes, as their numbers are an array of the graph and float32 holds no
// greater ones exactly.
//
// A product W·OneHot(x, classes), or OneHot(x, classes)ᵀ·W, is built as the columns, or
// rows, of W that x numbers (Gather): nothing is multiplied, other columns that are not
// finite do no harm, and a class that there is not is an error of the run.
func OneHot(x *Node, classes int) *Node {
	g := x.Graph()
	switch {
	case x.Err() != nil:
		return equalOp.Apply(x, x)
	case len(x.shape) == 0 || len(x.shape) > 2 || len(x.shape) == 2 && x.shape[0] != 1:
		return failedNode(g, "OneHot", errors.New("one class number per example expected, shape (1,m) or (m)"), x)
	case classes < 1:
		return failedNode(g, "OneHot", fmt.Errorf("%d classes given, at least 1 expected", classes), x)
	}
	err := checkSizes([]int{classes, x.shape[len(x.shape)-1]})
	if err == nil && classes > maxClasses {
		err = fmt.Errorf("%d classes given, at most %d are supported", classes, maxClasses)
	}
	if err != nil { // before there is an array of the classes
		return failedNode(g, "OneHot", err, x)
	}
	numbers := makeStorage(g.dtype, []int{classes, 1})
	for i := range classes {
		numbers.put(i, float64(i))
	}
	return intern(g, OneHotAttrs{classes}, newOneHotOp).Apply(x, g.add(&Node{kind: dataNode, data: numbers, shape: numbers.shape}))
}

// OneHotAttrs are the attributes of OneHot.
type OneHotAttrs struct{ Classes int }

// newOneHotOp compares class numbers with the numbers of the rows.
func newOneHotOp(a OneHotAttrs) *Op {
	return &Op{Name: "OneHot", Source: written(fmt.Sprintf("onehot({0}, {1}, %d)", a.Classes), fmt.Sprintf("graph.OneHot({0}, %d)", a.Classes), fmt.Sprintf("oneHot({0}, {1}, %d)", a.Classes), oneHotDef), Text: "onehot", Attrs: a,
		Binary: func(class, row float64) float64 {
			switch {
			case class == row:
				return 1
			case class == math.Trunc(class) && class >= 0 && class < float64(a.Classes):
				return 0
			}
			return math.NaN()
		},
		Backward: noGradient,
		write:    func(w *writer, n *Node) *term.Term { return term.Call("onehot", w.operand(n.in[0])) }}
}

var whereRewrites = []rewrite{
	{"where(x, 0) → 0", func(s *simplifier, op *Op, in []*Node) *Node {
		if !in[1].isConst(0) {
			return nil
		}
		return s.fill(in[1].value, op, in)
	}},
	unbroadcastRewrite,
}

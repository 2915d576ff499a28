package graph

import (
	"errors"
	"fmt"
	"slices"

	"chainrule/internal/kernel"
	"chainrule/internal/plan"
	"chainrule/internal/term"
	"chainrule/internal/words"
	"gorgonia.org/tensor"
)

// An Op is an operation: how a value is computed from its inputs, how the chain
// rule passes through it, and how it is written. The built-in operations are
// values of this type; one of your own works everywhere that they do.
//
// Set exactly one of Unary, Binary and Eval. An Op must not change once a node
// uses it, and it is compared by its address: make one and use it often. If one of its
// functions panics, who called for the work gets an error: see Panic.
type Op struct {
	// Name stands in formulas, drawings, programs and errors.
	Name string

	// Attrs are what tells this operation from others of its family, such as the
	// axes of a sum, nil if there is nothing to tell. The type is the family:
	// SumAttrs are those of sums. They are to be read (AttrsOf) and not changed.
	Attrs any

	// Unary is applied to every entry of one input.
	Unary func(x float64) float64

	// Binary is applied to every pair of entries of two inputs, which are
	// broadcast against each other by NumPy's rules.
	Binary func(a, b float64) float64

	// Eval computes a whole result, row-major, from whole inputs. It is given
	// out filled with zeros and must neither keep nor change the inputs. In a
	// float32 graph its arguments are converted.
	Eval func(out []float64, in [][]float64, s Shapes)

	// Inputs is how many inputs Eval expects, 0 for any number.
	Inputs int

	// Shape returns the shape of Eval's result, or what is wrong with the
	// inputs. It is not used for element-wise operations.
	Shape func(in []tensor.Shape) (tensor.Shape, error)

	// Slope is the derivative of a Unary operation by its input x and result y,
	// as a node of the shape of x or a scalar; nil if it is zero everywhere. What
	// flows back is multiplied by it. Formulas print it.
	Slope func(x, y *Node) *Node

	// SlopeWords say what Slope is instead of printing it, case by case, as "1
	// above 0, −1 below 0, else 0", with Z for the input.
	SlopeWords string

	// Backward is the chain rule of operations that have no Slope: from the inputs
	// x, the result y and the gradient dy of a scalar with respect to y it returns
	// the scalar's gradient with respect to every input, as nodes; nil where it is
	// zero everywhere. For a Binary operation it may think of all shapes as equal:
	// what was broadcast is summed afterwards. Without a Slope or Backward, Grad
	// reports an error when it meets the operation.
	Backward func(x []*Node, y, dy *Node) []*Node

	// Kink, if the operation has no derivative somewhere, is zero exactly
	// there and changes sign nowhere else. It is only read by checks of
	// gradients. An element-wise operation's Kink is called with the inputs of
	// every entry. An operation that reduces its one input, to a shape that
	// broadcasts against it, is called with every entry and what it became part
	// of, as the entry and the largest of its row, and so is MaxPool2D; others can have none.
	Kink func(x ...float64) float64

	// Along tells which axis of an input goes along with an axis of the result:
	// slice k of the result along axis is computed from slice k of the input along
	// of, of the same size, and from no other slice of that input. It is not ok
	// where no axis of the input does. By it a derivation knows what is computed of
	// each example by itself; without it all of every input is taken to go into all
	// of the result. It is not used for element-wise operations.
	Along func(s Shapes, input, axis int) (of int, ok bool)

	// Text is how formulas call the operation as a function, Name if empty.
	Text string

	// Sign, if set, is written between two operands, or before one, instead.
	Sign string

	// Activation says that the result on a layer's Z is the layer's A.
	Activation bool

	// Source says how programs in other languages compute the operation, for shapes that
	// Shape accepts. Without it there are none of a graph that has it.
	Source func(s Shapes) Source

	// Rules say in a few words how a gradient comes to each of the inputs, as
	// "product: times the other factor". The last is that of all further inputs.
	Rules []string

	integers bool                                // the result is of integers whatever the inputs are
	indexed  bool                                // the second input is of indices
	moves    bool                                // the result has only entries of the inputs, but for indices
	code     kernel.Code                         // the special loop of an element-wise operation
	naive    naive                               // what Eval is for users' operations
	lower    func(l *lowering, p *plan.Node)     // sets what the plan computes from p.In
	prec     int                                 // how tightly Sign binds
	commutes bool                                // the operands may change places
	write    func(w *writer, n *Node) *term.Term // how n is written, if not as a call or by Sign
	rewrites []rewrite                           // to the form that one finds by hand
	scan     *scanOp                             // what a loop does

	// many and manyShared are how all slices of a mapping are computed at once: of operands
	// that all have the axis of the slices, or of some that are the same for all. An
	// operation that is not element-wise and has none of them is computed slice by slice.
	many, manyShared manyRule

	// carry is set if the operation only moves or repeats entries, and so may be
	// applied before a function of every entry as well as behind it. It returns the
	// axes of n that are those of the operands, and false if these are not whole in
	// n any more.
	carry func(n *Node, axes []int) ([]int, bool)
}

// Shapes are the shapes of one application of an operation.
type Shapes struct {
	Out tensor.Shape
	In  []tensor.Shape
}

// isElementwise reports whether op works entry by entry.
func (op *Op) isElementwise() bool { return op.Unary != nil || op.Binary != nil }

// arity returns the number of inputs, 0 for any.
func (op *Op) arity() int {
	switch {
	case op.Unary != nil:
		return 1
	case op.Binary != nil:
		return 2
	}
	return op.Inputs
}

// Apply adds a node that applies op to x.
func (op *Op) Apply(x ...*Node) *Node {
	if op == nil {
		return failedNode(graphOf(x), "Apply", errors.New("the operation is nil"), x...)
	}
	for _, n := range x {
		if n != nil && n.err != nil {
			poison(x, n.err)
			return &Node{g: graphOf(x), err: n.err}
		}
	}
	g := graphOf(x)
	if err := checkSameGraph(g, x); err != nil {
		return failedNode(g, op.Name, err, x...)
	}
	shape, err := op.resultShape(x)
	if err != nil {
		return failedNode(g, op.Name, err, x...)
	}
	return g.add(&Node{op: op, in: slices.Clone(x), shape: shape, integer: op.givesIntegers(x)})
}

// checkSameGraph reports operands that are nil or not of graph g.
func checkSameGraph(g *Graph, x []*Node) error {
	if g == nil {
		return errNoGraph
	}
	for _, n := range x {
		switch {
		case n == nil:
			return errNilNode
		case n.err == errInBody, n.err == errInSlice: // of which the graph has no error
			return n.err
		case n.g == nil:
			return errBareNode
		case n.g != g:
			return errors.New("the nodes belong to different graphs")
		}
	}
	return nil
}

// poison keeps err in all graphs of the nodes; inside Grad only in the graph that is
// differentiated, for a mistake of a rule is no mistake of the graph that a node is from.
func poison(x []*Node, err error) {
	isWalking := func(n *Node) bool { return n != nil && n.g != nil && n.g.walking }
	inside := slices.ContainsFunc(x, isWalking)
	for _, n := range x {
		if n != nil && (!inside || isWalking(n)) {
			n.g.keep(err)
		}
	}
}

// graphOf returns the graph of the first node that has one.
func graphOf(x []*Node) *Graph {
	for _, n := range x {
		if n != nil && n.g != nil {
			return n.g
		}
	}
	return nil
}

// resultShape checks op and its operands and returns the shape of the result.
func (op *Op) resultShape(x []*Node) ([]int, error) {
	if err := op.check(); err != nil {
		return nil, err
	}
	if want := op.arity(); want > 0 && len(x) != want {
		return nil, fmt.Errorf("%s given, %d expected", words.Count(len(x), "input"), want)
	}
	switch {
	case op.Unary != nil:
		return x[0].shape, nil
	case op.Binary != nil:
		shape, err := broadcastShapes(x[0].shape, x[1].shape)
		if err != nil {
			return nil, err
		}
		return shape, checkSizes(shape)
	}
	in := make([]tensor.Shape, len(x))
	for i, n := range x {
		in[i] = n.Shape()
	}
	var shape tensor.Shape
	var err error
	if panicked := op.guarded("Shape", func() { shape, err = op.Shape(in) }); panicked != nil {
		err = panicked
	}
	if err != nil {
		return nil, err
	}
	return slices.Clone(shape), checkSizes(shape)
}

// check reports an Op that does not say what it computes.
func (op *Op) check() error {
	if op.naive.f64 != nil {
		return nil
	}
	set := 0
	for _, is := range []bool{op.Unary != nil, op.Binary != nil, op.Eval != nil} {
		if is {
			set++
		}
	}
	switch {
	case op.Name == "":
		return errors.New("the operation has no name")
	case set != 1:
		return fmt.Errorf("%d of Unary, Binary and Eval are set, exactly one expected", set)
	case op.Eval != nil && op.Shape == nil:
		return errors.New("it has Eval and no Shape")
	case op.Slope != nil && op.Unary == nil:
		return errors.New("it has a Slope and is not Unary")
	case op.Slope != nil && op.Backward != nil:
		return errors.New("it has both a Slope and Backward")
	}
	return nil
}

// broadcastShapes returns the shape of two operands broadcast against each
// other: aligned at the last axis, sizes equal or one of them 1.
func broadcastShapes(a, b []int) ([]int, error) {
	if len(a) < len(b) {
		a, b = b, a
	}
	out := slices.Clone(a)
	lead := len(a) - len(b)
	for i, n := range b {
		switch m := a[lead+i]; {
		case m == n || n == 1:
		case m == 1:
			out[lead+i] = n
		default:
			return nil, fmt.Errorf("shapes %s and %s do not go together: counted from the last axis, sizes must be equal or 1", shapeString(a), shapeString(b))
		}
	}
	return out, nil
}

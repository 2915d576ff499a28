package plan

import (
	"math"
	"math/rand/v2"
	"slices"

	"chainrule/internal/kernel"
)

// Functions to build programs from, with and without a loop of their own.
var (
	addFunc  = &kernel.Func{Name: "add", Code: kernel.Add, Binary: func(x, y float64) float64 { return x + y }}
	subFunc  = &kernel.Func{Name: "sub", Code: kernel.Sub, Binary: func(x, y float64) float64 { return x - y }}
	mulFunc  = &kernel.Func{Name: "mul", Code: kernel.Mul, Binary: func(x, y float64) float64 { return x * y }}
	hypot    = &kernel.Func{Name: "hypot", Binary: math.Hypot}
	negFunc  = &kernel.Func{Name: "neg", Code: kernel.Neg, Unary: func(x float64) float64 { return -x }}
	tanhFunc = &kernel.Func{Name: "tanh", Unary: math.Tanh}
	sinFunc  = &kernel.Func{Name: "sin", Unary: math.Sin}

	// Functions of derivatives, which plans contract.
	square = &kernel.Func{Name: "square", Code: kernel.Square}
	ramp   = &kernel.Func{Name: "step", Code: kernel.Step}
	relu   = &kernel.Func{Name: "relu", Code: kernel.ReLU}
	expm1  = &kernel.Func{Name: "expm1", Code: kernel.Expm1} // in vectors where there are any

	unaries  = []*kernel.Func{negFunc, tanhFunc, sinFunc, copyFunc, square, ramp, relu, expm1}
	binaries = []*kernel.Func{addFunc, subFunc, mulFunc, hypot}
)

// mix is a function on arrays for nodes of kind Call.
func mix(out []float64, in [][]float64) {
	for i := range out {
		for k, x := range in {
			out[i] += float64(x[(i*(k+2)+1)%len(x)]) / float64(k+1)
		}
	}
}

// A generator makes random programs.
type generator struct {
	*rand.Rand
	src    Source
	shapes [3][][]int // of feeds, parameters and data

	sizes   []int // of axes
	maxSize int   // of arrays; more than two blocks
}

func generate(seed uint64) *generator {
	g := &generator{
		Rand:  rand.New(rand.NewPCG(seed, 1)),
		sizes: []int{1, 1, 2, 3, 4, 5, 7, 19, 40, 600}, maxSize: 1500,
	}
	if seed%5 == 0 { // several blocks a row
		g.sizes, g.maxSize = []int{1, 2, 2, 3, 700, 2 * block}, 4500
	}
	square := 1 + g.IntN(5)
	for what, kind := range []Kind{Feed, Param, Data} {
		for i := range 1 + g.IntN(3) {
			shape := g.shape()
			if g.IntN(3) == 0 {
				shape = []int{square, square}
			}
			if i > 0 && g.IntN(2) == 0 {
				shape = g.shapes[what][0]
			}
			g.shapes[what] = append(g.shapes[what], shape)
			g.add(Node{Kind: kind, Index: i, Shape: shape})
		}
	}
	g.add(Node{Kind: Fill, Value: g.NormFloat64(), Shape: g.shape()})
	for range 2 + g.IntN(20) {
		g.operation()
	}
	for range g.IntN(4) {
		g.src.Outputs = append(g.src.Outputs, g.pick())
	}
	g.updates()
	return g
}

func (g *generator) shape() []int {
	for {
		shape := make([]int, g.IntN(4))
		for i := range shape {
			shape[i] = g.sizes[min(g.IntN(len(g.sizes)), g.IntN(len(g.sizes)))]
		}
		if volume(shape) <= g.maxSize {
			return shape
		}
	}
}

func (g *generator) add(n Node) int {
	g.src.Nodes = append(g.src.Nodes, n)
	return len(g.src.Nodes) - 1
}

// pick returns a node, more often a late one.
func (g *generator) pick() int {
	n := len(g.src.Nodes)
	return max(g.IntN(n), g.IntN(n))
}

func (g *generator) shapeOf(i int) []int { return g.src.Nodes[i].Shape }

// operation adds a random operation, if its operands can be found.
func (g *generator) operation() {
	x := g.pick()
	shape := g.shapeOf(x)
	switch g.IntN(23) {
	case 22:
		g.loop(x)
	case 21:
		g.convolution(x)
	case 20:
		g.pooled(x)
	case 19:
		g.place(x)
	case 18:
		g.argsort(x)
	case 17:
		g.indexed(x)
	case 16:
		if len(shape) > 0 {
			g.along(x)
		}
	case 15:
		g.slope(x)
	case 0, 1:
		g.add(Node{Kind: Map, In: []int{x}, Shape: shape, Func: unaries[g.IntN(len(unaries))]})
	case 2, 3, 4, 5:
		g.binary(x)
	case 6, 7:
		g.product()
	case 8:
		g.sum(x)
	case 9:
		g.view(x)
	case 10:
		g.reshape(x)
	case 12:
		g.slice(x)
	case 13:
		g.concat(x)
	case 14:
		g.batchProduct()
	case 11:
		if g.IntN(3) == 0 {
			g.add(Node{Kind: Call, In: []int{x, g.pick()}, Shape: shape, Call: mix})
		}
	}
}

// broadcastShape returns the common shape of two arrays, if they have one that
// is not too large.
func (g *generator) broadcastShape(x, y []int) ([]int, bool) {
	if len(x) < len(y) {
		x, y = y, x
	}
	out := slices.Clone(x)
	for i, d := range y {
		k := len(x) - len(y) + i
		if out[k] == 1 {
			out[k] = d
		}
		if d != 1 && d != out[k] {
			return nil, false
		}
	}
	return out, volume(out) <= g.maxSize
}

func (g *generator) binary(x int) {
	for range 20 {
		y := g.pick()
		if shape, ok := g.broadcastShape(g.shapeOf(x), g.shapeOf(y)); ok {
			f := binaries[g.IntN(len(binaries))]
			in := []int{x, y}
			g.Shuffle(2, func(i, j int) { in[i], in[j] = in[j], in[i] })
			g.add(Node{Kind: Map, In: in, Shape: shape, Func: f})
			return
		}
	}
}

func (g *generator) product() {
	for range 60 {
		x, y := g.pick(), g.pick()
		a, b := g.shapeOf(x), g.shapeOf(y)
		if len(a) != 2 || len(b) != 2 {
			continue
		}
		ta, tb := g.IntN(2), g.IntN(2)
		if a[1-ta] == b[tb] && a[ta]*b[1-tb] <= g.maxSize {
			g.add(Node{Kind: MatMul, In: []int{x, y}, Shape: []int{a[ta], b[1-tb]},
				TransA: ta == 1, TransB: tb == 1})
			return
		}
	}
}

func (g *generator) sum(x int) {
	keep := g.IntN(2) == 0
	n := Node{Kind: []Kind{Sum, Sum, Max, Min, Prod}[g.IntN(5)], In: []int{x}}
	for a, d := range g.shapeOf(x) {
		switch {
		case g.IntN(2) == 0:
			n.Shape = append(n.Shape, d)
			continue
		case keep:
			n.Shape = append(n.Shape, 1)
		}
		n.Axes = append(n.Axes, a)
	}
	g.add(n)
}

// slope multiplies x by a derivative of a function of another node.
func (g *generator) slope(x int) {
	y := x
	for range 20 {
		if p := g.pick(); slices.Equal(g.shapeOf(p), g.shapeOf(x)) {
			y = p
			break
		}
	}
	shape := g.shapeOf(x)
	node := func(f *kernel.Func, in ...int) int { return g.add(Node{Kind: Map, In: in, Shape: shape, Func: f}) }
	one := g.add(Node{Kind: Fill, Value: float64(1 + g.IntN(5)/4)})
	var d int
	switch g.IntN(3) {
	case 0:
		d = node(subFunc, one, node(square, y))
	case 1:
		d = node(mulFunc, y, node(subFunc, one, y))
	default:
		if g.IntN(2) == 0 {
			node(relu, y)
		}
		d = node(ramp, y)
	}
	in := []int{x, d}
	g.Shuffle(2, func(i, j int) { in[i], in[j] = in[j], in[i] })
	node(mulFunc, in...)
}

// batchProduct multiplies arrays of different rank, of which one has three axes.
func (g *generator) batchProduct() {
	for range 60 {
		x, y := g.pick(), g.pick()
		a, b := g.shapeOf(x), g.shapeOf(y)
		if len(a) < 2 || len(b) < 2 || len(a)+len(b) == 4 {
			continue
		}
		ta, tb := g.IntN(2), g.IntN(2)
		i, j := len(a)-2, len(b)-2
		lead, ok := g.broadcastShape(a[:i], b[:j])
		shape := append(slices.Clone(lead), a[i+ta], b[j+1-tb])
		if ok && a[i+1-ta] == b[j+tb] && volume(shape) <= g.maxSize {
			g.add(Node{Kind: MatMul, In: []int{x, y}, Shape: shape, TransA: ta == 1, TransB: tb == 1})
			return
		}
	}
}

// along adds something that goes along an axis of x, or cuts it off along a diagonal.
func (g *generator) along(x int) {
	shape := g.shapeOf(x)
	n := Node{Kind: []Kind{CumSum, CumProd, CumMax, Recurrence, Triangle}[g.IntN(5)], In: []int{x}, Shape: shape, Axis: g.IntN(len(shape)), Reverse: g.IntN(2) == 0}
	switch n.Kind {
	case Recurrence:
		n.In = []int{g.add(Node{Kind: Map, In: []int{x}, Shape: shape, Func: sinFunc}), x}
	case Triangle:
		if n.Axis, n.From = 0, g.IntN(9)-4; len(shape) < 2 {
			return
		}
	}
	g.add(n)
}

func (g *generator) slice(x int) {
	shape := slices.Clone(g.shapeOf(x))
	if len(shape) == 0 {
		return
	}
	n := Node{Kind: Slice, In: []int{x}, Axis: g.IntN(len(shape))}
	r := g.part(shape[n.Axis])
	if n.From, n.Step = r.From, r.Step; n.Step == 1 {
		n.Step = g.IntN(2) // 0 is 1 too
	}
	shape[n.Axis] = r.Count
	n.Shape = shape
	g.add(n)
}

// part returns indices of an axis of n entries.
func (g *generator) part(n int) Range {
	r := Range{From: g.IntN(n), Step: []int{1, 1, 1, 1, -1, -1, -2, 2, 3}[g.IntN(9)]}
	left := n - r.From
	if r.Step < 0 {
		left = r.From + 1
	}
	r.Count = 1 + (left-1)/max(r.Step, -r.Step)
	if g.IntN(3) > 0 {
		r.Count = 1 + g.IntN(r.Count)
	}
	return r
}

// place puts a function of a part of x, or of a node of a part's shape, into x.
func (g *generator) place(x int) {
	shape := g.shapeOf(x)
	for range 20 {
		part, y := make([]int, len(shape)), g.pick()
		ranges := make([]Range, len(shape))
		for axis, n := range shape {
			ranges[axis] = g.part(n)
			part[axis] = ranges[axis].Count
		}
		if volume(g.shapeOf(y)) == 1 {
			y = g.add(Node{Kind: Broadcast, In: []int{g.add(Node{Kind: Reshape, In: []int{y}})}, Shape: part})
		}
		if slices.Equal(g.shapeOf(y), part) {
			g.add(Node{Kind: Place, In: []int{x, y}, Shape: shape, Ranges: ranges})
			return
		}
	}
}

func (g *generator) concat(x int) {
	shape := slices.Clone(g.shapeOf(x))
	if len(shape) == 0 {
		return
	}
	n := Node{Kind: Concat, In: []int{x}, Axis: g.IntN(len(shape))}
	for range 10 {
		y := g.pick()
		other := slices.Clone(g.shapeOf(y))
		if len(other) != len(shape) {
			continue
		}
		longer := shape[n.Axis] + other[n.Axis]
		other[n.Axis] = shape[n.Axis]
		if slices.Equal(other, shape) && volume(shape)/shape[n.Axis]*longer <= g.maxSize {
			shape[n.Axis] = longer
			n.In = append(n.In, y)
		}
	}
	n.Shape = shape
	g.Shuffle(len(n.In), func(i, j int) { n.In[i], n.In[j] = n.In[j], n.In[i] })
	g.add(n)
}

// indexed adds one of the kinds with indices, which a Call makes of a node.
func (g *generator) indexed(x int) {
	shape := g.shapeOf(x)
	if len(shape) == 0 {
		return
	}
	axis := g.IntN(len(shape))
	kind := []Kind{Gather, ScatterAdd, TakeAlong, ScatterAlong}[g.IntN(4)]
	size := shape[axis] // of what is numbered
	of := g.pick()
	var out []int
	switch kind {
	case Gather:
		out = slices.Concat(shape[:axis], g.shapeOf(of), shape[axis+1:])
	case ScatterAdd:
		size = 1 + g.IntN(20)
		rank := g.IntN(len(shape) - axis + 1)
		of = g.add(Node{Kind: Fill, Value: g.NormFloat64(), Shape: shape[axis : axis+rank]})
		out = slices.Concat(shape[:axis], []int{size}, shape[axis+rank:])
	default:
		other := slices.Clone(shape)
		if other[axis] = 1 + g.IntN(20); volume(other) > g.maxSize {
			return
		}
		of, out = g.add(Node{Kind: Fill, Value: g.NormFloat64(), Shape: other}), other
		if kind == ScatterAlong {
			of, out, size = x, other, other[axis]
		}
	}
	if len(out) > 4 || volume(out) > g.maxSize {
		return
	}
	numbers := g.add(Node{Kind: Call, In: []int{of}, Shape: g.shapeOf(of), Call: func(out []float64, in [][]float64) {
		for i, v := range in[0] {
			out[i] = float64((i*i + int(math.Float64bits(v)>>50)) % size)
		}
	}})
	g.add(Node{Kind: kind, In: []int{x, numbers}, Shape: out, Axis: axis})
}

func (g *generator) argsort(x int) {
	shape := slices.Clone(g.shapeOf(x))
	if len(shape) == 0 {
		return
	}
	axis := g.IntN(len(shape))
	if g.IntN(2) == 0 {
		shape[axis] = 1 + g.IntN(shape[axis])
	}
	g.add(Node{Kind: Argsort, In: []int{x}, Shape: shape, Axis: axis, Reverse: g.IntN(2) == 0})
}

func (g *generator) view(x int) {
	shape := g.shapeOf(x)
	if g.IntN(2) == 0 {
		n := Node{Kind: Transpose, In: []int{x}, Perm: g.Perm(len(shape))}
		for _, p := range n.Perm {
			n.Shape = append(n.Shape, shape[p])
		}
		g.add(n)
		return
	}
	for range 20 {
		to, ok := g.broadcastShape(shape, g.shape())
		if ok && len(to) <= 3 {
			g.add(Node{Kind: Broadcast, In: []int{x}, Shape: to})
			return
		}
	}
}

func (g *generator) reshape(x int) {
	left, rank := volume(g.shapeOf(x)), 1+g.IntN(3)
	var shape []int
	for len(shape) < rank-1 {
		d := 1
		for _, f := range []int{2, 3, 5, 7, 19} {
			if left%f == 0 && g.IntN(2) == 0 {
				d *= f
				left /= f
			}
		}
		shape = append(shape, d)
	}
	shape = append(shape, left)
	g.Shuffle(len(shape), func(i, j int) { shape[i], shape[j] = shape[j], shape[i] })
	g.add(Node{Kind: Reshape, In: []int{x}, Shape: shape})
}

// updates assigns to some parameters nodes of their shape.
func (g *generator) updates() {
	for p := range g.src.Nodes {
		if g.src.Nodes[p].Kind != Param || g.IntN(4) == 0 {
			continue
		}
		value := -1
		for range 40 {
			v := g.pick()
			if slices.Equal(g.shapeOf(v), g.shapeOf(p)) && v != p {
				value = v
				break
			}
		}
		if value < 0 || g.IntN(3) == 0 {
			n := len(g.src.Nodes)
			g.binary(p)
			if len(g.src.Nodes) == n || !slices.Equal(g.shapeOf(n), g.shapeOf(p)) {
				continue
			}
			value = n
		}
		g.src.Updates = append(g.src.Updates, Update{p, value})
	}
	for _, u := range g.src.Updates {
		isRead := slices.Contains(g.src.Outputs, u.Param) ||
			slices.ContainsFunc(g.src.Nodes, func(n Node) bool { return slices.Contains(n.In, u.Param) }) ||
			slices.ContainsFunc(g.src.Updates, func(v Update) bool { return v.Value == u.Param })
		g.src.Nodes[u.Param].Fresh = !isRead
	}
}

package draw

import (
	"cmp"
	"slices"
	"strings"

	"chainrule/graph"
)

// side is the part of a picture in which a node stands.
type side uint8

const (
	forward  side = iota
	backward      // made by graph.Grad
	derived       // computed from gradients, but not made by graph.Grad
)

// A box is a drawn node.
type box struct {
	*graph.Node
	number  int // counts the drawn nodes
	side    side
	layer   int    // index into picture.layers, −1 for none
	symbol  string // "" if the node has none
	formula string // what symbol stands for
	action  string // what it does to its operands
	step    string // name of a node without a symbol, "" if it needs none
	output  bool   // was asked for
	early   bool   // is a step of the backward pass that only depends on the forward pass

	roles  []string // in the body of a loop, what it stands for outside or what becomes of it
	body   *picture // what a loop does at each step, nil for a plain box
	flat   bool     // body is written beside the picture
	prefix string   // of its id, within such a body

	shapeOnEdge bool // its shape stands on the edges that leave it
	twin        *box // the box of which this is the gradient
	rect             // its place on the page
}

// A picture is what is to be drawn; arrange gives everything in it its place.
type picture struct {
	page   rect
	name   text // "" in the body of a loop
	boxes  []*box
	edges  []*edge
	panels []*panel // sides, each before its layers
	layers []string // names
	cost   int      // the layer of the cost, −1 if there is none
	of     map[*graph.Node]*box
	symbol func(n *graph.Node) string // "" or a formula for a node without one
}

func newPicture(s Settings, outputs []*graph.Node) (*picture, error) {
	return newPictureOf(s, outputs, nil)
}

// newPictureOf is newPicture for what a loop does, with the roles of its nodes.
func newPictureOf(s Settings, outputs []*graph.Node, roles map[*graph.Node][]string) (*picture, error) {
	if err := check(outputs); err != nil {
		return nil, err
	}
	formulas, symbol, err := s.formulas(outputs)
	if err != nil {
		return nil, err
	}
	p := &picture{cost: -1, of: map[*graph.Node]*box{}, symbol: symbol}
	for _, n := range needed(outputs) {
		output := slices.Contains(outputs, n)
		if _, uniform := n.ConstValue(); uniform && !output {
			continue // written into its users
		}
		b := &box{Node: n, number: len(p.boxes), side: p.sideOf(n), layer: -1, output: output}
		if n.Op() == nil {
			b.symbol = p.symbol(n)
		}
		p.boxes = append(p.boxes, b)
		p.of[n] = b
	}
	for _, f := range formulas {
		if b := p.of[f.Node]; b != nil {
			b.symbol, b.formula = f.Symbol, f.Text
		}
	}
	p.findTwins()
	p.nameRoles(roles)
	p.findSteps()
	for _, b := range p.boxes {
		if b.symbol != "" && b.formula == "" && b.Op() != nil {
			b.formula = b.action
		}
	}
	p.findLayers()
	p.findEarly()
	p.findEdges()
	p.findPanels()
	p.name = p.nameFor(outputs)
	if s.ClosedLoops {
		return p, nil
	}
	return p, p.openLoops(s)
}

// formulas returns the lines of what the outputs are computed from, and how nodes
// are called.
func (s Settings) formulas(outputs []*graph.Node) (lines []graph.Formula, symbol func(n *graph.Node) string, err error) {
	if s.Script == nil {
		lines, err = graph.Formulas(outputs...)
		return lines, (*graph.Node).Symbol, err
	}
	for _, n := range needed(outputs) {
		if s.Script.HasLine(n) {
			lines = append(lines, s.Script.Line(n))
		}
	}
	return lines, s.Script.Called, nil
}

// needed returns the nodes that the outputs are computed from, operands first.
func needed(outputs []*graph.Node) []*graph.Node {
	nodes := outputs[0].Graph().Nodes()
	is := map[*graph.Node]bool{}
	for _, n := range outputs {
		is[n] = true
	}
	for _, n := range slices.Backward(nodes) {
		if is[n] {
			for _, x := range n.Inputs() {
				is[x] = true
			}
		}
	}
	return slices.DeleteFunc(nodes, func(n *graph.Node) bool { return !is[n] })
}

// sideOf returns the side of n, whose operands have theirs.
func (p *picture) sideOf(n *graph.Node) side {
	if n.IsBackward() {
		return backward
	}
	for _, x := range n.Inputs() {
		if b := p.of[x]; b != nil && b.side != forward {
			return derived
		}
	}
	return forward
}

// findTwins pairs gradients with the values that they belong to, by their
// symbols: dZ1 and ∂J/∂Z1 are gradients of Z1. A gradient that formulas write inside
// the line of another, such as dA1, is shown under its symbol all the same.
func (p *picture) findTwins() {
	values := map[string]*box{}
	for _, b := range p.boxes {
		if b.side == forward && b.symbol != "" {
			values[b.symbol] = b
		}
	}
	for _, b := range p.boxes {
		if b.side != backward || b.Op() == nil {
			continue
		}
		symbol := b.symbol
		if symbol == "" {
			symbol = p.symbol(b.Node)
		}
		s, ok := strings.CutPrefix(symbol, "d")
		if _, by, partial := strings.Cut(symbol, "/∂"); partial {
			s, ok = by, true
		}
		if ok && values[s] != nil {
			b.twin, b.symbol = values[s], symbol
			delete(values, s)
		}
	}
}

// operands returns the drawn operands of b, with repetitions.
func (p *picture) operands(b *box) []*box {
	var out []*box
	for _, x := range b.Inputs() {
		if o := p.of[x]; o != nil {
			out = append(out, o)
		}
	}
	return out
}

// findEarly finds the steps of the backward pass that start from the forward
// pass alone.
func (p *picture) findEarly() {
	for _, b := range p.boxes {
		b.early = b.side == backward && b.twin == nil
		for _, x := range p.operands(b) {
			b.early = b.early && (x.side == forward || x.early)
		}
	}
}

// nameFor returns the name of the picture: what was asked for.
func (p *picture) nameFor(outputs []*graph.Node) text {
	var names []string
	for i, n := range outputs {
		if slices.Contains(outputs[:i], n) {
			continue
		}
		names = append(names, cmp.Or(p.called(n), shorten(p.of[n].action, maxRef)))
	}
	return text{s: "Graph of " + shorten(clean(strings.Join(names, ", ")), 2*maxName), size: nameSize, bold: true, left: true, colour: ink}
}

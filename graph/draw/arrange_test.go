package draw

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode"

	"chainrule/graph"
	"chainrule/layers"
	"chainrule/losses"
)

// A sketch is a network to be drawn.
type sketch struct {
	sizes   []int
	hidden  layers.Activation
	loss    string // "" for cross-entropy behind a sigmoid
	forward bool   // without gradients
	update  bool   // with gradient descent
}

func (s sketch) String() string {
	return fmt.Sprint(s.sizes, " ", s.hidden, " ", s.loss, " forward ", s.forward, " update ", s.update)
}

// picture returns the picture of the network, all in its place.
func (s sketch) picture(t testing.TB) *picture {
	t.Helper()
	p, err := arranged(Settings{}, s.nodes(t))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// nodes returns what the picture shows.
func (s sketch) nodes(t testing.TB) []*graph.Node {
	t.Helper()
	last := len(s.sizes) - 1
	output := map[string]layers.Activation{"": layers.Sigmoid, "softmax": layers.Softmax, "squared-error": layers.Identity}
	net := layers.MLPSettings{Sizes: s.sizes, Hidden: slices.Repeat([]layers.Activation{s.hidden}, last-1),
		Output: output[s.loss], Init: []layers.Initializer{layers.Zeros}}.New(nil)
	g := graph.New(graph.Settings{})
	x, y := g.Input("X", s.sizes[0], 400), g.Input("Y", s.sizes[last], 400)
	nodes := net.Forward(x)
	cost := losses.SigmoidCrossEntropy(nodes.Z[last-1], y)
	switch s.loss {
	case "softmax":
		cost = losses.SoftmaxCrossEntropy(nodes.Z[last-1], y)
	case "squared-error":
		cost = losses.SquaredError(nodes.A[last-1], y)
	}
	out := []*graph.Node{cost.Named("cost"), nodes.A[last-1]}
	if !s.forward {
		var params []*graph.Node
		for _, p := range net.Params() {
			params = append(params, g.Use(p))
		}
		gradients, err := graph.Grad(cost, params...)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out[:1], gradients...)
		if s.update {
			rate := g.Input("rate")
			for i, w := range params {
				out = append(out, graph.Sub(w, graph.Mul(rate, gradients[i])).Named("next "+w.Symbol()))
			}
		}
	}
	return out
}

// sketches are networks of all activations and losses, of several depths.
func sketches() []sketch {
	list := []sketch{
		{sizes: []int{2, 2}, loss: "squared-error"}, {sizes: []int{3, 1}}, {sizes: []int{4, 3}, loss: "softmax"},
		{sizes: []int{2, 8, 8, 8, 1}, forward: true}, {sizes: []int{3, 128, 10}, forward: true}, {sizes: []int{2, 8, 8, 8, 1}}, {sizes: []int{2, 64, 64, 1}},
		{sizes: []int{2, 4, 3}, loss: "softmax"}, {sizes: []int{2, 4, 3}, loss: "softmax", forward: true},
		{sizes: []int{2, 4, 2}, loss: "squared-error"}, {sizes: []int{2, 4, 2}, loss: "squared-error", forward: true},
		{sizes: []int{2, 4, 1}, forward: true}, {sizes: []int{2, 4, 1}, update: true}, {sizes: []int{3, 1}, update: true},
		{sizes: []int{2, 4, 4, 3}, hidden: layers.GELU, loss: "softmax"}, {sizes: []int{2, 4, 4, 1}, hidden: layers.SiLU},
		{sizes: []int{784, 128, 10}, hidden: layers.ReLU, loss: "softmax"}, {sizes: []int{784, 128, 64, 10}, hidden: layers.ReLU, loss: "softmax"},
		{sizes: []int{2, 8, 8, 8, 8, 8, 8, 8, 8, 8, 1}, hidden: layers.ReLU},
	}
	for _, name := range layers.ActivationNames() {
		if a, err := layers.ActivationByName(name); err == nil {
			list = append(list, sketch{sizes: []int{2, 4, 1}, hidden: a})
		}
	}
	return list
}

// In a picture everything can be read: texts say something and stand free, and
// edges lead from box to box without passing through anything else.
func TestPicturesAreClear(t *testing.T) {
	for _, s := range sketches() {
		p := s.picture(t)
		for _, fault := range slices.Concat(p.textFaults(), p.edgeFaults()) {
			t.Errorf("%v: %s", s, fault)
		}
	}
}

// textFaults says what is wrong with boxes and texts.
func (p *picture) textFaults() (faults []string) {
	type item struct {
		what string
		rect
	}
	var items []item
	for _, b := range p.boxes {
		items = append(items, item{"box " + b.title(), b.rect})
		if s := b.title(); !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) || strings.Contains(s, "… ") {
			faults = append(faults, fmt.Sprintf("a box only says %q", s))
		}
		for _, text := range b.texts(0) {
			if r := text.rect(); r.union(b.rect) != b.rect {
				faults = append(faults, fmt.Sprintf("%q does not fit into its box", text.s))
			}
		}
		for _, f := range p.panels {
			if is := f.union(b.rect) == f.rect; is != (f.side == b.side && (f.layer < 0 || f.layer == b.layer)) {
				faults = append(faults, fmt.Sprintf("box %s is in panel %s: %v", b.title(), f.name.s, is))
			}
		}
	}
	for _, f := range p.panels {
		items = append(items, item{"title " + f.name.s, f.name.rect()})
		for _, inner := range p.panels {
			if inside := inner == f || inner.side == f.side && inner.layer < 0; inner.overlaps(f.name.rect()) != inside {
				faults = append(faults, fmt.Sprintf("title %s is in panel %s: %v", f.name.s, inner.name.s, !inside))
			}
		}
	}
	for i, e := range p.edges {
		if e.label.s != "" {
			items = append(items, item{fmt.Sprintf("label %d of %v", i, e), e.label.rect()})
		}
	}
	if p.name.s != "" {
		items = append(items, item{"name", p.name.rect()})
	}
	for i, a := range items {
		if a.union(p.page) != p.page {
			faults = append(faults, a.what+" is not on the page")
		}
		for _, b := range items[:i] {
			if a.overlaps(b.rect) {
				faults = append(faults, fmt.Sprintf("%s overlaps %s", a.what, b.what))
			}
		}
	}
	return faults
}

func (e *edge) String() string { return e.from.title() + " → " + e.to.title() }

// edgeFaults says what is wrong with edges.
func (p *picture) edgeFaults() (faults []string) {
	texts := map[string]rect{"": p.name.rect()}
	for i, f := range p.panels {
		texts[fmt.Sprintf("title %d %s", i, f.name.s)] = f.name.rect()
	}
	for i, e := range p.edges {
		if e.label.s != "" {
			texts[fmt.Sprintf("label %d of %v", i, e)] = e.label.rect()
		}
	}
	lines := map[*edge]line{}
	for _, e := range p.edges {
		lines[e] = lineOf(e.samples(1))
	}
	for _, e := range p.edges {
		fault := func(format string, args ...any) {
			faults = append(faults, e.String()+": "+fmt.Sprintf(format, args...))
		}
		line := append(e.samples(1), e.tip)
		if !e.from.grown(2).holds(line[0]) || !e.to.grown(2).holds(e.tip) {
			fault("it does not lead from box to box")
		}
		if long, far := e.length(), e.from.centre().distance(e.to.centre()); long > 1.6*far {
			fault("%.0f long for %.0f", long, far)
		}
		if lineOf(line).inside(p.page) < len(line) {
			fault("it leaves the page")
		}
		for _, b := range p.boxes {
			if b != e.from && b != e.to && lineOf(line).inside(b.rect) > 0 {
				fault("it passes through %s", b.title())
			}
		}
		for what, r := range texts {
			if lineOf(line).inside(r) > 0 {
				fault("it passes through %s", what)
			} else if e.dashed && lineOf(line).inside(r.grown(3)) > 0 {
				fault("it touches %s", what)
			}
		}
		for _, other := range p.edges {
			if n := lines[e].together(lines[other]); e.dashed && e != other && n > 30 {
				fault("it runs along %v for %d points", other, n)
			}
		}
		for _, f := range p.panels {
			if n := f.alongside(line); n > 30 {
				fault("it runs along the border of %s for %d points", f.name.s, n)
			}
		}
		if e.label.s != "" && lineOf(line).inside(e.label.rect().grown(10)) == 0 {
			fault("its label is far away")
		}
	}
	return faults
}

// alongside counts the points near to the border of r.
func (r rect) alongside(line []point) (n int) {
	for _, p := range line {
		q := p.minus(r.centre())
		if d := max(math.Abs(q.x)-r.width()/2, math.Abs(q.y)-r.height()/2); math.Abs(d) < 2.5 {
			n++
		}
	}
	return n
}

// together counts the points of l that lie on another line, but for those near
// its ends.
func (l line) together(other line) (n int) {
	if !l.bounds.grown(1).overlaps(other.bounds.grown(1)) {
		return 0
	}
	first, last := l.points[0], l.points[len(l.points)-1]
	for _, p := range l.points {
		if p.distance(first) > 30 && p.distance(last) > 30 && other.inside(around(p, 3, 3)) > 0 {
			n++
		}
	}
	return n
}

// length returns the length of the edge.
func (e *edge) length() (sum float64) {
	line := append(e.samples(1), e.tip)
	for i, p := range line[1:] {
		sum += p.distance(line[i])
	}
	return sum
}

// What Graphviz leaves out is an error, not a place in a corner.
func TestLayoutErrors(t *testing.T) {
	_, out := network(t, 400, 3, 1)
	for name, spoil := range map[string]func(l *layout){
		"no boxes": func(l *layout) { l.Objects = nil },
		"no edges": func(l *layout) { l.Edges = nil },
		"a wrong place": func(l *layout) {
			for i := range l.Edges {
				l.Edges[i].Pos = "e,1,2 3,x"
			}
		},
		"no height": func(l *layout) { l.Bounds = "1,2,3" },
	} {
		p, err := newPicture(Settings{}, out)
		if err != nil {
			t.Fatal(err)
		}
		var l layout
		data, err := render(p.dot())
		if err == nil {
			err = json.Unmarshal(data, &l)
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := p.take(&l); err != nil {
			t.Errorf("%s: the layout as it is: %v", name, err)
		}
		if spoil(&l); p.take(&l) == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// What Graphviz draws through something gives way: an edge to a box between its
// ends, the name of a panel to an edge.
func TestGivingWay(t *testing.T) {
	g := graph.New(graph.Settings{})
	at := func(x, y float64) *box { return &box{Node: g.Input("x"), rect: around(point{x, y}, 60, 30)} }
	from, between, to := at(100, 50), at(100, 150), at(100, 250)
	f := &panel{name: text{s: "panel", size: panelSize}, rect: rect{point{0, 0}, point{200, 300}}}
	f.name.centre = point{40, 10}
	e := &edge{from: from, to: to, curve: curve{{100, 65}}.line(point{100, 228}), tip: point{100, 235}}
	s := scene{boxes: []*box{from, between, to}, panels: []*panel{f}}
	s.route(e)
	if line := lineOf(append(e.samples(1), e.tip)); line.inside(between.rect) > 0 || e.length() > 300 {
		t.Errorf("the edge passes through a box, or far round it: %v", e.curve)
	}
	s.lines = append(s.lines, lineOf(curve{{30, -20}}.line(point{30, 60}).samples(1)))
	s.put(&f.name, f.nameSpots())
	if r := f.name.rect(); s.lines[1].inside(r) > 0 || r.union(f.rect) != f.rect {
		t.Errorf("the name stands on an edge or outside: %v", f.name.centre)
	}
	second := f.name
	if s.put(&second, f.nameSpots()); second.rect().overlaps(f.name.rect()) {
		t.Errorf("the same name once more stands on the first: %v, %v", second.centre, f.name.centre)
	}
}

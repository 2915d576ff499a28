package draw

import (
	"slices"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/layers"
)

// loops returns outputs of graphs with loops, by what they are.
func loops(t testing.TB) map[string][]*graph.Node {
	t.Helper()
	type nodes = []*graph.Node
	grad := func(cost *graph.Node, xs ...*graph.Node) nodes {
		d, err := graph.Grad(cost, xs...)
		if err != nil {
			t.Fatal(err)
		}
		return append(nodes{cost}, d...)
	}
	start := func() (g *graph.Graph, x, h *graph.Node) {
		g = graph.New(graph.Settings{})
		return g, g.Input("X", 24, 3, 8), g.Input("H0", 4, 8)
	}
	all := map[string]nodes{}

	g, x, h := start()
	w, u := param(g, "rnn.W", 4, 4), param(g, "rnn.U", 4, 3)
	recurrent := func(l graph.Loop) *graph.Node {
		final, _ := l.Scan(func(state, in []*graph.Node) (next, out []*graph.Node) {
			h := graph.Tanh(graph.Add(graph.MatMul(w, state[0]), graph.MatMul(u, in[0])))
			return nodes{h}, nodes{h}
		})
		return graph.Sum(graph.Square(final[0])).Named("J")
	}
	all["recurrence"] = nodes{recurrent(graph.Loop{Init: nodes{h}, Over: nodes{x}})}

	g, x, h = start()
	w, u = param(g, "rnn.W", 4, 4), param(g, "rnn.U", 4, 3)
	n := g.Input("n")
	all["its gradient"] = grad(recurrent(graph.Loop{Init: nodes{h}, Over: nodes{x}, Length: n}), w, u)

	g, _, h = start()
	x = g.Input("Y", 5, 4, 8)
	final, _ := graph.Loop{Init: nodes{h}, Over: nodes{x}}.Scan(func(state, in []*graph.Node) (next, out []*graph.Node) {
		next, _ = graph.Loop{Init: nodes{state[0]}, Steps: 3}.Scan(func(s, _ []*graph.Node) (next, out []*graph.Node) {
			return nodes{graph.Sin(graph.Mul(s[0], in[0]))}, nil
		})
		return next, nil
	})
	all["a loop in a loop"] = grad(graph.Sum(final[0]).Named("J"), h)

	_, x, _ = start()
	lstm := layers.RecurrentSettings{Name: "lstm", In: 3, Out: 4, Init: layers.Zeros}.NewLSTM(nil)
	out, _ := lstm.Run(x, nil)
	all["LSTM"] = grad(graph.Sum(graph.Square(out)).Named("J"), x)
	return all
}

// bodies returns the pictures inside p, and those inside them.
func (p *picture) bodies() (all []*picture) {
	for _, b := range p.boxes {
		if b.body != nil {
			all = append(all, b.body)
			all = append(all, b.body.bodies()...)
		}
	}
	return all
}

// In an open loop everything can be read, and the picture lies in its box.
func TestPicturesOfLoopsAreClear(t *testing.T) {
	counts := map[string]int{"recurrence": 1, "its gradient": 3, "a loop in a loop": 7, "LSTM": 3}
	for name, outputs := range loops(t) {
		p, err := arranged(Settings{}, outputs)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		bodies := p.bodies()
		if len(bodies) != counts[name] {
			t.Errorf("%s: %d loops are open, want %d", name, len(bodies), counts[name])
		}
		for _, fault := range p.textFaults() {
			t.Errorf("%s: %s", name, fault)
		}
		for _, body := range bodies {
			if len(body.panels) != 1 {
				t.Errorf("%s: a body has %d panels, want 1", name, len(body.panels))
			}
			for _, fault := range slices.Concat(body.textFaults(), body.edgeFaults()) {
				t.Errorf("%s, %s: %s", name, body.panels[0].name.s, fault)
			}
		}
		for _, q := range append(bodies, p) {
			for _, b := range q.boxes {
				if b.body == nil {
					continue
				}
				page := rect{b.body.page.min.plus(b.inside()), b.body.page.max.plus(b.inside())}
				for _, text := range b.texts(0) {
					if text.rect().overlaps(page) {
						t.Errorf("%s: %q lies on the picture in its box", name, text.s)
					}
				}
				if page.union(b.rect) != b.rect {
					t.Errorf("%s: the picture in %s stands out of its box", name, b.title())
				}
			}
		}
	}
}

// A step says what its inputs stand for outside, and what becomes of its results.
func TestRolesInLoops(t *testing.T) {
	for name, want := range map[string][]string{
		"recurrence": {"each of 24 steps", "state from H0", "row of X", "W1", "U1", "next state, kept = tanh(W1·state + U1·row)"},
		"its gradient": {"each of at most 24 steps, the last first", "next dstate = W1ᵀ·t1", "next sum = sum + t1·stateᵀ",
			"state, from H0, kept", "row of X"},
		"a loop in a loop": {"each of 3 steps", "state1 from state", "row of Y", "next state1 = sin(state1 ⊙ row)"},
	} {
		svg, err := SVG(loops(t)[name]...)
		if err != nil {
			t.Fatal(err)
		}
		_, texts := readSVG(t, svg)
		for _, s := range want {
			if !slices.Contains(texts, s) {
				t.Errorf("%s: no text says %q; there are %q", name, s, texts)
			}
		}
	}
}

// A closed loop is a plain box, and the source for Graphviz has a cluster for an open one.
func TestClosedLoops(t *testing.T) {
	outputs := loops(t)["a loop in a loop"]
	closed := Settings{ClosedLoops: true}
	p, err := arranged(closed, outputs)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(p.bodies()); n != 0 {
		t.Errorf("%d closed loops are open", n)
	}
	for _, fault := range slices.Concat(p.textFaults(), p.edgeFaults()) {
		t.Error(fault)
	}
	plain, err := closed.DOT(outputs...)
	if err != nil {
		t.Fatal(err)
	}
	source, err := DOT(outputs...)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(source, strings.TrimSuffix(plain, "}\n")) {
		t.Error("the source with bodies does not begin with that of closed loops")
	}
	if n := strings.Count(source, "style=dotted dir=none"); n != 7 {
		t.Errorf("%d bodies in the source, want 7", n)
	}
	if _, err := render(source); err != nil {
		t.Error(err)
	}
	ids := map[string]bool{}
	for line := range strings.Lines(source) {
		if id, _, ok := strings.Cut(strings.TrimSpace(line), " [label="); ok && !strings.Contains(id, " ") {
			if ids[id] {
				t.Errorf("two boxes have the id %s", id)
			}
			ids[id] = true
		}
	}
}

package draw

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/graph/explain"
)

var (
	nodeLine = regexp.MustCompile(`(?m)^ +(n\d+) \[label="(.*?)(?:\\n(.*?))?" shape=(\w+) fillcolor="(#\w+)"`)
	edgeLine = regexp.MustCompile(`(?m)^  (n\d+) -> (n\d+)(.*)$`)
)

// parseDOT returns the first lines of the boxes by id, and the edges as
// "operand → result".
func parseDOT(t *testing.T, source string) (titles map[string]string, edges []string) {
	t.Helper()
	titles = map[string]string{}
	for _, m := range nodeLine.FindAllStringSubmatch(source, -1) {
		if titles[m[1]] != "" {
			t.Errorf("box %s stands twice", m[1])
		}
		titles[m[1]] = m[2]
	}
	for _, m := range edgeLine.FindAllStringSubmatch(source, -1) {
		from, to := m[1], m[2]
		if strings.Contains(m[3], "style=invis") {
			continue
		}
		if strings.Contains(m[3], "dir=back") {
			from, to = to, from
		}
		edges = append(edges, titles[from]+" → "+titles[to])
	}
	return titles, edges
}

func TestDOTOfLogisticRegression(t *testing.T) {
	_, out := network(t, 400, 3, 1)
	source, err := DOT(out...)
	if err != nil {
		t.Fatal(err)
	}
	titles, edges := parseDOT(t, source)
	var boxes []string
	for _, title := range titles {
		boxes = append(boxes, title)
	}
	check := func(what string, got, want []string) {
		t.Helper()
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s:\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	const (
		z    = "Z1 = W1·X + b1"
		a    = "A1 = σ(Z1)"
		diff = "s1 = softplus(Z1) − Y ⊙ Z1"
		sum  = "Σ s1"
		cost = "cost = (1/m)·Σ (softplus(Z1) − Y ⊙ Z1)"
		dz   = "dZ1 = (A1 − Y)/m"
		dw   = "dW1 = dZ1·Xᵀ"
		db   = "db1 = Σ dZ1"
	)
	check("boxes", boxes, []string{"X", "Y", "W1", "b1", "W1·X", z, a,
		"softplus(Z1)", "Y ⊙ Z1", diff, sum, cost, "A1 − Y", dz, dw, db})
	check("edges", edges, []string{"W1 → W1·X", "X → W1·X", "W1·X → " + z, "b1 → " + z, z + " → " + a,
		z + " → softplus(Z1)", z + " → Y ⊙ Z1", "Y → Y ⊙ Z1", "softplus(Z1) → " + diff, "Y ⊙ Z1 → " + diff,
		diff + " → " + sum, sum + " → " + cost,
		a + " → A1 − Y", "Y → A1 − Y", "A1 − Y → " + dz, dz + " → " + dw, "X → " + dw, dz + " → " + db})
}

func TestLooks(t *testing.T) {
	_, out := network(t, 400, 3, 4, 1)
	source, err := DOT(out...)
	if err != nil {
		t.Fatal(err)
	}
	_, right, ok := strings.Cut(source, "subgraph cluster_1 {")
	if !ok {
		t.Fatal("no cluster for the backward pass")
	}
	for _, m := range nodeLine.FindAllStringSubmatch(source, -1) {
		title, shape, fill := m[2], m[4], m[5]
		want := valueLooks[forward]
		inRight := strings.Contains(right, m[0])
		switch symbol, _, _ := strings.Cut(title, " = "); {
		case symbol == "X" || symbol == "Y":
			want = inputLook
		case slices.Contains([]string{"W1", "W2", "b1", "b2"}, symbol):
			want = paramLook
		case inRight:
			want = valueLooks[backward]
		}
		if isGradient := strings.HasPrefix(title, "d") || strings.Contains(title, "A1²") || title == "A2 − Y"; isGradient != inRight {
			t.Errorf("%s: in the backward cluster: %v", title, inRight)
		}
		if shape != want.shape || fill != want.fill {
			t.Errorf("%s: %s %s, want %s %s", title, shape, fill, want.shape, want.fill)
		}
	}
	for _, pair := range []string{"Z1", "A1", "Z2"} {
		if !strings.Contains(source, `label="d`+pair+` = `) {
			t.Errorf("no box for d%s", pair)
		}
	}
}

func TestLayers(t *testing.T) {
	_, out := network(t, 400, 3, 4, 1)
	p, err := newPicture(Settings{}, out)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"hidden 1", "output", "cost"}; !slices.Equal(p.layers, want) {
		t.Errorf("layers %q, want %q", p.layers, want)
	}
	want := map[string]int{"X": -1, "Y": 2, "W1": 0, "b1": 0, "Z1": 0, "A1": 0, "W2": 1, "Z2": 1, "A2": 1, "cost": 2,
		"dW1": 0, "db1": 0, "dZ1": 0, "dA1": 0, "dW2": 1, "db2": 1, "dZ2": 1}
	for _, b := range p.boxes {
		if layer, ok := want[b.symbol]; ok && b.layer != layer {
			t.Errorf("%s is in layer %d, want %d", b.symbol, b.layer, layer)
		}
		if !b.early && b.symbol == "" && b.side == backward {
			t.Errorf("%s: every step without a symbol of this net starts from the forward pass", b.title())
		}
	}
}

// Parameters belong to the layer that they state, whatever names look like.
func TestLayersAreStated(t *testing.T) {
	g := graph.New(graph.Settings{})
	own := graph.NewParam("my gain.1", zeros(3, 1))
	own.Layer = "own norm"
	y := graph.Add(graph.MatMul(g.Use(graph.NewParam("W2", zeros(3, 2))), g.Input("W1", 2, 5)), g.Use(graph.NewParam("scale.2", zeros(3, 1))))
	stated := graph.Mul(g.Use(own), y).Named("stated")
	p, err := newPicture(Settings{}, []*graph.Node{graph.Mean(stated).Named("cost")})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"own norm", "cost"}; !slices.Equal(p.layers, want) {
		t.Errorf("layers %q, want %q", p.layers, want)
	}
	got := map[string]int{}
	for _, b := range p.boxes {
		if b.symbol != "" {
			got[b.symbol] = b.layer
		}
	}
	if want := map[string]int{"W1": -1, "W2": -1, "scale.2": -1, "my gain.1": 0, "stated": 0, "cost": 1}; !maps.Equal(got, want) {
		t.Errorf("symbols are in layers %v, want %v", got, want)
	}
}

// Every shape stands once in a box, or else on all solid edges that leave it.
func TestShapes(t *testing.T) {
	_, out := network(t, 400, 3, 4, 1)
	source, err := DOT(out...)
	if err != nil {
		t.Fatal(err)
	}
	p, err := newPicture(Settings{}, out)
	if err != nil {
		t.Fatal(err)
	}
	inBox := map[string]string{}
	for _, m := range nodeLine.FindAllStringSubmatch(source, -1) {
		inBox[m[1]] = m[3]
	}
	onEdges := map[string]int{}
	for _, m := range edgeLine.FindAllStringSubmatch(source, -1) {
		from := m[1]
		switch {
		case strings.Contains(m[3], "style="):
			continue
		case strings.Contains(m[3], "dir=back"):
			from = m[2]
		}
		i, err := strconv.Atoi(from[1:])
		if err != nil {
			t.Fatal(err)
		}
		if want := p.boxes[i].sizes(); !strings.Contains(m[3], " "+want+" ") {
			t.Errorf("no %s on the edge %s", want, m[0])
		}
		onEdges[from]++
	}
	for _, b := range p.boxes {
		id := b.id()
		if want := b.sizes(); inBox[id] != want && (inBox[id] != "" || onEdges[id] == 0) {
			t.Errorf("%s: %q in the box and %d edges, want %s", b.title(), inBox[id], onEdges[id], want)
		}
	}
}

// An update is computed from gradients, but not by the chain rule.
func TestUpdateStandsApart(t *testing.T) {
	cost, grads := network(t, 400, 3, 1)
	g := cost.Graph()
	w := g.Nodes()[2]
	update := graph.Sub(w, graph.Mul(g.Input("rate"), grads[1])).Named("next W1")
	p, err := newPicture(Settings{}, []*graph.Node{update})
	if err != nil {
		t.Fatal(err)
	}
	last := p.boxes[len(p.boxes)-1]
	if last.Node != update || last.side != derived || last.title() != "next W1 = W1 − rate ⊙ dW1" {
		t.Errorf("the last box is %q on side %d", last.title(), last.side)
	}
	if strings.Contains(p.dot(), "softplus") {
		t.Error("the cost is drawn, which the update does not need")
	}
}

func TestDOTIsDeterministic(t *testing.T) {
	first := ""
	for range 5 {
		_, out := network(t, 400, 3, 4, 4, 1)
		source, err := DOT(out...)
		if err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = source
		}
		if source != first {
			t.Fatal("two equal graphs give different sources")
		}
	}
}

// A parameter that the forward pass does not use, such as the state of a rule, makes
// no layer.
func TestStateIsNoLayer(t *testing.T) {
	cost, grads := network(t, 400, 3, 1)
	g := cost.Graph()
	w := g.Nodes()[2]
	velocity := param(g, "state.W", w.Shape()[0], w.Shape()[1])
	p, err := newPicture(Settings{}, []*graph.Node{graph.Sub(w, graph.Add(velocity, grads[1])).Named("next W1")})
	if err != nil {
		t.Fatal(err)
	}
	if slices.Contains(p.layers, "state") {
		t.Errorf("layers %q", p.layers)
	}
}

// With the script of a derivation gradients go by its names, ∂J/∂Z1 stands beside
// Z1, and the graph's own names stay as they are.
func TestPictureOfDerivation(t *testing.T) {
	g := graph.New(graph.Settings{})
	x, y := g.Input("X", 2, 7), g.Input("Y", 1, 7)
	param := func(name, layer string, rows, cols int) *graph.Node {
		p := graph.NewParam(name, zeros(rows, cols))
		p.Letter, p.Layer = "W", layer
		return g.Use(p)
	}
	w1, w2 := param("hidden.W", "hidden", 3, 2), param("output.W", "output", 1, 3)
	z1 := graph.MatMul(w1, x).MarkZ()
	z2 := graph.MatMul(w2, graph.Sub(z1, graph.Reduce{KeepDims: true}.Mean(z1, 1)).Named("C")).MarkZ()
	cost := graph.Mean(graph.Square(graph.Sub(z2, y))).Named("J")
	d, err := explain.Derive(cost, w1, w2)
	if err != nil {
		t.Fatal(err)
	}
	p, err := newPicture(Settings{Script: d.Script()}, append(d.Gradients(), cost))
	if err != nil {
		t.Fatal(err)
	}
	twins := map[string]string{}
	for _, b := range p.boxes {
		if b.twin != nil {
			twins[b.symbol] = b.twin.symbol
		}
	}
	want := map[string]string{"dW1": "W1", "dW2": "W2", "dZ2": "Z2", "dC": "C", "∂J/∂Z1": "Z1"}
	if !maps.Equal(twins, want) {
		t.Errorf("gradients %v, want %v", twins, want)
	}
	source, err := Settings{Script: d.Script()}.DOT(append(d.Gradients(), cost)...)
	if err != nil || !strings.Contains(source, "dW2 = (1/m)·dZ2·Cᵀ") {
		t.Errorf("no line of the derivation in\n%s, error %v", source, err)
	}
	if plain, err := DOT(append(d.Gradients(), cost)...); err != nil || strings.Contains(plain, "dZ2") || strings.Contains(plain, "∂") {
		t.Errorf("without the script there are its names in\n%s, error %v", plain, err)
	}
}

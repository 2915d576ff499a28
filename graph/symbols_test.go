package graph_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/graph/explain"
	"gorgonia.org/tensor"
)

// nasty names are those that formulas give themselves, or seem to.
func nasty() []string {
	return []string{"W1", "dW1", "t1", "Z1", "scale.2", "a.b.W", "m", "Σ", "A1", "dZ1", "b1", "W2", "db1", "dA1", "t2", "constant",
		"constant2", "Z1*", "dZ1*", "dt1", "ddW1", "W1*", "dscale.2", "hidden.W", "hidden.b", "x.y.2", "d", "dW2*", "t1*", "Z2"}
}

// nastyNet returns a network of three layers, some of whose nodes have such
// names, some parameters letters and some sums the mark of a Z.
func nastyNet(rng *rand.Rand) (g *graph.Graph, cost node, leaves []node) {
	g = graph.New(graph.Settings{})
	names := nasty()
	rng.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	next := func() string {
		name := names[0]
		names = names[1:]
		return name
	}
	maybe := func(n node) node {
		if rng.IntN(3) == 0 {
			return n.Named(next())
		}
		return n
	}
	param := func(letter string, cols int) node {
		p := graph.NewParam(next(), random(rng, tensor.Float64, tensor.Shape{3, cols}, anywhere))
		if rng.IntN(2) == 0 {
			p.Letter = letter
		}
		leaves = append(leaves, g.Use(p))
		return leaves[len(leaves)-1]
	}
	a := g.Input(next(), 3, 7)
	leaves = append(leaves, a)
	for range 3 {
		z := graph.Add(graph.MatMul(param("W", 3), a), param("b", 1))
		if rng.IntN(3) > 0 {
			z.MarkZ()
		}
		a = maybe(graph.Tanh(maybe(z)))
		if rng.IntN(2) == 0 {
			a = maybe(graph.Mul(a, g.Array(random(rng, tensor.Float64, tensor.Shape{3, 7}, anywhere))))
		}
	}
	return g, maybe(graph.Mean(graph.Square(a))), leaves
}

// Symbols are distinct in one text, whatever the user calls nodes.
func TestSymbolsNeverClash(t *testing.T) {
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 3))
		g, cost, leaves := nastyNet(rng)
		d := mustGrad(t, cost, leaves...)
		if seed%2 == 0 {
			d = append(d, mustGrad(t, graph.Sum(d[1]), leaves[:3]...)...)
		}
		lines, err := graph.Formulas(append(d, cost)...)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range append(leaves, g.Array(random(rng, tensor.Float64, tensor.Shape{2}, anywhere))) {
			lines = append(lines, graph.Formula{Node: n, Symbol: n.Symbol()})
		}
		checkDistinct(t, fmt.Sprint("seed ", seed, " formulas"), lines)
	}
}

func TestSymbolsOfDerivationsNeverClash(t *testing.T) {
	for seed := range uint64(300) {
		_, cost, leaves := nastyNet(rand.New(rand.NewPCG(seed, 4)))
		d, err := explain.DeriveRaw(cost, leaves...)
		if err != nil {
			t.Fatal(err)
		}
		for name, back := range map[string][]explain.Line{"backward": d.Backward, "raw": d.Raw} {
			var all []graph.Formula
			for _, part := range [][]explain.Line{d.Given, d.Forward, back} {
				for _, l := range part {
					all = append(all, l.Formula)
				}
			}
			checkDistinct(t, fmt.Sprint("seed ", seed, " ", name), all)
		}
	}
}

// A gradient that goes by a star is derived as it is without.
func TestRulesOfStarredGradients(t *testing.T) {
	rules := func(other string) (symbols, rules string) {
		g := graph.New(graph.Settings{})
		w := g.Use(graph.NewParam("w", tensor.New(tensor.WithShape(1, 2), tensor.Of(tensor.Float64))))
		z := graph.MatMul(w, g.Input("x", 2, 3)).Named("z")
		g.Input(other)
		d, err := explain.Derive(graph.Sum(graph.Tanh(z)), w)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range d.Backward {
			symbols, rules = symbols+l.Symbol+" ", rules+l.Rule+"\n"
		}
		return symbols, rules
	}
	plainly, want := rules("other")
	starred, got := rules("dz")
	if plainly != "dz dw " || starred != "dz* dw " || got != want {
		t.Errorf("gradients %sand %s, rules\n%snot\n%s", plainly, starred, got, want)
	}
}

func checkDistinct(t *testing.T, what string, lines []graph.Formula) {
	t.Helper()
	seen := map[string]graph.Formula{}
	for _, l := range lines {
		if other, ok := seen[l.Symbol]; ok {
			t.Errorf("%s: %q is the symbol of %v and of %v", what, l.Symbol, other, l)
		}
		seen[l.Symbol] = l
	}
}

// Only what has a letter is called by it; where one of the letter would have another
// node's name, all of it go by their own, as in errors.
func TestParametersKeepTheirNames(t *testing.T) {
	g := graph.New(graph.Settings{})
	x := g.Input("W1", 2, 3)
	param := func(name, letter string, rows int) node {
		p := graph.NewParam(name, tensor.New(tensor.WithShape(rows, 2), tensor.Of(tensor.Float64)))
		p.Letter = letter
		return g.Use(p)
	}
	encoder, head, scale := param("enc.block.W", "W", 4), param("head.W", "W", 4), param("scale.2", "", 4)
	gate, next := param("enc.U", "U", 4), param("head.U", "U", 4)
	for n, want := range map[node]string{x: "W1", encoder: "enc.block.W", head: "head.W", scale: "scale.2", gate: "U1", next: "U2"} {
		if got := n.Symbol(); got != want {
			t.Errorf("%v has the symbol %q, %q expected", n, got, want)
		}
	}
	var located *graph.Error
	if err := graph.MatMul(head, scale).Err(); !errors.As(err, &located) || strings.Join(located.Operands, ", ") != "head.W (4,2), scale.2 (4,2)" {
		t.Errorf("error %v, one with the names of the parameters expected", err)
	}
	if got := head.String(); got != "head.W (4,2)" {
		t.Errorf("a parameter prints as %q", got)
	}
}

// A node called m is no number of examples.
func TestNodeCalledM(t *testing.T) {
	for name, want := range map[string]string{"n": "(1/m)·Σ X", "m": "Σ X/6"} {
		g := graph.New(graph.Settings{})
		x := g.Input("X", 1, 6)
		g.Input(name)
		f, err := graph.Formulas(graph.Mean(x))
		if err != nil || f[0].Text != want {
			t.Errorf("with an input %s: %v (%v), %s expected", name, f, err, want)
		}
	}
}

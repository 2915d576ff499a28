package graph

import (
	"strconv"
	"strings"
)

// examples returns the number of columns that all matrix inputs have.
func (g *Graph) examples() int {
	m := 0
	for _, n := range g.nodes {
		if n.kind != inputNode || len(n.shape) != 2 {
			continue
		}
		if m != 0 && n.shape[1] != m {
			return 0
		}
		m = n.shape[1]
	}
	return m
}

// nameForward gives layers their letters: Z by MarkZ, A to the first activation
// of a Z, and W and b to parameters called layer.W and layer.b, by order.
func (w *writer) nameForward(g *Graph) {
	layer := map[*Node]int{}
	activated := map[int]bool{}
	params := map[string]int{}
	for _, n := range g.nodes {
		_, isZ := g.zs[n]
		switch {
		case n.kind == paramNode && strings.Contains(n.name, "."):
			letter := n.name[strings.LastIndex(n.name, ".")+1:]
			params[letter]++
			w.symbols[n] = letter + strconv.Itoa(params[letter])
		case n.name != "":
			w.symbols[n] = n.name
		}
		if isZ {
			layer[n] = len(layer) + 1
			w.set(n, "Z", layer[n])
		}
		if n.op != nil && n.op.Activation && layer[n.in[0]] > 0 && !activated[layer[n.in[0]]] {
			activated[layer[n.in[0]]] = true
			w.set(n, "A", layer[n.in[0]])
		}
	}
}

func (w *writer) set(n *Node, letter string, number int) {
	if w.symbols[n] == "" {
		w.symbols[n] = letter + strconv.Itoa(number)
	}
}

// nameGradients calls the gradient of a named node d and its name. A gradient
// of several nodes is called after the layer's Z or what the user named.
func (w *writer) nameGradients(g *Graph, adjoints map[*Node]*Node) {
	taken := map[*Node]bool{}
	for _, n := range g.nodes {
		_, isZ := g.zs[n]
		d, s := adjoints[n], w.symbols[n]
		if d == nil || s == "" || d.kind != opNode || !d.backward {
			continue
		}
		if w.symbols[d] == "" || isZ && taken[d] {
			w.symbols[d], taken[d] = "d"+s, true
			w.inlined[d] = !isZ && n.kind == opNode && n.name == ""
		}
	}
}

// temporary gives n a symbol of its own.
func (w *writer) temporary(n *Node) {
	w.count++
	w.symbols[n] = "t" + strconv.Itoa(w.count)
}

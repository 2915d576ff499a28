package graph

import "strconv"

// Examples returns m, the number of columns that all matrix inputs have, 0 if they
// differ or there are none.
func (g *Graph) Examples() int {
	if g == nil {
		return 0
	}
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

// MarkZ tells formulas that n is the Z of the next layer, the value before the
// activation, and returns n.
func (n *Node) MarkZ() *Node {
	if n.Err() == nil {
		n.g.zs[n] = struct{}{}
	}
	return n
}

// IsZ reports whether MarkZ was told that n is the Z of a layer.
func (n *Node) IsZ() bool {
	if n == nil || n.g == nil {
		return false
	}
	_, is := n.g.zs[n]
	return is
}

// nameForward gives values their symbols: the user's names, and by order of the
// layers Z to what MarkZ marked, A to the first activation of a Z, and the letters
// of parameters that have one. The user's names come first: where one of them is a
// letter and number of another, all parameters of the letter keep their names: what
// comes before W1 must not be W2.
func (w *writer) nameForward(g *Graph) {
	for _, n := range g.nodes {
		if n.name != "" {
			w.symbols[n], w.taken[n.name] = n.name, true
		}
	}
	if w.taken["m"] {
		w.examples = 0 // m is something else
	}
	w.constant = w.free("constant")
	layer := map[*Node]int{}
	activated := map[int]bool{}
	w.nameParams(g)
	for _, n := range g.nodes {
		if _, isZ := g.zs[n]; isZ {
			layer[n] = len(layer) + 1
			w.set(n, "Z", layer[n])
		}
		if n.op != nil && n.op.Activation && layer[n.in[0]] > 0 && !activated[layer[n.in[0]]] {
			activated[layer[n.in[0]]] = true
			w.set(n, "A", layer[n.in[0]])
		}
	}
}

// nameParams calls parameters by their letters and numbers; see nameForward.
func (w *writer) nameParams(g *Graph) {
	numbered, letters := map[*Node]string{}, map[string]int{}
	named := map[string]bool{} // letters whose parameters keep their names
	for _, n := range g.nodes {
		if n.kind != paramNode || n.param.Letter == "" {
			continue
		}
		letter := n.param.Letter
		letters[letter]++
		numbered[n] = letter + strconv.Itoa(letters[letter])
		if w.taken[numbered[n]] && n.name != numbered[n] {
			named[letter] = true
		}
	}
	for _, n := range g.nodes {
		if s := numbered[n]; s != "" && !w.taken[s] && !named[n.param.Letter] {
			w.symbols[n], w.taken[s] = s, true
		}
	}
}

// numberConstants gives the constant arrays without a name symbols of their own,
// for a text that lists them. The first has no number.
func (w *writer) numberConstants(g *Graph) {
	for _, n := range g.nodes {
		switch {
		case n.kind != dataNode || n.name != "":
		case len(w.constants) == 0:
			w.constants[n] = w.constant
		default:
			w.constants[n] = w.free("constant" + strconv.Itoa(len(w.constants)+1))
		}
	}
}

func (w *writer) set(n *Node, letter string, number int) {
	if w.symbols[n] == "" {
		w.symbols[n] = w.free(letter + strconv.Itoa(number))
	}
}

// free returns s, with stars behind it if other symbols are equal, and takes it.
func (w *writer) free(s string) string {
	for w.taken[s] {
		s += "*"
	}
	w.taken[s] = true
	return s
}

// gradientOf returns the symbol of the gradient of n: d and n's own.
func (w *writer) gradientOf(n *Node) string {
	if w.gradients[n] == "" {
		w.gradients[n] = w.free("d" + w.symbol(n))
	}
	return w.gradients[n]
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
			w.symbols[d], taken[d] = w.gradientOf(n), true
			w.inlined[d] = !isZ && n.kind == opNode && n.name == ""
		}
	}
}

// temporary gives n a symbol of its own.
func (w *writer) temporary(n *Node) {
	w.count++
	w.symbols[n] = w.free("t" + strconv.Itoa(w.count))
}

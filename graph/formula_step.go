package graph

// Formula returns how n is computed, as [Formulas] writes it, with its operands
// called as name says. Where name says "" an operand is written out in turn; a
// node that is not computed stands by its symbol. Without name all are called by
// their symbols.
func (n *Node) Formula(name func(operand *Node) string) string {
	if n.Err() != nil {
		return ""
	}
	if n.kind != opNode {
		return n.Symbol()
	}
	if name == nil {
		name = (*Node).Symbol
	}
	w := &writer{symbols: map[*Node]string{}, examples: n.g.Examples()}
	w.nameOperands(n, name)
	return w.apply(n).Plain()
}

// nameOperands asks for the names of all that the line of n shows.
func (w *writer) nameOperands(n *Node, name func(*Node) string) {
	for _, x := range n.in {
		if _, seen := w.symbols[x]; seen {
			continue
		}
		switch w.symbols[x] = name(x); {
		case w.symbols[x] != "" || x.kind == constNode:
		case x.kind == opNode:
			w.nameOperands(x, name)
		default:
			w.symbols[x] = x.Symbol()
		}
	}
}

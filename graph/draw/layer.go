package draw

import (
	"cmp"
	"slices"
)

// findLayers tells which boxes belong to the same layer. A layer is known by
// its parameters, which say it (graph.Param.Layer): its values are those that are
// computed from them, up to the parameters of the next layer.
func (p *picture) findLayers() {
	p.layerParams()
	for _, b := range p.boxes {
		if b.side == forward {
			for _, x := range p.operands(b) {
				b.layer = max(b.layer, x.layer)
			}
		}
	}
	p.splitCost()
	p.layerGradients()
}

// layerParams puts the parameters that the forward pass uses into their layers.
func (p *picture) layerParams() {
	used := map[*box]bool{}
	for _, b := range p.boxes {
		if b.side == forward {
			for _, x := range p.operands(b) {
				used[x] = true
			}
		}
	}
	for _, b := range p.boxes {
		param := b.Param()
		if param == nil || param.Layer == "" || !used[b] {
			continue
		}
		if b.layer = slices.Index(p.layers, param.Layer); b.layer < 0 {
			b.layer = len(p.layers)
			p.layers = append(p.layers, param.Layer)
		}
	}
}

// splitCost puts the cost behind the last layer, which ends with its last value
// that has both a symbol and axes.
func (p *picture) splitCost() {
	last := len(p.layers) - 1
	var ends *box
	for _, b := range p.boxes {
		if b.side == forward && b.Op() != nil && b.layer == last && len(b.Shape()) > 0 && b.Symbol() == b.symbol {
			ends = b
		}
	}
	if last < 0 || ends == nil {
		return
	}
	inside := map[*box]bool{ends: true}
	for _, b := range slices.Backward(p.boxes) {
		for _, x := range p.operands(b) {
			inside[x] = inside[x] || inside[b]
		}
	}
	name := ""
	for _, b := range p.boxes {
		if b.side == forward && b.layer == last && b.Op() != nil && !inside[b] {
			b.layer, name = last+1, b.symbol
		}
	}
	if slices.ContainsFunc(p.boxes, func(b *box) bool { return b.layer > last }) {
		p.cost, p.layers = last+1, append(p.layers, cmp.Or(name, "cost"))
		p.layerLabels()
	}
}

// layerLabels puts what only the cost uses, the labels, beside it.
func (p *picture) layerLabels() {
	elsewhere := map[*box]bool{}
	users := map[*box]int{}
	for _, b := range p.boxes {
		for _, x := range p.operands(b) {
			if b.side == forward {
				users[x]++
				elsewhere[x] = elsewhere[x] || b.layer != p.cost
			}
		}
	}
	for _, b := range p.boxes {
		if b.Op() == nil && b.layer < 0 && users[b] > 0 && !elsewhere[b] {
			b.layer = p.cost
		}
	}
}

// layerGradients puts a gradient into the layer of its value, and the steps on
// the way to it into the layer of the gradient.
func (p *picture) layerGradients() {
	for _, b := range slices.Backward(p.boxes) {
		if b.twin != nil {
			b.layer = b.twin.layer
		}
		for _, x := range p.operands(b) {
			if b.side == backward && x.side == backward && x.twin == nil {
				x.layer = max(x.layer, b.layer)
			}
		}
	}
}

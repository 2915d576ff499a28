package draw

import (
	"slices"
	"strings"
)

// findLayers tells which boxes belong to the same layer. A layer is known by
// its parameters, which are called layer.W and layer.b: its values are those
// that are computed from them, up to the parameters of the next layer.
func (p *picture) findLayers() {
	p.layerParams()
	for _, b := range p.boxes {
		if b.side == forward {
			for _, x := range p.operands(b) {
				b.layer = max(b.layer, x.layer)
			}
		}
	}
	p.dropCost()
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
		dot := strings.LastIndex(b.Name(), ".")
		if b.Param() == nil || dot <= 0 || !used[b] {
			continue
		}
		name := b.Name()[:dot]
		if b.layer = slices.Index(p.layers, name); b.layer < 0 {
			b.layer = len(p.layers)
			p.layers = append(p.layers, name)
		}
	}
}

// dropCost takes the cost out of the last layer, which ends with its last
// value that has both a symbol and axes.
func (p *picture) dropCost() {
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
	for _, b := range p.boxes {
		if b.side == forward && b.layer == last && b.Op() != nil && !inside[b] {
			b.layer = -1
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

package draw

import (
	"fmt"
	"slices"
)

// A panel is the field of a side, or of a layer in it.
type panel struct {
	side  side
	layer int // −1 for the whole side
	name  text

	prefix string // of its id, as that of a box
	rect
}

// findPanels makes the panels in which boxes stand.
func (p *picture) findPanels() {
	for s := range sideNames {
		for layer := -1; layer < len(p.layers); layer++ {
			if !slices.ContainsFunc(p.boxes, func(b *box) bool {
				return b.side == side(s) && (layer < 0 || b.layer == layer)
			}) {
				continue
			}
			name := sideNames[s]
			if layer >= 0 {
				name = shorten(clean(p.layers[layer]), maxName)
			}
			p.panels = append(p.panels, &panel{side: side(s), layer: layer,
				name: text{s: name, size: panelSize, bold: true, left: true, colour: valueLooks[s].text}})
		}
	}
}

func (f *panel) id() string {
	if f.layer < 0 {
		return fmt.Sprintf("cluster_%s%d", f.prefix, f.side)
	}
	return fmt.Sprintf("cluster_%s%d_%d", f.prefix, f.side, f.layer)
}

func (f *panel) fill() string {
	if f.layer < 0 {
		return sideFills[f.side]
	}
	return layerFills[f.side]
}

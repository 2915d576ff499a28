package layers

import (
	"chainrule/graph"
	"chainrule/internal/experiment"
)

func (b *building) image(p part, in experiment.Flow) (Layer, error) {
	shape := p.Outputs(in).Image
	return Image{C: shape.Channels, H: shape.Height, W: shape.Width}, nil
}

func (b *building) conv(p part, in experiment.Flow) (Layer, error) {
	w := p.Window()
	c := Conv2DSettings{Name: b.layer(p.Kind, p.Name), In: in.Image.Channels, Out: p.Channels, Kernel: w.Kernel,
		Conv: graph.ConvSettings{Stride: w.Stride, Padding: w.Padding, Dilation: w.Dilation, Groups: p.Groups}, Init: p.init, Dtype: b.dtype}
	return p.activated(c.New(b.rng)), nil
}

func poolSettings(p part) graph.PoolSettings {
	w := p.Window()
	return graph.PoolSettings{Size: w.Kernel, Stride: w.Stride, Padding: w.Padding}
}

package layers

import (
	"errors"

	"chainrule/graph"
	"chainrule/internal/experiment"
)

// sides returns two numbers as settings have them: nothing for what is usual, one for two that are equal.
func sides(pair [2]int, usual ...int) []int {
	switch {
	case len(usual) > 0 && pair == [2]int{usual[0], usual[len(usual)-1]}:
		return nil
	case pair[0] == pair[1]:
		return []int{pair[0]}
	}
	return []int{pair[0], pair[1]}
}

// stepOf returns a stride, where 0 is the usual one.
func stepOf(stride, usual [2]int) [2]int {
	for axis, n := range stride {
		if n == 0 {
			stride[axis] = usual[axis]
		}
	}
	return stride
}

// Describe returns the shape of the images.
func (i Image) Describe() ([]experiment.Layer, error) {
	return []experiment.Layer{{Kind: experiment.Image, Shape: []int{i.C, i.H, i.W}}}, nil
}

// Describe returns the layer's kind.
func (Flatten) Describe() ([]experiment.Layer, error) {
	return []experiment.Layer{{Kind: experiment.Flatten}}, nil
}

// Describe returns the layer's window.
func (p MaxPool2D) Describe() ([]experiment.Layer, error) {
	return []experiment.Layer{poolLayer(experiment.MaxPool, graph.PoolSettings(p))}, nil
}

// Describe returns the layer's window.
func (p AvgPool2D) Describe() ([]experiment.Layer, error) {
	return []experiment.Layer{poolLayer(experiment.AvgPool, graph.PoolSettings(p))}, nil
}

func poolLayer(kind string, s graph.PoolSettings) experiment.Layer {
	return experiment.Layer{Kind: kind, Kernel: sides(s.Size), Stride: sides(stepOf(s.Stride, s.Size), s.Size[:]...), Padding: sides(s.Padding, 0)}
}

// Describe returns the layer's kind.
func (GlobalAvgPool) Describe() ([]experiment.Layer, error) {
	return []experiment.Layer{{Kind: experiment.GlobalAvgPool}}, nil
}

// Describe returns the layer's name, channels and window.
func (c *Conv2D) Describe() ([]experiment.Layer, error) { return c.describe(newNaming("")) }

func (c *Conv2D) describe(n *naming) ([]experiment.Layer, error) {
	switch {
	case c == nil:
		return nil, errNilLayer(experiment.Conv)
	case c.err != nil:
		return nil, c.err
	case c.W == nil || c.B == nil || len(c.W.Shape()) != 4:
		return nil, errors.New("layers: a Conv2D has not all of its parameters")
	}
	shape, s := c.W.Shape(), c.Conv
	l := experiment.Layer{Kind: experiment.Conv, Channels: shape[0], Kernel: sides([2]int{shape[2], shape[3]}), Padding: sides(s.Padding, 0),
		Stride: sides(stepOf(s.Stride, [2]int{1, 1}), 1), Dilation: sides(stepOf(s.Dilation, [2]int{1, 1}), 1)}
	if s.Groups > 1 {
		l.Groups = s.Groups
	}
	return one(n, l, nil, c.W, ".W")
}

// plainWindow returns a layer whose window is as Describe has it.
func plainWindow(l experiment.Layer) experiment.Layer {
	w, usual := l.Window(), [2]int{1, 1}
	switch l.Kind {
	case experiment.MaxPool, experiment.AvgPool:
		usual = w.Kernel
	case experiment.Conv:
		if l.Groups == 1 {
			l.Groups = 0
		}
	default:
		return l
	}
	l.Kernel, l.Stride, l.Padding, l.Dilation = sides(w.Kernel), sides(w.Stride, usual[:]...), sides(w.Padding, 0), sides(w.Dilation, 1)
	return l
}

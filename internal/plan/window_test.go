package plan

import (
	"math"

	"chainrule/internal/kernel"
)

// flatPart adds nodes that bring the first entries of node x into a shape. It reports false
// if x has not as many.
func (g *generator) flatPart(x int, shape []int) (int, bool) {
	all, n := volume(g.shapeOf(x)), volume(shape)
	if all < n {
		return 0, false
	}
	if all > n {
		x = g.add(Node{Kind: Reshape, In: []int{x}, Shape: []int{all}})
		x = g.add(Node{Kind: Slice, In: []int{x}, Shape: []int{n}, From: g.IntN(all - n + 1)})
	}
	return g.add(Node{Kind: Reshape, In: []int{x}, Shape: shape}), true
}

// image adds an image made of node x: channels in some groups, pixels and examples.
func (g *generator) image(x, groups int) (int, []int) {
	all := volume(g.shapeOf(x))
	shape := []int{groups, 1, 1, 1}
	for range 12 {
		axis := g.IntN(4)
		if next := shape[axis] + []int{groups, 1, 1, 1}[axis]; volume(shape)/shape[axis]*next <= min(all, 400) {
			shape[axis] = next
		}
	}
	node, _ := g.flatPart(x, shape)
	return node, shape
}

// window draws a window that lies on an image, and how many positions it has.
func (g *generator) window(image []int, groups int) (*Window, [2]int) {
	w, seen := &Window{Groups: groups}, [2]int{}
	for axis := range 2 {
		w.Stride[axis], w.Dilation[axis], w.Size[axis] = 1+g.IntN(2), 1+g.IntN(2), 1+g.IntN(3)
		w.Padding[axis] = g.IntN(2)
		wide := w.Dilation[axis]*(w.Size[axis]-1) + 1
		if wide > image[1+axis]+2*w.Padding[axis] {
			w.Dilation[axis], w.Size[axis], w.Padding[axis], wide = 1, 1, 0, 1
		}
		seen[axis] = (image[1+axis]+2*w.Padding[axis]-wide)/w.Stride[axis] + 1
	}
	return w, seen
}

// convolution adds one of the three convolutions.
func (g *generator) convolution(x int) {
	groups := 1 + g.IntN(2)
	if volume(g.shapeOf(x)) < groups {
		return
	}
	images, image := g.image(x, groups)
	w, seen := g.window(image, groups)
	out := groups * (1 + g.IntN(3))
	weights := []int{out, image[0] / groups, w.Size[0], w.Size[1]}
	positions := []int{out, seen[0], seen[1], image[3]}
	if volume(positions) > g.maxSize || volume(weights) > g.maxSize {
		return
	}
	what := g.IntN(3)
	a, ok := g.flatPart(g.pick(), weights)
	b, also := g.flatPart(g.pick(), positions)
	switch {
	case what == 0 && ok:
		g.add(Node{Kind: Conv, In: []int{images, a}, Shape: positions, Window: w})
	case what == 1 && ok && also:
		g.add(Node{Kind: ConvTranspose, In: []int{b, a}, Shape: image, Window: w})
	case also:
		g.add(Node{Kind: ConvWeights, In: []int{images, b}, Shape: weights, Window: w})
	}
}

// pooled adds one of the kinds of pooling.
func (g *generator) pooled(x int) {
	images, image := g.image(x, 1)
	w, seen := g.window(image, 1)
	w.Dilation = [2]int{1, 1}
	for axis := range 2 {
		w.Padding[axis] = min(w.Padding[axis], w.Size[axis]/2)
		seen[axis] = (image[1+axis]+2*w.Padding[axis]-w.Size[axis])/w.Stride[axis] + 1
	}
	positions := []int{image[0], seen[0], seen[1], image[3]}
	if volume(positions) > g.maxSize {
		return
	}
	other, ok := g.flatPart(g.pick(), positions)
	in := []int{images, other}
	if !ok || g.IntN(3) == 0 {
		in = in[:1]
	}
	switch g.IntN(4) {
	case 0:
		g.add(Node{Kind: PoolMax, In: in[:1], Shape: positions, Window: w})
	case 1:
		g.add(Node{Kind: PoolSum, In: in, Shape: positions, Window: w})
	case 2:
		g.add(Node{Kind: PoolIndex, In: in[:1], Shape: positions, Window: w})
	default:
		if ok {
			index := g.add(Node{Kind: PoolIndex, In: []int{images}, Shape: positions, Window: w})
			g.add(Node{Kind: PoolSpread, In: []int{other, index}[:1+g.IntN(2)], Shape: image, Window: w})
		}
	}
}

// pixel returns the entry of channel c of images that entry (a, b) of a window sees at
// position (i, j), and whether there is one.
func pixel(n Node, image []int, c, i, j, e, a, b int) (at int, ok bool) {
	w := n.Window
	u, v := i*w.Stride[0]-w.Padding[0]+a*w.Dilation[0], j*w.Stride[1]-w.Padding[1]+b*w.Dilation[1]
	return entry(image, []int{c, u, v, e}), u >= 0 && u < image[1] && v >= 0 && v < image[2]
}

func seenBy[T kernel.Float](n Node, x []T, image []int, c, i, j, e, a, b int) T {
	if at, ok := pixel(n, image, c, i, j, e, a, b); ok {
		return x[at]
	}
	return 0
}

func naiveConv[T kernel.Float](n Node, in [][]T, shapes [][]int) (out []T) {
	w := shapes[1]
	for _, c := range coords(n.Shape) {
		first := c[0] / (n.Shape[0] / n.Window.Groups) * w[1]
		var row, col []T
		for _, k := range coords(w[1:]) {
			row = append(row, in[1][entry(w, []int{c[0], k[0], k[1], k[2]})])
			col = append(col, seenBy(n, in[0], shapes[0], first+k[0], c[1], c[2], c[3], k[1], k[2]))
		}
		out = append(out, kernel.ProductEntry(volume(n.Shape[1:]), len(row), row, 1, col, 1))
	}
	return out
}

func naiveConvWeights[T kernel.Float](n Node, in [][]T, shapes [][]int) (out []T) {
	for _, c := range coords(n.Shape) {
		first := c[0] / (n.Shape[0] / n.Window.Groups) * n.Shape[1]
		var row, col []T
		for _, k := range coords(shapes[1][1:]) {
			row = append(row, in[1][entry(shapes[1], []int{c[0], k[0], k[1], k[2]})])
			col = append(col, seenBy(n, in[0], shapes[0], first+c[1], k[0], k[1], k[2], c[2], c[3]))
		}
		out = append(out, kernel.ProductEntry(volume(n.Shape[1:]), len(row), row, 1, col, 1))
	}
	return out
}

func naiveConvTranspose[T kernel.Float](n Node, in [][]T, shapes [][]int) []T {
	out, dy, w := make([]T, volume(n.Shape)), shapes[0], shapes[1]
	each := dy[0] / n.Window.Groups
	for c := range n.Shape[0] {
		group, channel := c/w[1], c%w[1]
		for i := range dy[1] {
			for _, tap := range coords(w[2:]) {
				for _, k := range coords(dy[2:]) {
					at, ok := pixel(n, n.Shape, c, i, k[0], k[1], tap[0], tap[1])
					if !ok {
						continue
					}
					var row, col []T
					for o := group * each; o < (group+1)*each; o++ {
						row = append(row, in[1][entry(w, []int{o, channel, tap[0], tap[1]})])
						col = append(col, in[0][entry(dy, []int{o, i, k[0], k[1]})])
					}
					out[at] += kernel.ProductEntry(volume(dy[1:]), each, row, 1, col, 1)
				}
			}
		}
	}
	return out
}

// naivePool joins, for each position, the pixels that the window sees.
func naivePool[T kernel.Float](n Node, in [][]T, shapes [][]int) (out []T) {
	taps := coords(n.Window.Size[:])
	for at, c := range coords(n.Shape) {
		v, most := T(0), T(math.Inf(-1))
		if n.Kind == PoolIndex {
			v = -1
		}
		for k, tap := range taps {
			from, ok := pixel(n, shapes[0], c[0], c[1], c[2], c[3], tap[0], tap[1])
			if !ok {
				continue
			}
			x := in[0][from]
			switch {
			case n.Kind == PoolMax:
				most = max(most, x)
				v = most
			case n.Kind == PoolSum && (len(in) == 1 || in[1][at] == T(k)):
				v += x
			case n.Kind == PoolIndex && (x > most || v < 0 || x != x && most == most):
				v, most = T(k), x
			}
		}
		out = append(out, v)
	}
	return out
}

func naiveSpread[T kernel.Float](n Node, in [][]T, shapes [][]int) []T {
	out, seen := make([]T, volume(n.Shape)), shapes[0]
	for i := range seen[1] {
		for k, tap := range coords(n.Window.Size[:]) {
			for _, c := range coords([]int{seen[0], seen[2], seen[3]}) {
				at, ok := pixel(n, n.Shape, c[0], i, c[1], c[2], tap[0], tap[1])
				if from := entry(seen, []int{c[0], i, c[1], c[2]}); ok && (len(in) == 1 || in[1][from] == T(k)) {
					out[at] += in[0][from]
				}
			}
		}
	}
	return out
}

package graph

import (
	"fmt"
	"slices"
)

var (
	pickAtDef = Definition{NumPy: `def picked(index, size):
    return index == np.reshape(np.arange(size[0] * size[1]), (-1, 1, 1, 1, 1))`,
		Go: `// pickAt returns x if the number of an entry of a window is the index, else 0.
func pickAt(index float64, number int, x float64) float64 {
	if index == float64(number) {
		return x
	}
	return 0
}`}
)

// python writes size, stride and padding as arguments.
func (s PoolSettings) python() string {
	return fmt.Sprintf("%s, %s, %s", pythonTuple(s.Size[:]), pythonTuple(s.Stride[:]), pythonTuple(s.Padding[:]))
}

// golang writes the settings.
func (s PoolSettings) golang() string {
	out := fmt.Sprintf("graph.PoolSettings{Size: [2]int{%d, %d}", s.Size[0], s.Size[1])
	if s.Stride != s.Size {
		out += fmt.Sprintf(", Stride: [2]int{%d, %d}", s.Stride[0], s.Stride[1])
	}
	if s.Padding != [2]int{} {
		out += fmt.Sprintf(", Padding: [2]int{%d, %d}", s.Padding[0], s.Padding[1])
	}
	return out + "}"
}

// number writes the number of an entry of the window.
func (s PoolSettings) number(a, b string) string {
	return sumOf(0, s.Size[1], a, 1, b)
}

// seeing completes the Source of an operation whose entries are joined from the pixels that a
// window sees of the images, entry given their places and the number in the window.
func (s PoolSettings) seeing(in Shapes, out Source, entry func(places [2]string, number string) string) Source {
	at := sight{s.conv(), in.In[0]}
	out.Over = s.Size[:]
	out.EntryAt = func(index []string) string {
		return entry(at.places(index[1:3], index[4:6]), s.number(index[4], index[5]))
	}
	out.At = func(input int, index []string) []string {
		if input == 1 {
			return slices.Clone(index[:4])
		}
		place := at.places(index[1:3], index[4:6])
		return []string{index[0], inside(place[0]), inside(place[1]), index[3]}
	}
	out.Needs = append([]Definition{seenDef, tapDef, ifInsideDef}, out.Needs...)
	return out
}

// spreading is seeing for images whose pixels are joined from the positions that see them.
func (s PoolSettings) spreading(in Shapes, out Source, entry func(places [2]string, number string) string) Source {
	at := sight{s.conv(), in.Out}
	out.Over, out.Start, out.Join = s.Size[:], "0", "{0} + {1}"
	out.EntryAt = func(index []string) string {
		return entry(at.positions(index[1:3], index[4:6], in.In[0]), s.number(index[4], index[5]))
	}
	out.At = func(_ int, index []string) []string {
		place := at.positions(index[1:3], index[4:6], in.In[0])
		return []string{index[0], inside(place[0]), inside(place[1]), index[3]}
	}
	out.Needs = append([]Definition{putBackDef, tapDef, ifInsideDef}, out.Needs...)
	return out
}

func maxPool2DSource(s PoolSettings) func(Shapes) Source {
	return func(in Shapes) Source {
		return s.seeing(in, Source{
			NumPy:   fmt.Sprintf("np.max(seen({0}, %s, (1, 1), -np.inf), axis=0)", s.python()),
			Library: "graph.MaxPool2D({0}, " + s.golang() + ")",
			Start:   "math.Inf(-1)", Join: "max({0}, {1})",
		}, func(places [2]string, _ string) string { return ifInside(places, "{0}", "math.Inf(-1)") })
	}
}

func avgPool2DSource(s PoolSettings) func(Shapes) Source {
	return func(in Shapes) Source {
		return s.seeing(in, Source{
			NumPy:   fmt.Sprintf("np.mean(seen({0}, %s, (1, 1)), axis=0)", s.python()),
			Library: "graph.AvgPool2D({0}, " + s.golang() + ")",
			Start:   "0", Join: "{0} + {1}",
		}, func(places [2]string, _ string) string {
			return ifInside(places, fmt.Sprintf("{0} / %d", s.Size[0]*s.Size[1]), "0")
		})
	}
}

func avgSpreadSource(a AvgSpreadAttrs) func(Shapes) Source {
	s, n := a.PoolSettings, a.Size[0]*a.Size[1]
	return func(in Shapes) Source {
		return s.spreading(in, Source{
			NumPy: fmt.Sprintf("put_back(np.repeat(({0} / %d)[None], %d, axis=0), %s, %s, (1, 1))", n, n, pythonTuple(in.Out), s.python()),
			Steps: func(x []*Node) *Node {
				weights := x[0].g.Const(1/float64(n), in.Out[0], 1, s.Size[0], s.Size[1])
				return s.transposed(x[0], weights, in.Out[0], a.Image)
			},
		}, func(places [2]string, _ string) string { return ifInside(places, fmt.Sprintf("{0} / %d", n), "0") })
	}
}

// poolIndexSource has neither a call of the library of its own nor an entry that is joined of
// others: there each pixel is compared with the largest.
func poolIndexSource(s PoolSettings) func(Shapes) Source {
	return Source{
		NumPy: fmt.Sprintf("np.argmax(seen({0}, %s, (1, 1), -np.inf), axis=0).astype(float)", s.python()),
		Steps: func(x []*Node) *Node { return s.indexBySteps(x[0]) },
		Needs: []Definition{seenDef},
	}.Of
}

func poolPickSource(s PoolSettings) func(Shapes) Source {
	return func(in Shapes) Source {
		return s.seeing(in, Source{
			NumPy: fmt.Sprintf("np.sum(np.where(picked({1}, %s), seen({0}, %s, (1, 1)), 0), axis=0)", pythonTuple(s.Size[:]), s.python()),
			Start: "0", Join: "{0} + {1}",
			Steps: func(x []*Node) *Node { return Sum(Mul(s.chosen(x[1]), s.taken(x[0])), 1) },
			Needs: []Definition{pickAtDef},
		}, func(places [2]string, number string) string {
			return ifInside(places, "pickAt({1}, "+number+", {0})", "0")
		})
	}
}

func poolPutSource(a PoolPutAttrs) func(Shapes) Source {
	s := a.PoolSettings
	return func(in Shapes) Source {
		return s.spreading(in, Source{
			NumPy: fmt.Sprintf("put_back(np.where(picked({1}, %s), {0}, 0), %s, %s, (1, 1))", pythonTuple(s.Size[:]), pythonTuple(in.Out), s.python()),
			Steps: func(x []*Node) *Node {
				c, rows, cols, m := x[0].shape[0], x[0].shape[1], x[0].shape[2], x[0].shape[3]
				put := Mul(s.chosen(x[1]), Reshape(x[0], c, 1, rows, cols, m))
				return s.transposed(Reshape(put, c*s.Size[0]*s.Size[1], rows, cols, m), s.each(x[0].g, c), c, a.Image)
			},
			Needs: []Definition{pickAtDef},
		}, func(places [2]string, number string) string {
			return ifInside(places, "pickAt({1}, "+number+", {0})", "0")
		})
	}
}

// transposed is the transposed convolution, by channels, to images of a height and width.
func (s PoolSettings) transposed(x, weights *Node, channels int, image [2]int) *Node {
	c := s.conv()
	c.Groups = channels
	return convInput(x, weights, c, []int{0, image[0], image[1]})
}

// numbers returns the numbers of the entries of the window in a shape.
func (s PoolSettings) numbers(g *Graph, shape ...int) *Node {
	return Reshape(CumSum(g.Const(1, s.Size[0]*s.Size[1]), 0).Plus(-1), shape...)
}

// each returns the weights of a convolution by channels that takes each entry of the window.
func (s PoolSettings) each(g *Graph, channels int) *Node {
	n := s.Size[0] * s.Size[1]
	one := Reshape(Equal(s.numbers(g, n, 1), s.numbers(g, 1, n)), 1, n, s.Size[0], s.Size[1])
	return Reshape(BroadcastTo(one, channels, n, s.Size[0], s.Size[1]), channels*n, 1, s.Size[0], s.Size[1])
}

// taken returns what each entry of the window sees, (C, size of the window, H', W', m).
func (s PoolSettings) taken(x *Node) *Node {
	c := s.conv()
	c.Groups = x.shape[0]
	y := Conv2D(x, s.each(x.g, x.shape[0]), c)
	if y.err != nil {
		return y
	}
	return Reshape(y, x.shape[0], s.Size[0]*s.Size[1], y.shape[1], y.shape[2], y.shape[3])
}

// chosen returns 1 where an entry of the window has the index, else 0.
func (s PoolSettings) chosen(index *Node) *Node {
	shape := index.shape
	return Equal(Reshape(index, shape[0], 1, shape[1], shape[2], shape[3]), s.numbers(index.g, s.Size[0]*s.Size[1], 1, 1, 1))
}

// indexBySteps is PoolIndex by public operations.
func (s PoolSettings) indexBySteps(x *Node) *Node {
	n, y := s.Size[0]*s.Size[1], MaxPool2D(x, s)
	inside := s.taken(x.g.Const(1, x.shape...))
	hit := Mul(inside, Equal(s.taken(x), Reshape(y, y.shape[0], 1, y.shape[1], y.shape[2], y.shape[3])))
	return Min(Where(hit, s.numbers(x.g, n, 1, 1, 1), x.g.Const(float64(n))), 1)
}

package graph

import (
	"fmt"
	"strings"
)

// The places of a window, for programs.
var (
	seenDef = Definition{NumPy: `def seen(x, size, stride, padding, dilation, outside=0.0):
    # What a window sees of images: its entries, channels, positions, examples.
    x = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)), constant_values=outside)
    rows, cols = [(x.shape[1 + k] - dilation[k] * (size[k] - 1) - 1) // stride[k] + 1 for k in (0, 1)]
    return np.stack([x[:, a * dilation[0]:, b * dilation[1]:][:, ::stride[0], ::stride[1]][:, :rows, :cols]
                     for a in range(size[0]) for b in range(size[1])])`}
	putBackDef = Definition{NumPy: `def put_back(y, shape, size, stride, padding, dilation):
    # Adds what a window saw to images of a shape.
    x = np.zeros((shape[0], shape[1] + 2 * padding[0], shape[2] + 2 * padding[1], shape[3]))
    rows, cols = y.shape[2:4]
    for k in range(size[0] * size[1]):
        a, b = k // size[1] * dilation[0], k % size[1] * dilation[1]
        x[:, a:a + (rows - 1) * stride[0] + 1:stride[0], b:b + (cols - 1) * stride[1] + 1:stride[1]] += y[k]
    return x[:, padding[0]:padding[0] + shape[1], padding[1]:padding[1] + shape[2]]`}
	tapDef = Definition{Go: `// tap returns at/step if that is a whole number from 0 to below n, else −1.
func tap(at, step, n int) int {
	if at < 0 || at%step != 0 || at/step >= n {
		return -1
	}
	return at / step
}`}
	ifInsideDef = Definition{Go: `// ifInside returns x if both places are inside, else other.
func ifInside(row, column int, x, other float64) float64 {
	if row < 0 || column < 0 {
		return other
	}
	return x
}`}
	convDef = Definition{NumPy: `def conv(x, w, stride, padding, dilation, groups):
    s = seen(x, w.shape[2:], stride, padding, dilation)
    s = np.reshape(s, (len(s), groups, -1) + s.shape[2:])
    w = np.reshape(w, (groups, -1) + (w.shape[1], len(s)))
    y = np.einsum("gock,kgcijm->goijm", w, s)
    return np.reshape(y, (-1,) + y.shape[2:])`}
	convTransposeDef = Definition{NumPy: `def conv_transpose(x, w, shape, stride, padding, dilation, groups):
    size = w.shape[2:]
    x = np.reshape(x, (groups, -1) + x.shape[1:])
    w = np.reshape(w, (groups, -1) + (w.shape[1], size[0] * size[1]))
    s = np.einsum("gock,goijm->kgcijm", w, x)
    return put_back(np.reshape(s, (len(s), -1) + s.shape[3:]), shape, size, stride, padding, dilation)`}
	convWeightsDef = Definition{NumPy: `def conv_weights(x, y, size, stride, padding, dilation, groups):
    s = seen(x, size, stride, padding, dilation)
    s = np.reshape(s, (len(s), groups, -1) + s.shape[2:])
    w = np.einsum("goijm,kgcijm->gock", np.reshape(y, (groups, -1) + y.shape[1:]), s)
    return np.reshape(w, (-1, w.shape[2]) + tuple(size))`}
)

// python writes the settings as arguments.
func (s ConvSettings) python() string {
	return fmt.Sprintf("%s, %s, %s", pythonTuple(s.Stride[:]), pythonTuple(s.Padding[:]), pythonTuple(s.Dilation[:]))
}

// golang writes the settings that are not the default as fields.
func (s ConvSettings) golang() string {
	var fields []string
	for _, f := range []struct {
		name     string
		is, none [2]int
	}{{"Stride", s.Stride, [2]int{1, 1}}, {"Padding", s.Padding, [2]int{}}, {"Dilation", s.Dilation, [2]int{1, 1}}} {
		if f.is != f.none {
			fields = append(fields, fmt.Sprintf("%s: [2]int{%d, %d}", f.name, f.is[0], f.is[1]))
		}
	}
	if s.Groups > 1 {
		fields = append(fields, fmt.Sprintf("Groups: %d", s.Groups))
	}
	return strings.Join(fields, ", ")
}

// A sight writes where a window sees a pixel of images of a shape.
type sight struct {
	ConvSettings
	image []int
}

// places writes the row and the column that an entry of the window sees at a position, −1
// outside the image if there is an outside.
func (s sight) places(position, tap []string) (places [2]string) {
	for axis := range places {
		at := sumOf(-s.Padding[axis], s.Stride[axis], position[axis], s.Dilation[axis], tap[axis])
		if s.Padding[axis] > 0 {
			at = fmt.Sprintf("tap(%s, 1, %d)", at, s.image[1+axis])
		}
		places[axis] = at
	}
	return places
}

// positions writes the row and the column at which an entry of the window sees a pixel of the
// image, −1 if there is none of the shape.
func (s sight) positions(pixel, tap []string, shape []int) (places [2]string) {
	for axis := range places {
		at := sumOf(s.Padding[axis], 1, pixel[axis], -s.Dilation[axis], tap[axis])
		places[axis] = fmt.Sprintf("tap(%s, %d, %d)", at, s.Stride[axis], shape[1+axis])
	}
	return places
}

// sumOf writes c + f·x + g·y.
func sumOf(c, f int, x string, g int, y string) string {
	out := shifted(timesIndex(x, f), c)
	switch {
	case y == "0":
		return out
	case g < 0:
		return out + " - " + timesIndex(y, -g)
	}
	return out + " + " + timesIndex(y, g)
}

// inside writes a place that is inside, whatever the given one is.
func inside(place string) string {
	if strings.HasPrefix(place, "tap(") {
		return "max(" + place + ", 0)"
	}
	return place
}

// ifInside writes an entry for places that may be outside.
func ifInside(places [2]string, entry, other string) string {
	if !strings.HasPrefix(places[0], "tap(") && !strings.HasPrefix(places[1], "tap(") {
		return entry
	}
	return fmt.Sprintf("ifInside(%s, %s, %s, %s)", places[0], places[1], entry, other)
}

// channel writes channel k of the group that channel c of another array belongs to, where
// groups have so many channels of either.
func channel(groups int, c string, of int, k string, each int) string {
	if groups == 1 {
		return k
	}
	group := c
	if of > 1 {
		group = bracketed(c) + "/" + fmt.Sprint(of)
	}
	if each == 1 {
		return group
	}
	return fmt.Sprintf("%s*%d + %s", group, each, k)
}

func conv2DSource(s ConvSettings) func(Shapes) Source {
	return func(in Shapes) Source {
		w, at := in.In[1], sight{s, in.In[0]}
		return Source{
			NumPy:   fmt.Sprintf("conv({0}, {1}, %s, %d)", s.python(), s.Groups),
			Library: "graph.Conv2D({0}, {1}, graph.ConvSettings{" + s.golang() + "})",
			Start:   "0", Join: "{0} + {1}", Over: w[1:],
			EntryAt: func(index []string) string {
				return ifInside(at.places(index[1:3], index[5:7]), "{0} * {1}", "0")
			},
			At: func(input int, index []string) []string {
				if input == 1 {
					return []string{index[0], index[4], index[5], index[6]}
				}
				place := at.places(index[1:3], index[5:7])
				return []string{channel(s.Groups, index[0], w[0]/s.Groups, index[4], w[1]), inside(place[0]), inside(place[1]), index[3]}
			},
			Needs: []Definition{seenDef, convDef, tapDef, ifInsideDef}}
	}
}

func convTranspose2DSource(t ConvTransposeSettings) func(Shapes) Source {
	s := t.conv()
	settings := s.golang()
	if t.OutputPadding != [2]int{} {
		settings = strings.TrimPrefix(fmt.Sprintf("%s, OutputPadding: [2]int{%d, %d}", settings, t.OutputPadding[0], t.OutputPadding[1]), ", ")
	}
	return func(in Shapes) Source {
		x, w, at := in.In[0], in.In[1], sight{s, in.Out}
		each := x[0] / s.Groups
		return Source{
			NumPy:   fmt.Sprintf("conv_transpose({0}, {1}, %s, %s, %d)", pythonTuple(in.Out), s.python(), s.Groups),
			Library: "graph.ConvTranspose2D({0}, {1}, graph.ConvTransposeSettings{" + settings + "})",
			Start:   "0", Join: "{0} + {1}", Over: []int{each, w[2], w[3]},
			EntryAt: func(index []string) string {
				return ifInside(at.positions(index[1:3], index[5:7], x), "{0} * {1}", "0")
			},
			At: func(input int, index []string) []string {
				from := channel(s.Groups, index[0], w[1], index[4], each)
				if input == 1 {
					to := index[0]
					if s.Groups > 1 {
						to = fmt.Sprintf("%s%%%d", bracketed(to), w[1])
					}
					return []string{from, to, index[5], index[6]}
				}
				place := at.positions(index[1:3], index[5:7], x)
				return []string{from, inside(place[0]), inside(place[1]), index[3]}
			},
			Needs: []Definition{putBackDef, convTransposeDef, tapDef, ifInsideDef}}
	}
}

// convWeightsSource has no call of the library of its own: there it is a convolution in which
// the examples are the channels, and stride and dilation change places.
func convWeightsSource(a ConvWeightsAttrs) func(Shapes) Source {
	s := a.ConvSettings
	return func(in Shapes) Source {
		x, dy, at := in.In[0], in.In[1], sight{s, in.In[0]}
		return Source{
			NumPy: fmt.Sprintf("conv_weights({0}, {1}, %s, %s, %d)", pythonTuple(a.Size[:]), s.python(), s.Groups),
			Start: "0", Join: "{0} + {1}", Over: dy[1:],
			EntryAt: func(index []string) string {
				return ifInside(at.places(index[4:6], index[2:4]), "{0} * {1}", "0")
			},
			At: func(input int, index []string) []string {
				if input == 1 {
					return []string{index[0], index[4], index[5], index[6]}
				}
				place := at.places(index[4:6], index[2:4])
				return []string{channel(s.Groups, index[0], dy[0]/s.Groups, index[1], x[0]/s.Groups), inside(place[0]), inside(place[1]), index[6]}
			},
			Steps: func(in []*Node) *Node { return weightsByConv(in[0], in[1], a) },
			Needs: []Definition{seenDef, convWeightsDef, tapDef, ifInsideDef}}
	}
}

// weightsByConv is ConvWeights by public operations.
func weightsByConv(x, dy *Node, a ConvWeightsAttrs) *Node {
	part := func(n *Node, group int) *Node {
		each := n.shape[0] / a.Groups
		return Slice(n, Range{From: group * each, To: (group + 1) * each})
	}
	swapped := ConvSettings{Stride: a.Dilation, Padding: a.Padding, Dilation: a.Stride}
	var groups []*Node
	for group := range a.Groups {
		images := Transpose(part(x, group), 3, 1, 2, 0)
		weights := Transpose(part(dy, group), 0, 3, 1, 2)
		sums := Conv2D(images, weights, swapped)
		groups = append(groups, Transpose(Slice(sums, Range{}, Range{To: a.Size[0]}, Range{To: a.Size[1]}), 0, 3, 1, 2))
	}
	return Concat(0, groups...)
}

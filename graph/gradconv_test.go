package graph_test

import (
	"fmt"
	"testing"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// Convolutions and pooling in the gradient table: what they are applied to, in shapes with
// sizes 1 and odd ones.
var imageCases = []struct {
	op     string
	apply  func(x []node) node
	order  int
	shapes []tensor.Shape
}{
	{"Conv2D", conv(graph.ConvSettings{}), 3, []tensor.Shape{{1, 1, 1, 1}, {1, 1, 1, 1}}},
	{"Conv2D", conv(graph.ConvSettings{}), 3, []tensor.Shape{{2, 3, 5, 3}, {3, 2, 3, 2}}},
	{"Conv2D", conv(graph.ConvSettings{Stride: [2]int{2, 3}, Padding: [2]int{1, 2}}), 2, []tensor.Shape{{1, 5, 4, 1}, {2, 1, 3, 3}}},
	{"Conv2D", conv(graph.ConvSettings{Dilation: [2]int{2, 1}, Groups: 2}), 2, []tensor.Shape{{4, 3, 2, 1}, {2, 2, 2, 1}}},
	{"Conv2D", conv(graph.ConvSettings{Padding: [2]int{1, 1}, Groups: 3}), 2, []tensor.Shape{{3, 2, 3, 2}, {3, 1, 3, 3}}},
	{"ConvTranspose2D", convTranspose(graph.ConvTransposeSettings{}), 3, []tensor.Shape{{1, 1, 1, 1}, {1, 1, 1, 1}}},
	{"ConvTranspose2D", convTranspose(graph.ConvTransposeSettings{Stride: [2]int{2, 3}, Padding: [2]int{1, 0}, OutputPadding: [2]int{1, 2}}), 2,
		[]tensor.Shape{{2, 3, 2, 3}, {2, 1, 3, 2}}},
	{"ConvTranspose2D", convTranspose(graph.ConvTransposeSettings{Dilation: [2]int{1, 2}, Groups: 2}), 2, []tensor.Shape{{4, 2, 3, 1}, {4, 2, 1, 2}}},
	{"ConvWeights", convWeights(graph.ConvSettings{Padding: [2]int{1, 1}}), 3, []tensor.Shape{{2, 3, 3, 3}, {1, 3, 3, 3}}},
	{"ConvWeights", convWeights(graph.ConvSettings{Stride: [2]int{2, 1}, Groups: 2}), 2, []tensor.Shape{{2, 6, 3, 1}, {4, 2, 1, 1}}},
	{"MaxPool2D", maxPool(graph.PoolSettings{Size: [2]int{1, 1}}), 2, []tensor.Shape{{1, 1, 1, 1}}},
	{"MaxPool2D", maxPool(graph.PoolSettings{Size: [2]int{2, 3}}), 2, []tensor.Shape{{2, 5, 6, 3}}},
	{"MaxPool2D", maxPool(graph.PoolSettings{Size: [2]int{3, 2}, Stride: [2]int{1, 2}, Padding: [2]int{1, 1}}), 2, []tensor.Shape{{1, 3, 5, 2}}},
	{"PoolPut", func(x []node) node {
		return innerOp(maxPool(threes)(x), "PoolPut").Apply(maxPool(threes)(x), poolIndex(x))
	}, 2, []tensor.Shape{{2, 5, 3, 3}}},
	{"PoolPick", func(x []node) node { return poolPick(x) }, 2, []tensor.Shape{{2, 5, 3, 3}}},
	{"PoolIndex", func(x []node) node { return poolIndex(x) }, 2, []tensor.Shape{{2, 5, 3, 3}}},
	{"AvgPool2D", avgPool(graph.PoolSettings{Size: [2]int{1, 1}}), 2, []tensor.Shape{{1, 1, 1, 1}}},
	{"AvgPool2D", avgPool(graph.PoolSettings{Size: [2]int{2, 3}}), 2, []tensor.Shape{{2, 5, 6, 3}}},
	{"AvgPool2D", avgPool(graph.PoolSettings{Size: [2]int{3, 2}, Stride: [2]int{1, 2}, Padding: [2]int{1, 1}}), 2, []tensor.Shape{{1, 3, 5, 2}}},
	{"AvgSpread", func(x []node) node { return innerOp(avgPool(threes)(x), "AvgSpread").Apply(avgPool(threes)(x)) }, 2, []tensor.Shape{{2, 5, 3, 3}}},
}

// threes is a window of 3 by 2 pixels that overlaps with its neighbours.
var threes = graph.PoolSettings{Size: [2]int{3, 2}, Stride: [2]int{2, 1}, Padding: [2]int{1, 0}}

func conv(s graph.ConvSettings) func(x []node) node {
	return func(x []node) node { return graph.Conv2D(x[0], x[1], s) }
}

func convTranspose(s graph.ConvTransposeSettings) func(x []node) node {
	return func(x []node) node { return graph.ConvTranspose2D(x[0], x[1], s) }
}

// convWeights applies the operation in the gradient of a convolution with respect to its
// weights to images and what has the shape of its result.
func convWeights(s graph.ConvSettings) func(x []node) node {
	return func(x []node) node {
		in, out := x[0].Shape(), x[1].Shape()
		g := graph.New(graph.Settings{})
		rows, cols := in[1]+2*s.Padding[0]-(out[1]-1)*max(s.Stride[0], 1), in[2]+2*s.Padding[1]-(out[2]-1)*max(s.Stride[1], 1)
		w := g.Input("w", out[0], in[0]/max(s.Groups, 1), rows, cols) // Grad is taken with respect to the first node
		y := graph.Conv2D(g.Input("x", in...), w, s)
		return innerOp(y, "ConvWeights").Apply(x...)
	}
}

func maxPool(s graph.PoolSettings) func(x []node) node {
	return func(x []node) node { return graph.MaxPool2D(x[0], s) }
}

func avgPool(s graph.PoolSettings) func(x []node) node {
	return func(x []node) node { return graph.AvgPool2D(x[0], s) }
}

// poolIndex returns which pixels are the largest of the windows.
func poolIndex(x []node) node {
	return innerOp(maxPool(threes)(x), "PoolIndex").Apply(x[0])
}

// poolPick returns the squares of the largest pixels.
func poolPick(x []node) node {
	first, err := graph.Grad(graph.Sum(graph.Square(maxPool(threes)(x))), x[0])
	if err != nil {
		return graph.Fail(err, x...)
	}
	return innerOp(first[0], "PoolPick").Apply(graph.Square(x[0]), poolIndex(x))
}

func TestGradientTableOfImages(t *testing.T) {
	for _, dtype := range dtypes {
		for _, c := range imageCases {
			t.Run(fmt.Sprintf("%s/%v/%v", c.op, dtype, c.shapes), func(t *testing.T) {
				checkOp(t, c.op, dtype, c.order, c.apply, []domain{anywhere, anywhere}, c.shapes...)
			})
		}
	}
}

package graph

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"gorgonia.org/tensor"
)

// convCases are convolutions, with odd sizes, sizes 1, and more work than one block.
var convCases = []struct {
	image, weights []int
	settings       ConvSettings
}{
	{[]int{1, 1, 1, 1}, []int{1, 1, 1, 1}, ConvSettings{}},
	{[]int{3, 5, 4, 2}, []int{2, 3, 1, 1}, ConvSettings{}},
	{[]int{2, 5, 6, 3}, []int{3, 2, 3, 3}, ConvSettings{}},
	{[]int{2, 5, 6, 1}, []int{3, 2, 3, 2}, ConvSettings{Padding: [2]int{1, 2}}},
	{[]int{1, 7, 7, 3}, []int{2, 1, 3, 3}, ConvSettings{Stride: [2]int{2, 3}, Padding: [2]int{1, 0}}},
	{[]int{2, 9, 8, 2}, []int{1, 2, 2, 3}, ConvSettings{Dilation: [2]int{3, 2}, Padding: [2]int{2, 2}}},
	{[]int{4, 5, 5, 3}, []int{6, 2, 3, 3}, ConvSettings{Groups: 2, Padding: [2]int{1, 1}}},
	{[]int{3, 6, 5, 2}, []int{3, 1, 3, 3}, ConvSettings{Groups: 3, Stride: [2]int{2, 2}, Padding: [2]int{1, 1}}},
	{[]int{4, 6, 7, 3}, []int{4, 2, 2, 2}, ConvSettings{Groups: 2, Stride: [2]int{2, 1}, Dilation: [2]int{1, 2}, Padding: [2]int{3, 1}}},
	{[]int{3, 13, 11, 5}, []int{5, 3, 5, 5}, ConvSettings{Padding: [2]int{2, 2}}},
	{[]int{12, 9, 9, 37}, []int{4, 12, 3, 3}, ConvSettings{Padding: [2]int{1, 1}}},
	{[]int{40, 3, 3, 2}, []int{3, 40, 3, 3}, ConvSettings{Padding: [2]int{1, 1}}},
	{[]int{2, 4, 4, 700}, []int{3, 2, 2, 2}, ConvSettings{}},
	{[]int{3, 9, 9, 10}, []int{2, 3, 3, 3}, ConvSettings{}}, // from the images themselves, and below with padding
	{[]int{6, 9, 8, 13}, []int{14, 3, 3, 2}, ConvSettings{Groups: 2, Stride: [2]int{2, 1}, Dilation: [2]int{1, 2}, Padding: [2]int{3, 1}}},
	{[]int{2, 8, 9, 11}, []int{3, 2, 2, 3}, ConvSettings{Dilation: [2]int{3, 2}, Padding: [2]int{0, 2}}},
	{[]int{8, 20, 40, 17}, []int{2, 8, 3, 3}, ConvSettings{Padding: [2]int{1, 1}}}, // more than one part of the rows
	{[]int{45, 5, 5, 16}, []int{2, 45, 3, 3}, ConvSettings{Padding: [2]int{1, 1}}}, // more terms than a chain of float64
	{[]int{1, 40, 41, 5}, []int{2, 1, 2, 2}, ConvSettings{Stride: [2]int{1, 1}}},
	{[]int{2, 6, 6, 2}, []int{2, 2, 1, 1}, ConvSettings{Stride: [2]int{2, 2}}},
	{[]int{2, 3, 3, 2}, []int{2, 2, 1, 1}, ConvSettings{Padding: [2]int{2, 1}}},
}

// A randomInput adds an input with random numbers.
func randomInput(g *Graph, feeds Feeds, rng *rand.Rand, name string, shape ...int) *Node {
	n := g.Input(name, shape...)
	values := make([]float64, size(shape))
	for i := range values {
		values[i] = rng.NormFloat64()
	}
	feeds[n] = denseAs(g.dtype, values, shape, rowMajor)
	return n
}

// Programs of convolutions, alone and with what follows, and of their gradients have the bits
// of the naive evaluation, for one worker and for several.
func TestConvPrograms(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		for _, c := range convCases {
			rng := rand.New(rand.NewPCG(6, 4))
			g, feeds := New(Settings{Dtype: dtype}), Feeds{}
			x, w := randomInput(g, feeds, rng, "x", c.image...), randomInput(g, feeds, rng, "w", c.weights...)
			b := randomInput(g, feeds, rng, "b", c.weights[0], 1, 1, 1)
			y := Conv2D(x, w, c.settings)
			if y.Err() != nil {
				t.Fatal(y.Err())
			}
			bent := Tanh(Add(Conv2D(Tanh(x), w, c.settings), b))
			outputs := append([]*Node{y, bent}, mustGrad(t, Sum(Square(y)), x, w)...)
			outputs = append(outputs, mustGrad(t, Sum(Square(outputs[2])), x, w)...)
			outputs = append(outputs, mustGrad(t, Sum(Square(outputs[3])), x, w)...)
			sameAsNaive(t, g, outputs, feeds, fmt.Sprint(dtype, c))
		}
	}
}

// sameAsNaive compares programs for one and for several workers with the naive evaluation.
func sameAsNaive(t *testing.T, g *Graph, outputs []*Node, feeds Feeds, what string) {
	t.Helper()
	values, _ := reference(g, Spec{Outputs: outputs}, feeds)
	for _, workers := range []int{1, 3} {
		p := run(t, Spec{Outputs: outputs, Workers: workers}, feeds)
		for i, n := range outputs {
			v, err := p.Value(n)
			if err != nil {
				t.Fatal(err)
			}
			sameBits(t, v, values[n], what, "output", i, "workers", workers)
		}
	}
}

func TestConvMistakes(t *testing.T) {
	for want, make := range map[string]func(g *Graph, x, w *Node) *Node{
		"shape (3,4) given, images (channels, height, width, examples) expected": func(g *Graph, _, w *Node) *Node {
			return Conv2D(g.Input("m", 3, 4), w, ConvSettings{})
		},
		"shape (3,4) given, weights of 4 axes expected": func(g *Graph, x, _ *Node) *Node {
			return Conv2D(x, g.Input("m", 3, 4), ConvSettings{})
		},
		"the images have 4 channels, and the weights 1 group of 2": func(_ *Graph, x, w *Node) *Node {
			return Conv2D(x, w, ConvSettings{})
		},
		"3 groups do not divide 4 channels of the images and 6 of the weights": func(_ *Graph, x, w *Node) *Node {
			return Conv2D(x, w, ConvSettings{Groups: 3})
		},
		"the window reaches over 7 pixels along axis 2, and the image with its padding has 6": func(_ *Graph, x, w *Node) *Node {
			return Conv2D(x, w, ConvSettings{Groups: 2, Dilation: [2]int{1, 3}})
		},
		"stride [-1 1] given": func(_ *Graph, x, w *Node) *Node {
			return Conv2D(x, w, ConvSettings{Groups: 2, Stride: [2]int{-1, 1}})
		},
		"padding [0 -2] given": func(_ *Graph, x, w *Node) *Node {
			return Conv2D(x, w, ConvSettings{Groups: 2, Padding: [2]int{0, -2}})
		},
		"dilation [-1 1] given": func(_ *Graph, x, w *Node) *Node {
			return Conv2D(x, w, ConvSettings{Groups: 2, Dilation: [2]int{-1, 1}})
		},
		"-2 groups given": func(_ *Graph, x, w *Node) *Node {
			return Conv2D(x, w, ConvSettings{Groups: -2})
		},
		"the images have 4 channels, and the weights 6": func(_ *Graph, x, w *Node) *Node {
			return ConvTranspose2D(x, w, ConvTransposeSettings{})
		},
		"output padding [1 0] given, at least 0 and less than the stride [1 2]": func(g *Graph, _, w *Node) *Node {
			return ConvTranspose2D(g.Input("y", 6, 2, 2, 1), w, ConvTransposeSettings{Stride: [2]int{0, 2}, OutputPadding: [2]int{1, 0}})
		},
		"the result has -2 pixels along axis 1: the padding takes all": func(g *Graph, _, w *Node) *Node {
			return ConvTranspose2D(g.Input("y", 6, 2, 2, 1), w, ConvTransposeSettings{Padding: [2]int{3, 0}})
		},
	} {
		g := New(Settings{})
		n := make(g, g.Input("x", 4, 5, 6, 2), g.Input("w", 6, 2, 3, 3))
		if err := g.Err(); n.Err() == nil || err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "conv_test.go:") {
			t.Errorf("error %v, %q and the place expected", err, want)
		}
	}
}

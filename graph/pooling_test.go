package graph

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/tensor"
)

var poolCases = []struct {
	image    []int
	settings PoolSettings
}{
	{[]int{1, 1, 1, 1}, PoolSettings{Size: [2]int{1, 1}}},
	{[]int{3, 4, 6, 2}, PoolSettings{Size: [2]int{2, 2}}},
	{[]int{2, 5, 7, 3}, PoolSettings{Size: [2]int{2, 3}}},
	{[]int{2, 5, 7, 1}, PoolSettings{Size: [2]int{3, 3}, Stride: [2]int{2, 2}, Padding: [2]int{1, 1}}},
	{[]int{2, 5, 4, 3}, PoolSettings{Size: [2]int{3, 2}, Stride: [2]int{1, 1}}},
	{[]int{2, 6, 5, 2}, PoolSettings{Size: [2]int{2, 3}, Stride: [2]int{1, 3}, Padding: [2]int{1, 0}}},
	{[]int{1, 6, 6, 2}, PoolSettings{Size: [2]int{1, 2}, Stride: [2]int{3, 3}}},
}

// Programs of pooling and of its gradients have the bits of the naive evaluation.
func TestPoolPrograms(t *testing.T) {
	for name, pool := range map[string]func(*Node, PoolSettings) *Node{"max": MaxPool2D, "avg": AvgPool2D} {
		for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
			for _, c := range poolCases {
				rng := rand.New(rand.NewPCG(6, 4))
				g, feeds := New(Settings{Dtype: dtype}), Feeds{}
				x := randomInput(g, feeds, rng, "x", c.image...)
				y := pool(x, c.settings)
				if y.Err() != nil {
					t.Fatal(y.Err())
				}
				dx := mustGrad(t, Sum(Square(y)), x)[0]
				outputs := []*Node{y, pool(Tanh(x), c.settings), dx, mustGrad(t, Sum(Square(dx)), x)[0]}
				sameAsNaive(t, g, outputs, feeds, fmt.Sprint(name, dtype, c))
			}
		}
	}
}

// The first of several largest pixels has the derivative; padding is never it, and NaN is.
func TestMaxPoolAtTheEdges(t *testing.T) {
	g := New(Settings{})
	x := g.Input("x", 1, 2, 4, 1)
	feeds := Feeds{x: dense([]float64{-3, -3, -inf, -inf, -3, -5, -inf, nan}, 1, 2, 4, 1)}
	s := PoolSettings{Size: [2]int{2, 2}}
	y := MaxPool2D(x, s)
	if got := numbers(t, y, feeds); got[0] != -3 || !math.IsNaN(got[1]) {
		t.Errorf("values %v", got)
	}
	if got := numbers(t, mustGrad(t, Sum(y), x)[0], feeds); !slices.Equal(got, []float64{1, 0, 0, 0, 0, 0, 0, 1}) {
		t.Errorf("derivative %v", got)
	}
	s = PoolSettings{Size: [2]int{2, 2}, Padding: [2]int{1, 1}}
	feeds[x] = dense([]float64{-3, -3, -inf, -inf, -3, -5, -inf, -1}, 1, 2, 4, 1)
	y = MaxPool2D(x, s)
	if got := numbers(t, y, feeds); !slices.Equal(got, []float64{-3, -3, -inf, -3, -5, -1}) {
		t.Errorf("values with padding %v", got)
	}
	if got := numbers(t, mustGrad(t, Sum(y), x)[0], feeds); !slices.Equal(got, []float64{1, 1, 0, 1, 1, 1, 0, 1}) {
		t.Errorf("derivative with padding %v", got)
	}
}

func TestPoolMistakes(t *testing.T) {
	for want, make := range map[string]func(g *Graph, x *Node) *Node{
		"shape (3,4) given, images (channels, height, width, examples) expected": func(g *Graph, _ *Node) *Node {
			return MaxPool2D(g.Input("m", 3, 4), PoolSettings{Size: [2]int{2, 2}})
		},
		"size [0 0] given, at least 1 expected": func(_ *Graph, x *Node) *Node { return AvgPool2D(x, PoolSettings{}) },
		"stride [-1 2] given": func(_ *Graph, x *Node) *Node {
			return MaxPool2D(x, PoolSettings{Size: [2]int{2, 2}, Stride: [2]int{-1, 0}})
		},
		"padding [2 0] given, from 0 to half the size [2 2] expected": func(_ *Graph, x *Node) *Node {
			return AvgPool2D(x, PoolSettings{Size: [2]int{2, 2}, Padding: [2]int{2, 0}})
		},
		"the window reaches over 8 pixels along axis 2, and the image with its padding has 6": func(_ *Graph, x *Node) *Node {
			return AvgPool2D(x, PoolSettings{Size: [2]int{2, 8}})
		},
	} {
		g := New(Settings{})
		n := make(g, g.Input("x", 4, 5, 6, 2))
		if err := g.Err(); n.Err() == nil || err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "pooling_test.go:") {
			t.Errorf("error %v, %q and the place expected", err, want)
		}
	}
}

// What programs compute by other operations is the same.
func TestStepsOfImages(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 4))
	for _, c := range poolCases {
		g, feeds := New(Settings{}), Feeds{}
		x := randomInput(g, feeds, rng, "x", c.image...)
		s := c.settings.withDefaults()
		index := intern(g, PoolIndexAttrs(s), newPoolIndexOp).Apply(x)
		put := poolPut(Square(MaxPool2D(x, s)), index, s, c.image)
		pick := intern(g, PoolPickAttrs(s), newPoolPickOp).Apply(Square(x), index)
		spread := mustGrad(t, Sum(Square(AvgPool2D(x, s))), x)[0]
		for spread.op.Name != "AvgSpread" {
			spread = spread.in[0]
		}
		stepsAgree(t, feeds, index, put, pick, spread)
	}
	for _, c := range convCases[:10] {
		g, feeds := New(Settings{}), Feeds{}
		x, y := randomInput(g, feeds, rng, "x", c.image...), g.Input("w", c.weights...)
		seen := Conv2D(x, y, c.settings)
		dy := randomInput(g, feeds, rng, "y", seen.shape...)
		stepsAgree(t, feeds, convWeights(x, dy, c.settings.withDefaults(), c.weights))
	}
}

func stepsAgree(t *testing.T, feeds Feeds, nodes ...*Node) {
	t.Helper()
	for _, n := range nodes {
		steps := n.op.Source(n.shapes()).Steps(n.in)
		if steps.Err() != nil {
			t.Fatal(n.op.Name, n.op.Attrs, steps.Err())
		}
		got, want := numbers(t, steps, feeds), numbers(t, n, feeds)
		for i := range want {
			if math.Abs(got[i]-want[i]) > 1e-12*(1+math.Abs(want[i])) {
				t.Fatalf("%s with %v of %v: entry %d is %v by steps and %v", n.op.Name, n.op.Attrs, n.in[0].shape, i, got[i], want[i])
			}
		}
	}
}

package layers_test

import (
	"fmt"
	"log"
	"math/rand/v2"

	"chainrule/graph"
	"chainrule/layers"
)

// A network in the manner of LeNet for images of 8 by 8 pixels, a column each.
func ExampleConv2D() {
	rng := rand.New(rand.NewPCG(1, 2))
	same := graph.ConvSettings{Padding: [2]int{1, 1}}
	half := layers.MaxPool2D{Size: [2]int{2, 2}}
	net := layers.Sequential{
		layers.Image{C: 1, H: 8, W: 8},
		layers.NewConv2D("conv1", 1, 16, 3, same, layers.He, rng), layers.ReLU, half,
		layers.NewConv2D("conv2", 16, 32, 3, same, layers.He, rng), layers.ReLU, half,
		layers.Flatten{},
		layers.NewDense("output", 32*2*2, 10, layers.Glorot, rng), layers.Softmax,
	}
	s, err := layers.Summarize(net, 64)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(s)
	// Output:
	// layer                output  trained  kept
	// ──────────────────────────────────────────
	// input               (64, m)
	// image          (1, 8, 8, m)
	// conv 3×3      (16, 8, 8, m)      160
	// relu          (16, 8, 8, m)
	// max pool 2×2  (16, 4, 4, m)
	// conv 3×3      (32, 4, 4, m)    4,640
	// relu          (32, 4, 4, m)
	// max pool 2×2  (32, 2, 2, m)
	// flatten            (128, m)
	// dense output        (10, m)    1,290
	// softmax             (10, m)
	// ──────────────────────────────────────────
	// total 6,090                    6,090     0
}

// One example is a column: the channel's rows one behind the other. Windows of a pool lie
// beside one another, and the last layer has one number for each channel.
func ExampleImage() {
	g := graph.New(graph.Settings{})
	x := g.Input("X", 8, 1)
	image := layers.Image{C: 1, H: 2, W: 4}.Apply(x)
	fmt.Println(image.Shape())
	feeds := graph.Feeds{x: []float64{1, 2, 3, 4, 5, 6, 7, 8}}
	size := [2]int{2, 2}
	fmt.Println(compute(layers.MaxPool2D{Size: size}.Apply(image), feeds))
	fmt.Println(compute(layers.AvgPool2D{Size: size}.Apply(image), feeds))
	fmt.Println(compute(layers.GlobalAvgPool{}.Apply(image), feeds))
	fmt.Println(layers.Flatten{}.Apply(image).Shape())
	// Output:
	// (1, 2, 4, 1)
	// [6 8]
	// [3.5 5.5]
	// [4.5]
	// (8, 1)
}

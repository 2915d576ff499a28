package layers_test

import (
	"fmt"
	"log"
	"math/rand/v2"

	"chainrule/graph"
	"chainrule/layers"
	"chainrule/losses"
	"chainrule/optim"
)

// Texts of three words out of six are told apart by the mean of their words' columns:
// those with word 4 or 5 are of class 1.
func ExampleEmbedding() {
	rng := rand.New(rand.NewPCG(1, 2))
	words, out := layers.NewEmbedding("words", 6, 4, rng), layers.NewDense("out", 4, 2, layers.Glorot, rng)
	scores := func(text *graph.Node) *graph.Node { return out.Apply(graph.Mean(words.Apply(text), 0)) }
	trainer := optim.Trainer{Params: append(words.Params(), out.Params()...), Rule: optim.Adam{LearningRate: 0.1},
		Cost: func(g *graph.Graph, m int) *graph.Node {
			return losses.SoftmaxCrossEntropy(scores(g.Ints("text", 3, m)), graph.OneHot(g.Ints("class", m), 2))
		}}
	batch := optim.Batch{"text": graph.Tensor([]int{0, 4, 2, 1, 3, 5, 1, 3, 0, 3, 2, 2, 2, 1, 5, 0, 0, 3}, 3, 6),
		"class": graph.Tensor([]int{0, 1, 1, 0, 0, 1}, 6)}
	for range 100 {
		if _, err := trainer.Step(batch); err != nil {
			log.Fatal(err)
		}
	}
	g := graph.New(graph.Settings{})
	asked := g.Ints("text", 3, 2)
	class := graph.Argmax(scores(asked), 0)
	p, _ := graph.Compile(graph.Spec{Outputs: []*graph.Node{class}})
	err := p.Run(graph.Feeds{asked: []int{0, 5, 0, 1, 2, 3}})
	answers, _ := p.Ints(nil, class)
	fmt.Println(answers, err)
	// Output: [0 1] <nil>
}

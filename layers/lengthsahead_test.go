package layers_test

import (
	"slices"
	"testing"

	"chainrule/graph"
	"chainrule/layers"
	"gorgonia.org/tensor"
)

// Lengths reach layers of sequences behind one that makes the sequences, and in branches.
func TestLengthsBehindWhatMakesSequences(t *testing.T) {
	rng := newRand()
	lstm := layers.RecurrentSettings{Name: "lstm", In: 2, Out: 3, Last: true}.NewLSTM(rng)
	embedding := layers.NewEmbedding("e", 5, 2, rng)

	g := graph.New(graph.Settings{})
	tokens, columns, lengths := g.Ints("tokens", 3, 2), g.Input("columns", 6, 2), g.Ints("lengths", 2)
	x := embedding.Apply(tokens)
	want := lstm.ApplyMasked(x, lengths)
	of := func(feeds graph.Feeds, y *graph.Node) []float64 { return run(t, y, feeds) }
	feeds := graph.Feeds{tokens: []int{1, 4, 2, 0, 3, 3}, lengths: []int{2, 3}}
	expected := of(feeds, want)
	if slices.Equal(expected, of(graph.Feeds{tokens: feeds[tokens]}, lstm.Apply(x))) {
		t.Fatal("the lengths change nothing")
	}
	for name, net := range map[string]layers.Sequential{
		"Embedding":              {embedding, lstm},
		"Embedding in a chain":   {layers.Sequential{embedding, lstm}},
		"Parallel":               {embedding, layers.Parallel{lstm}},
		"Parallel of Sequential": {embedding, layers.Parallel{layers.Sequential{lstm}}},
	} {
		checkNear(t, name, of(feeds, net.ApplyMasked(tokens, lengths)), expected, 0)
	}

	numbers := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3}
	behind := layers.Sequential{layers.Steps(3), lstm}.ApplyMasked(columns, lengths)
	plain := lstm.ApplyMasked(graph.Reshape(columns, 3, 2, 2), lengths)
	fed := graph.Feeds{columns: numbers, lengths: []int{2, 3}}
	checkNear(t, "Steps", of(fed, behind), of(fed, plain), 0)
}

// Branches that end in numbers make numbers of sequences, in a description too.
func TestDescribeBranchesOfSequences(t *testing.T) {
	rng := newRand()
	many := make(layers.Parallel, 40) // whose fraction of outputs and inputs is made short
	for i := range many {
		many[i] = layers.StepMean{}
	}
	for _, branches := range []layers.Parallel{{layers.StepMean{}, layers.StepMean{}}, many} {
		net := layers.Sequential{layers.Steps(3), branches, layers.NewDense("d", len(branches)*2, 1, layers.Glorot, rng)}
		s, err := layers.Describe(net)
		if err != nil || s.Inputs != 6 {
			t.Errorf("%d branches: %d inputs, error %v; 6 expected", len(branches), s.Inputs, err)
		}
	}
}

// Softmax goes over features and classes, which the channels of images are not.
func TestSoftmaxOfImages(t *testing.T) {
	if layers.Softmax.Apply(graph.New(graph.Settings{Dtype: tensor.Float64}).Input("X", 2, 3, 3, 4)).Err() == nil {
		t.Error("no error of images")
	}
}

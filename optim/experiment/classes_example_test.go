package experiment_test

import (
	"context"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"path/filepath"

	"chainrule/graph"
	"chainrule/layers"
	"chainrule/layers/predict"
	"chainrule/losses"
	"chainrule/losses/metrics"
	"chainrule/optim"
	"chainrule/optim/dataset"
	"gorgonia.org/tensor"
)

// A program by parts, without an experiment: a file is read and split, a network of
// one's own trained until validation is no longer better, measured, saved, loaded and
// asked.
func Example_classesByParts() {
	all, _, err := dataset.OpenCSV("../../internal/shipped/iris.csv", dataset.CSV{Label: "species"})
	check(err)
	train, val, test, err := all.SplitThree(0.2, 0.2, rand.New(rand.NewPCG(1, 2)))
	check(err)

	scale, rng := train.Scaling(), rand.New(rand.NewPCG(3, 4))
	net := layers.Sequential{layers.NewStandardize("inputs", scale.Mean, scale.Std, tensor.Float64),
		layers.NewDense("hidden", 4, 8, layers.He, rng), layers.ReLU, layers.NewDense("out", 8, 3, layers.Glorot, rng), layers.Softmax}
	trainer := &optim.Trainer{Params: net.Params(), Kept: layers.State(net), Rule: optim.Adam{LearningRate: 0.02},
		Cost: func(g *graph.Graph, m int) *graph.Node {
			return losses.CategoricalCrossEntropy(net.Apply(g.Input("X", 4, m)), g.Input("Y", 3, m))
		}}
	defer trainer.Close()
	batches, err := train.Batches(dataset.BatchSettings{Size: 16, Seed: 5})
	check(err)
	fit := optim.Fit{Trainer: trainer, Data: batches, Epochs: 200, Patience: 20, Measure: func(context.Context) ([]optim.Metric, error) {
		cost, err := trainer.Evaluate(optim.Batch{"X": val.Inputs(tensor.Float64), "Y": val.Labels(tensor.Float64)})
		return []optim.Metric{{Name: "val-cost", Value: cost}}, err
	}}
	check(fit.Run(context.Background()))

	path := filepath.Join(os.TempDir(), fmt.Sprint("parts", os.Getpid(), ".safetensors"))
	defer os.Remove(path)
	check(layers.SaveFile(path, layers.Model{Network: net, Schema: train.Schema()}))

	model, err := predict.LoadFile(path)
	check(err)
	outputs := make([]float64, 3*test.Len())
	check(model.Predict(outputs, test.X))
	var confusion metrics.Confusion
	for i, class := range test.Class {
		check(confusion.Add(outputs[3*i:3*i+3], class))
	}
	fmt.Printf("%d epochs of at most 200, accuracy %.3f, macro F1 %.3f\n", len(fit.History), confusion.Accuracy(), confusion.Macro().F1)
	flower, class := make([]float64, 3), make([]int, 1)
	check(model.Predict(flower, []float64{5.0, 3.4, 1.5, 0.2}))
	check(model.Classes(class, flower))
	fmt.Println(model.ClassNames()[class[0]])
	// Output:
	// 61 epochs of at most 200, accuracy 1.000, macro F1 1.000
	// setosa
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

package experiment_test

import (
	"context"
	"fmt"
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

// The same for a number to predict: the cost is computed in standardised units, the last
// layer gives the file's.
func Example_numbersByParts() {
	all, _, err := dataset.OpenCSV("../../internal/shipped/diabetes.csv", dataset.CSV{Label: "progression"})
	check(err)
	train, test, err := all.Split(0.2, rand.New(rand.NewPCG(1, 2)))
	check(err)

	x, y, rng := train.Scaling(), train.TargetScaling(), rand.New(rand.NewPCG(3, 4))
	inputs := layers.NewStandardize("inputs", x.Mean, x.Std, tensor.Float64)
	targets := layers.NewStandardize("targets", y.Mean, y.Std, tensor.Float64)
	net := layers.Sequential{inputs, layers.NewDense("hidden", 10, 8, layers.Glorot, rng), layers.Tanh, layers.NewDense("out", 8, 1, layers.Glorot, rng)}
	trainer := &optim.Trainer{Params: net.Params(), Rule: optim.AdamW{LearningRate: 0.005, WeightDecay: 0.1}, Cost: func(g *graph.Graph, m int) *graph.Node {
		return losses.SquaredError(net.Apply(g.Input("X", 10, m)), targets.Apply(g.Input("Y", 1, m)))
	}}
	defer trainer.Close()
	batches, err := train.Batches(dataset.BatchSettings{Size: 32, Seed: 5})
	check(err)
	fit := optim.Fit{Trainer: trainer, Data: batches, Epochs: 40, Schedule: optim.Cosine{}}
	check(fit.Run(context.Background()))

	path := filepath.Join(os.TempDir(), fmt.Sprint("numbers", os.Getpid(), ".safetensors"))
	defer os.Remove(path)
	check(layers.SaveFile(path, layers.Model{Network: append(net, targets.Inverse()), Schema: train.Schema()}))
	model, err := predict.LoadFile(path)
	check(err)
	outputs := make([]float64, test.Len())
	check(model.Predict(outputs, test.X))
	var off metrics.SquaredError
	var r2 metrics.R2
	for i, v := range outputs {
		check(off.Add(v, test.Y[i]))
		check(r2.Add(v, test.Y[i]))
	}
	fmt.Printf("RMSE %.1f, R² %.2f\n", off.Root(), r2.Value())
	// Output:
	// RMSE 50.9, R² 0.52
}

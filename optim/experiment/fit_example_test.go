package experiment_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"chainrule/layers/predict"
	"chainrule/optim/experiment"
)

// irises is how a network for a file is trained: it reads the file, holds a part of it out
// and leaves another for validation, by which the training ends.
const irises = `{"version": 1, "data": {"kind": "csv", "path": "../../internal/shipped/iris.csv", "held": 0.2, "val": 0.2},
	"layers": [{"kind": "dense", "units": 8, "activation": "tanh"}, {"kind": "dense", "units": 3, "activation": "softmax"}],
	"cost": {"kind": "cross-entropy"}, "rule": {"kind": "adam", "rate": 0.02}, "batch": 16, "epochs": 200, "patience": 20}`

// From settings to a file, and from the file to a prediction.
func ExampleExperiment_Fit() {
	path := filepath.Join(os.TempDir(), fmt.Sprint("iris", os.Getpid(), ".safetensors"))
	defer os.Remove(path)
	settings, _ := experiment.Parse([]byte(irises)) // the errors are left out here, and shown in the whole program
	e, _ := experiment.New(settings)
	history, _ := e.Fit(context.Background())
	score, _ := e.Score(e.Held)
	e.Save(path)

	model, _ := predict.LoadFile(path)
	outputs, class := make([]float64, 3), make([]int, 1)
	model.Predict(outputs, []float64{6.4, 3.1, 5.5, 1.8}) // in centimetres, as the file has them
	model.Classes(class, outputs)
	best, _ := history.Best()
	fmt.Println(len(history) < 200, best.Epoch <= len(history), score.Right, "of", score.Of, model.ClassNames()[class[0]])
	// Output: true true 28 of 30 virginica
}

// A training ends after 20 epochs; another program goes on with it from the file, to 30.
func ExampleOpen() {
	path := filepath.Join(os.TempDir(), fmt.Sprint("resumed", os.Getpid(), ".safetensors"))
	defer os.Remove(path)
	settings, err := experiment.Parse([]byte(irises))
	check(err)
	settings.Epochs = 20
	e, err := experiment.New(settings)
	check(err)
	_, err = e.Fit(context.Background())
	check(err)
	check(e.Save(path))

	again, err := experiment.Open(path) // loads the data that the settings name
	check(err)
	again.Settings.Epochs = 30
	history, err := again.Fit(context.Background())
	check(err)
	fmt.Println(len(history), "epochs, the last with step", history[len(history)-1].Step)
	// Output: 30 epochs, the last with step 180
}

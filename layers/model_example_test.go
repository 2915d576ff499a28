package layers_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"chainrule/layers"
	"chainrule/optim/experiment"
)

// A network is saved, loaded and asked.
func ExampleSave() {
	net := layers.NewTwoLayer(2, 3, 1, layers.Tanh, layers.Zeros, nil) // which somebody trains
	var file bytes.Buffer
	if err := layers.Save(&file, layers.Model{Network: net}); err != nil {
		fmt.Println(err)
		return
	}

	m, err := layers.Load(&file)
	if err != nil {
		fmt.Println(err)
		return
	}
	y := make([]float64, 2)
	if err := m.Predict(y, []float64{1, 2, -3, 4}); err != nil { // two examples
		fmt.Println(err)
		return
	}
	for _, p := range m.Network.Params() {
		fmt.Print(p.Name(), p.Shape(), " ")
	}
	fmt.Println(y)
	// Output: W1(3, 2) b1(3, 1) W2(1, 3) b2(1, 1) [0.5 0.5]
}

// The settings of the experiment go with the model, and are there when it is loaded.
func ExampleSaveFile() {
	folder, err := os.MkdirTemp("", "model")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "model.safetensors")

	inputs, list := experiment.Chain([]int{2, 3, 1}, []string{"relu", "sigmoid"})
	s := experiment.Settings{Inputs: inputs, Layers: list, Cost: experiment.Cost{Kind: "cross-entropy"}, Seed: 7}
	net, err := layers.Build(s, newRand())
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := layers.SaveFile(path, layers.Model{Network: net, Settings: s}); err != nil {
		fmt.Println(err)
		return
	}
	m, err := layers.LoadFile(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Settings.Layers[0].Activation, m.Settings.Cost.Kind, m.Settings.Seed)
	// Output: relu cross-entropy 7
}

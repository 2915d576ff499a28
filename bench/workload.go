package main

import (
	"fmt"
	"strings"
)

// A Workload is a network, the size of its batch and what is done with it.
type Workload struct {
	Name     string
	Sizes    []int   // units of input, hidden layers and output
	Examples int     // the columns of X
	Hidden   string  // activation of the hidden layers: tanh or relu
	Output   string  // of the last layer: sigmoid or softmax, with its cross-entropy
	Rule     string  // descent or adam; forward is the forward pass alone
	Rate     float64 // learning rate
	Dtypes   []string
	Flower   bool // X and Y are the planar flower; else X is normal and Y drawn
	Loop     bool // the plain loop over examples takes part

	// Goals are the ratios that our graph is to reach, by "dtype system", or by
	// "system" for all dtypes: its time over the system's. See issue 4.
	Goals map[string]float64
}

var (
	both   = []string{"float64", "float32"}
	double = []string{"float64"}
	single = []string{"float32"}
)

// matrixGoals are the goals of a network whose time goes into products.
func matrixGoals(peer float64) map[string]float64 {
	return map[string]float64{"hand": 1.05, "gonum": 0.25, "numpy": peer, "torch": peer}
}

// workloads lists everything that is measured. Activations: tanh where the
// notes have it (flower, 3-4-1), ReLU in all larger networks.
func workloads() []Workload {
	list := []Workload{
		{Name: "flower-2-4-1", Sizes: []int{2, 4, 1}, Examples: 400, Hidden: "tanh", Output: "sigmoid",
			Rule: "descent", Rate: 1.2, Dtypes: both, Flower: true,
			Goals: map[string]float64{"hand": 1.05, "float64 numpy": 0.25, "float64 torch": 0.06, "float64 gorgonia": 0.04}},
		{Name: "784-128-10", Sizes: []int{784, 128, 10}, Examples: 64, Hidden: "relu", Output: "softmax",
			Rule: "descent", Rate: 0.1, Dtypes: both, Goals: matrixGoals(0.9)},
		{Name: "784-512-10", Sizes: []int{784, 512, 10}, Examples: 256, Hidden: "relu", Output: "softmax",
			Rule: "descent", Rate: 0.1, Dtypes: both, Goals: matrixGoals(0.95)},
		{Name: "notes-3-4-1", Sizes: []int{3, 4, 1}, Examples: 1, Hidden: "tanh", Output: "sigmoid",
			Rule: "descent", Rate: 0.1, Dtypes: double, Goals: map[string]float64{"hand": 1.05, "numpy": 0.05}},
		{Name: "logistic-30-1", Sizes: []int{30, 1}, Examples: 569, Output: "sigmoid",
			Rule: "descent", Rate: 0.1, Dtypes: double, Goals: map[string]float64{"hand": 1.05}},
		{Name: "deep-64-8x256-10", Sizes: []int{64, 256, 256, 256, 256, 256, 256, 256, 256, 10}, Examples: 128,
			Hidden: "relu", Output: "softmax", Rule: "adam", Rate: 0.001, Dtypes: single,
			Goals: map[string]float64{"hand": 1.05, "gonum": 0.25, "torch": 0.8}},
	}
	for _, m := range []int{1, 1024} {
		list = append(list, Workload{Name: fmt.Sprintf("forward-784-128-10-m%d", m), Sizes: []int{784, 128, 10},
			Examples: m, Hidden: "relu", Output: "softmax", Rule: "forward", Dtypes: both,
			Goals: map[string]float64{"hand": 1.05}})
	}
	for _, m := range []int{1, 10, 100, 1000, 10000} {
		list = append(list, Workload{Name: fmt.Sprintf("loop-3-4-1-m%d", m), Sizes: []int{3, 4, 1}, Examples: m,
			Hidden: "tanh", Output: "sigmoid", Rule: "descent", Rate: 0.1, Dtypes: double, Loop: true,
			Goals: map[string]float64{"hand": 1.05}})
	}
	return list
}

// Tiny returns a network of the same kind that is small enough for a test.
func (w Workload) Tiny() Workload {
	most := []int{7, 5, 6}
	sizes := make([]int, len(w.Sizes))
	for i, n := range w.Sizes {
		sizes[i] = min(n, most[i%len(most)])
	}
	w.Sizes, w.Examples, w.Flower, w.Dtypes = sizes, min(w.Examples, 9), false, both
	return w
}

// About describes the workload in a line.
func (w Workload) About() string {
	var sizes []string
	for _, n := range w.Sizes {
		sizes = append(sizes, fmt.Sprint(n))
	}
	parts := []string{strings.Join(sizes, "-"), "m " + grouped(w.Examples)}
	if len(w.Sizes) > 2 {
		parts = append(parts, w.Hidden)
	}
	parts = append(parts, w.Output)
	switch w.Rule {
	case "forward":
		parts = append(parts, "forward pass only")
	case "descent":
		parts = append(parts, "gradient descent")
	default:
		parts = append(parts, w.Rule)
	}
	return strings.Join(parts, ", ")
}

// Goal returns the goal against a system, 0 if there is none.
func (w Workload) Goal(dtype, system string) float64 {
	if goal := w.Goals[dtype+" "+system]; goal > 0 {
		return goal
	}
	return w.Goals[system]
}

// grouped writes a whole number with commas between thousands.
func grouped(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

package predict_test

import (
	"bytes"
	_ "embed"
	"fmt"
	"strings"

	"chainrule/layers/predict"
)

// A file that the executable embeds. TestExampleModel says how it was made.
//
//go:embed testdata/fruits.safetensors
var embedded []byte

// A program with a model in it needs no other file. The logit of the first example is
// 2·(120−150)/20 + 1.5·(0−½)/½ − 1.5·(1−½)/½ = −6.
func Example_embed() {
	m, err := predict.Load(bytes.NewReader(embedded))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.InputNames(), m.ClassNames())

	x := []float64{ // of two examples
		120, 0, 1,
		180, 1, 0,
	}
	y := make([]float64, 2*m.Outputs())
	if err := m.Predict(y, x); err != nil {
		fmt.Println(err)
		return
	}
	classes := make([]int, 2)
	if err := m.Classes(classes, y); err != nil {
		fmt.Println(err)
		return
	}
	for i, c := range classes {
		fmt.Printf("%.3f %s\n", y[i], m.ClassNames()[c])
	}
	// Output:
	// [weight colour=green colour=red] [apple banana]
	// 0.002 apple
	// 0.998 banana
}

// Rows of a table are encoded by the names of its columns, in any order.
func ExampleModel_Table() {
	m, err := predict.Load(bytes.NewReader(embedded))
	if err != nil {
		fmt.Println(err)
		return
	}
	lines := strings.Split("colour;origin;weight\nred;Kent;120,5\ngreen;Crete;180\nblue;Oslo;100", "\n")
	t, err := m.Table(strings.Split(lines[0], ";"))
	if err != nil {
		fmt.Println(err)
		return
	}
	t.Decimal = ','
	x, y := make([]float64, m.Inputs()), make([]float64, m.Outputs())
	for _, line := range lines[1:] {
		if err := t.Encode(x, strings.Split(line, ";")); err != nil {
			fmt.Println(err)
			continue
		}
		if err := m.Predict(y, x); err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Printf("%v %.3f\n", x, y[0])
	}
	// Output:
	// [120.5 0 1] 0.003
	// [180 1 0] 0.998
	// predict: column colour: "blue" is none of its categories. They are green, red
}

// Rows takes examples that are slices of their own.
func ExampleRows() {
	m, err := predict.Load(bytes.NewReader(embedded))
	if err != nil {
		fmt.Println(err)
		return
	}
	outputs, err := predict.Rows(m, [][]float32{{120, 0, 1}, {180, 1, 0}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.3f\n", outputs)
	// Output: [[0.002] [0.998]]
}

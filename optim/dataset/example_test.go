package dataset_test

import (
	"fmt"
	"log"
	"math/rand/v2"
	"strings"

	"chainrule/optim/dataset"
	"gorgonia.org/tensor"
)

const flowers = `petal_length,petal_width,species
1.4,0.2,setosa
1.3,0.2,setosa
4.7,1.4,versicolor
4.5,1.5,versicolor
6.0,2.5,virginica
5.1,1.9,virginica
`

func read(text string) *dataset.Set {
	s, _, err := dataset.ReadCSV(strings.NewReader(text), "flowers.csv", dataset.CSV{})
	if err != nil {
		log.Fatal(err)
	}
	return s
}

func ExampleReadCSV() {
	s, _, err := dataset.ReadCSV(strings.NewReader(flowers), "flowers.csv", dataset.CSV{Label: "species"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(s.Len(), "examples,", s.Features, s.Classes)
	fmt.Println("X", s.Inputs(tensor.Float64).Shape(), "Y", s.Labels(tensor.Float64).Shape())

	_, _, err = dataset.ReadCSV(strings.NewReader(flowers+"n/a,1.8,virginica\n"), "flowers.csv", dataset.CSV{})
	fmt.Println(err)
	// Output:
	// 6 examples, [petal_length petal_width] [setosa versicolor virginica]
	// X (2, 6) Y (3, 6)
	// flowers.csv:8:1: column petal_length: "n/a" is not a number; CSV.Missing tells what to do about missing ones
}

// Half of each class is held out.
func ExampleSet_Split() {
	s := read(flowers)
	train, held, err := s.Split(0.5, rand.New(rand.NewPCG(1, 2)))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(train.Len(), "to train on,", held.Len(), "held out, classes", held.Classes)
	// Output: 3 to train on, 3 held out, classes [setosa versicolor virginica]
}

// New examples are brought to the scale of those trained on.
func ExampleSet_Standardize() {
	train := read(flowers)
	scaling := train.Standardize()
	fmt.Printf("%.3f\n", scaling)

	fresh := read("petal_length,petal_width,species\n4.5,1.4,versicolor\n1.4,0.2,setosa\n")
	if err := scaling.Apply(fresh); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.3f\n", fresh.X)
	// Output:
	// {[3.833 1.283] [1.818 0.843]}
	// [0.367 0.138 -1.338 -1.284]
}

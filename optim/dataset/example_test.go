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
func ExampleSet_Scaling() {
	scaling := read(flowers).Scaling()
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

// A file that a spreadsheet wrote in a country of decimal commas, with an index
// in front and a number missing, is read as it is; the reading tells how.
func ExampleReadCSV_asTheWorldWritesIt() {
	const text = `;length;who;species
0;1,4;Ann;setosa
1;;Bob;setosa
2;4,75;Ann;versicolor
`
	c := dataset.CSV{Ignore: []string{"who"}, Missing: dataset.MissingMean}
	s, reading, err := dataset.ReadCSV(strings.NewReader(text), "flowers.csv", c)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(s.Features, s.X, s.Classes)
	fmt.Println(strings.ReplaceAll(reading.String(), "; ", "\n"))
	// Output:
	// [length] [1.4 3.075 4.75] [setosa versicolor]
	// cells separated by semicolons
	// decimal commas
	// the first column, an index without a name, left out
	// 1 missing number of length set to the mean, 3.075
}

// A first line that may be a header or an example is neither, and numbers that look
// like measurements are not taken for classes: they are to be predicted, of which
// the reading tells.
func ExampleCSVError() {
	for _, text := range []string{
		"rooms,price\n3,0.37\n5,1.92\n6,2.22\n",
		"2019,2020,kind\n1,2,up\n4,3,down\n",
	} {
		s, reading, err := dataset.ReadCSV(strings.NewReader(text), "houses.csv", dataset.CSV{})
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(reading.Task, s.Targets, s.Y, "since", reading)
	}
	// Output:
	// regress [price] [0.37 1.92 2.22] since the 3 different numbers of price in 3 examples look like measurements, to be predicted as numbers (regression)
	// houses.csv:1: is this line a header or an example? its class "kind" comes up nowhere else: CSV.Header tells
}

// Texts become one input for each category, and the schema encodes new examples in
// the same way.
func ExampleReadCSV_texts() {
	const text = "colour,weight,kind\nred,150,apple\nyellow,120,banana\n,170,apple\nred,160,apple\n"
	s, reading, err := dataset.ReadCSV(strings.NewReader(text), "fruits.csv", dataset.CSV{Missing: dataset.MissingFill})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(s.Features, s.X)
	fmt.Println(reading)

	x := make([]float64, len(s.Features))
	fmt.Println(s.Schema().Encode([]string{"yellow", "130"}, '.', x), x)
	// Output:
	// [colour=red colour=yellow weight] [1 0 150 0 1 120 1 0 170 1 0 160]
	// the texts of colour as 2 inputs, one for each; 1 missing text of colour set to the most frequent, red
	// <nil> [0 1 130]
}

// Mini-batches in an order that seed and epoch determine; the last one of an epoch is
// smaller. Whatever was dealt before, batch 1 of epoch 3 is the same.
func ExampleSet_Batches() {
	batches, err := read(flowers).Batches(dataset.BatchSettings{Size: 4, Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	for epoch := range 2 {
		for n := range batches.PerEpoch() {
			batch, last, err := batches.Batch(epoch, n)
			fmt.Println(batch["X"].Shape(), batch["Y"].Shape(), last, err)
		}
	}
	// Output:
	// (2, 4) (3, 4) false <nil>
	// (2, 2) (3, 2) true <nil>
	// (2, 4) (3, 4) false <nil>
	// (2, 2) (3, 2) true <nil>
}

// Three folds, in each of which two examples are left to judge by.
func ExampleSet_Folds() {
	s := read(flowers)
	folds, err := s.Folds(3, 1)
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range folds {
		train, err := s.Select(f.Train)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(train.Len(), "to train on,", len(f.Test), "to judge by")
	}
	// Output:
	// 4 to train on, 2 to judge by
	// 4 to train on, 2 to judge by
	// 4 to train on, 2 to judge by
}

// A file of new examples, with its columns in another order, is read by the schema
// of the set that a model was trained on.
func ExampleRows() {
	schema := read(flowers).Schema()
	fresh := "id,petal_width,petal_length\n17,1.3,4.4\n18,2.2,5.8\n19,0.3,1.5\n"
	for block, err := range (dataset.Rows{Schema: schema, Size: 2}).Read(strings.NewReader(fresh), "fresh.csv") {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(block.Features, block.X, "on lines", block.Lines)
	}
	// Output:
	// [petal_length petal_width] [4.4 1.3 5.8 2.2] on lines [2 3]
	// [petal_length petal_width] [1.5 0.3] on lines [4]
}

// Numbers that are in memory, with two numbers to predict.
func ExampleFromRows() {
	s, err := dataset.FromRows([][]float64{{1, 2}, {3, 4}, {5, 6}})
	if err != nil {
		log.Fatal(err)
	}
	s, err = s.WithNumbers([]string{"sum", "product"}, [][]float64{{3, 2}, {7, 12}, {11, 30}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(s.Task(), s.Features, s.Targets, s.Labels(tensor.Float64).Shape())
	// Output: regress [x1 x2] [sum product] (2, 3)
}

// Two images of one row and three pixels each, in the format of MNIST.
func ExampleReadIDX() {
	images := strings.NewReader("\x00\x00\x08\x03" + "\x00\x00\x00\x02" + "\x00\x00\x00\x01" + "\x00\x00\x00\x03" + "\x00\x80\xff\xff\x40\x00")
	labels := strings.NewReader("\x00\x00\x08\x01" + "\x00\x00\x00\x02" + "\x01\x00")
	s, err := dataset.ReadIDX(images, labels, dataset.IDX{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(s.Features, s.X, s.Class)
	// Output: [pixel1 pixel2 pixel3] [0 128 255 255 64 0] [1 0]
}

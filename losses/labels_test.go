package losses_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/losses"
	"gorgonia.org/tensor"
)

// A labelCase is a cost or metric of outputs (rows,cols) with labels y, row by
// row; wants are parts of the error, none if the labels are right.
type labelCase struct {
	name       string
	of         loss
	rows, cols int
	y          []float64
	wants      []string
}

func labelCases() []labelCase {
	nan, inf := math.NaN(), math.Inf(1)
	third := float64(float32(1) / 3)
	softmax := func(z, y *graph.Node) *graph.Node { return losses.CategoricalCrossEntropy(graph.Softmax(z, 0), y) }
	stopped := func(z, y *graph.Node) *graph.Node { return losses.SoftmaxCrossEntropy(z, graph.StopGradient(y)) }
	sigmoid := func(z, y *graph.Node) *graph.Node { return losses.BinaryCrossEntropy(graph.Sigmoid(z), y) }
	return []labelCase{
		{"weights in labels", losses.SoftmaxCrossEntropy, 2, 3, []float64{1, 0, 3, 0, 1, 0}, []string{"SoftmaxCrossEntropy", "example 2", "3, ", "from 0 to 1"}},
		{"small weights in labels", losses.SoftmaxCrossEntropy, 2, 3, []float64{1, 0, 0.5, 0, 1, 0}, []string{"example 2", "sum to 0.5", "losses.WeightedSoftmaxCrossEntropy"}},
		{"padding", losses.SoftmaxCrossEntropy, 2, 3, []float64{1, 0, 0, 0, 0, 1}, []string{"example 1", "sum to 0", "losses.WeightedSoftmaxCrossEntropy"}},
		{"padding of probabilities", softmax, 2, 3, []float64{1, 0, 0, 0, 0, 1}, []string{"CategoricalCrossEntropy", "example 1", "sum to 0"}},
		{"weights behind a StopGradient", stopped, 2, 3, []float64{1, 0, 3, 0, 1, 0}, []string{"SoftmaxCrossEntropy", "example 2", "3, ", "from 0 to 1"}},
		{"class behind a StopGradient", stopped, 3, 2, []float64{1, 3}, []string{"example 1", "is 3", "from 0 to 2"}},
		{"two classes at once", losses.SoftmaxCrossEntropy, 3, 1, []float64{1, 1, 0}, []string{"example 0", "sum to 2"}},
		{"below 0 with the sum 1", losses.SoftmaxCrossEntropy, 3, 1, []float64{1.5, -0.5, 0}, []string{"example 0", "1.5"}},
		{"NaN among columns", losses.SoftmaxCrossEntropy, 2, 2, []float64{1, nan, 0, 1}, []string{"example 1", "row 0", "NaN"}},
		{"infinite", losses.SoftmaxCrossEntropy, 2, 2, []float64{1, 0, 0, inf}, []string{"example 1", "row 1", "+Inf"}},
		{"one-hot", losses.SoftmaxCrossEntropy, 2, 2, []float64{1, 0, 0, 1}, nil},
		{"thirds of float32", losses.SoftmaxCrossEntropy, 3, 2, []float64{third, 0, third, 1, third, 0}, nil},
		{"tenths", losses.SoftmaxCrossEntropy, 10, 1, slices.Repeat([]float64{0.1}, 10), nil},
		{"signed zeros", losses.SoftmaxCrossEntropy, 2, 1, []float64{1, math.Copysign(0, -1)}, nil},

		{"weights for the weighted cost", losses.WeightedSoftmaxCrossEntropy, 2, 3, []float64{3, 0, 0.5, 0, 0, 1}, nil},
		{"NaN for the weighted cost", losses.WeightedSoftmaxCrossEntropy, 2, 3, []float64{3, 0, 0.5, 0, nan, 1}, []string{"WeightedSoftmaxCrossEntropy", "example 1, row 1", "NaN"}},
		{"no class for the weighted cost", losses.WeightedSoftmaxCrossEntropy, 2, 3, []float64{1, 0, 2}, []string{"WeightedSoftmaxCrossEntropy", "example 2", "is 2"}},
		{"class too large", losses.SoftmaxCrossEntropy, 3, 4, []float64{0, 1, 2, 3}, []string{"example 3", "is 3", "from 0 to 2", "counted from 0"}},
		{"class below 0", losses.SoftmaxCrossEntropy, 3, 2, []float64{-1, 1}, []string{"example 0", "is -1", "from 0 to 2"}},
		{"half a class", softmax, 3, 2, []float64{1, 0.5}, []string{"CategoricalCrossEntropy", "example 1", "is 0.5"}},
		{"no number of a class", losses.CategoricalCrossEntropy, 3, 2, []float64{1, nan}, []string{"example 1", "NaN"}},
		{"class numbers", losses.SoftmaxCrossEntropy, 3, 4, []float64{0, 1, 2, 0}, nil},
		{"weights of probabilities", losses.CategoricalCrossEntropy, 2, 2, []float64{3, 0, 0, 0}, nil},
		{"weights below 0", losses.CategoricalCrossEntropy, 2, 2, []float64{3, 0, -1, 0}, []string{"example 0", "row 1", "-1", "at least 0"}},

		{"minus and plus one", losses.SigmoidCrossEntropy, 1, 4, []float64{1, 1, -1, 1}, []string{"SigmoidCrossEntropy", "example 2", "is -1", "(y + 1)/2"}},
		{"minus and plus one of a sigmoid", sigmoid, 1, 4, []float64{1, 1, -1, 1}, []string{"BinaryCrossEntropy", "example 2", "is -1"}},
		{"two", losses.BinaryCrossEntropy, 1, 3, []float64{1, 0, 2}, []string{"BinaryCrossEntropy", "example 2", "is 2"}},
		{"NaN", losses.SigmoidCrossEntropy, 2, 12, append(make([]float64, 20), 1, nan, 0, 0), []string{"example 9", "row 1", "NaN"}},
		{"two outputs", losses.SigmoidCrossEntropy, 2, 2, []float64{0.25, 1, 0, 0.5}, nil},
		{"a rounding outside", losses.SigmoidCrossEntropy, 1, 2, []float64{1 + 0x1p-24, -0x1p-50}, nil},

		{"accuracy of minus one", losses.BinaryAccuracy, 1, 3, []float64{1, -1, 0}, []string{"BinaryAccuracy", "example 1", "is -1", "(y + 1)/2"}},
		{"accuracy of a half", losses.BinaryAccuracy, 1, 3, []float64{1, 0, 0.5}, []string{"BinaryAccuracy", "example 2", "0.5"}},
		{"accuracy", losses.BinaryAccuracy, 1, 3, []float64{1, 0, 0}, nil},
		{"accuracy of no class", losses.Accuracy, 3, 2, []float64{1, 3}, []string{"Accuracy", "example 1", "is 3"}},
		{"accuracy of NaN", losses.Accuracy, 2, 2, []float64{1, 0, 0, nan}, []string{"Accuracy", "example 1", "row 1", "NaN"}},
		{"accuracy of columns", losses.Accuracy, 2, 2, []float64{1, 2, -1, 5}, nil},
		{"no target", losses.SquaredError, 2, 3, []float64{1, 2, 0, -1, nan, 3}, []string{"SquaredError", "example 1", "row 1", "NaN"}},
		{"targets", losses.SquaredError, 2, 2, []float64{1, 2, -1, 50}, nil},
	}
}

// Labels that are not what a cost takes are an error at the run that names value
// and example, in every layout, as part of another input, through other views, and
// where only the gradient is computed; labels that are right are none.
func TestLabels(t *testing.T) {
	for _, c := range labelCases() {
		for dtype := range dtypes {
			for _, way := range labelWays {
				t.Run(fmt.Sprintf("%s/%v/%s", c.name, dtype, way.name), func(t *testing.T) {
					g := graph.New(graph.Settings{Dtype: dtype})
					z := g.Input("Z", c.rows, c.cols)
					y, feed := way.labels(g, len(c.y)/c.cols, c.cols, c.y)
					cost := c.of(z, y)
					if cost.Err() != nil {
						t.Fatal(cost.Err())
					}
					dz := gradient(t, cost, z)
					for _, wanted := range [][]*graph.Node{{cost}, {dz}} {
						if slices.Contains(wanted, dz) && strings.HasSuffix(c.wantsOp(), "Accuracy") {
							continue // whose gradient is a constant
						}
						p, err := graph.Compile(graph.Spec{Outputs: wanted})
						if err != nil {
							t.Fatal(err)
						}
						outputs := make([]float64, c.rows*c.cols)
						for i := range outputs {
							outputs[i] = 0.5
						}
						feeds := graph.Feeds{z: array(z, outputs)}
						for n, v := range feed {
							feeds[n] = v
						}
						c.check(t, p.Run(feeds))
					}
				})
			}
		}
	}
}

func (c labelCase) wantsOp() string {
	if len(c.wants) > 0 {
		return c.wants[0]
	}
	return c.name
}

func (c labelCase) check(t *testing.T, err error) {
	t.Helper()
	if len(c.wants) == 0 {
		if err != nil {
			t.Errorf("right labels are refused: %v", err)
		}
		return
	}
	if err == nil {
		t.Errorf("labels %v are taken", c.y)
		return
	}
	for _, want := range append(c.wants, "labels_test.go") {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q has no %q", err, want)
		}
	}
}

// A way of giving labels to a graph: the node that a cost takes, and the feeds.
type labelWay struct {
	name   string
	labels func(g *graph.Graph, rows, cols int, y []float64) (*graph.Node, graph.Feeds)
}

var labelWays = []labelWay{
	{"rows", func(g *graph.Graph, rows, cols int, y []float64) (*graph.Node, graph.Feeds) {
		n := g.Input("Y", rows, cols)
		return n, graph.Feeds{n: array(n, y)}
	}},
	{"columns", func(g *graph.Graph, rows, cols int, y []float64) (*graph.Node, graph.Feeds) {
		n := g.Input("Y", rows, cols)
		return n, graph.Feeds{n: byColumns(n, y)}
	}},
	{"part", func(g *graph.Graph, rows, cols int, y []float64) (*graph.Node, graph.Feeds) {
		n := g.Input("D", rows+2, cols+1)
		all := slices.Repeat([]float64{7}, (rows+2)*(cols+1)) // which is not looked at
		for i, v := range y {
			all[(i/cols+1)*(cols+1)+i%cols+1] = v
		}
		return graph.Slice(n, graph.Range{From: 1, To: rows + 1}, graph.Range{From: 1}), graph.Feeds{n: byColumns(n, all)}
	}},
	{"turned", func(g *graph.Graph, rows, cols int, y []float64) (*graph.Node, graph.Feeds) {
		n := g.Input("T", cols, rows)
		turned := make([]float64, len(y))
		for i, v := range y {
			turned[i%cols*rows+i/cols] = v
		}
		return graph.Transpose(n), graph.Feeds{n: array(n, turned)}
	}},
	{"reshaped", func(g *graph.Graph, rows, cols int, y []float64) (*graph.Node, graph.Feeds) {
		n := g.Input("R", rows*cols)
		return graph.Reshape(n, rows, cols), graph.Feeds{n: array(n, y)}
	}},
	{"put together of examples", func(g *graph.Graph, rows, cols int, y []float64) (*graph.Node, graph.Feeds) {
		first := cols / 2
		if first == 0 {
			first = cols
		}
		one, feeds := inColumns(g, "First", rows, 0, first, cols, y)
		if first == cols {
			return graph.Concat(1, one), feeds
		}
		other, more := inColumns(g, "Second", rows, first, cols, cols, y)
		for n, v := range more {
			feeds[n] = v
		}
		return graph.Concat(1, one, other), feeds
	}},
	{"put together of classes", func(g *graph.Graph, rows, cols int, y []float64) (*graph.Node, graph.Feeds) {
		var all []*graph.Node
		feeds := graph.Feeds{}
		for i := range rows { // every second one as a parameter or a constant
			row := g.Input(fmt.Sprint("Row", i), 1, cols)
			v := array(row, y[i*cols:(i+1)*cols])
			switch {
			case i%4 == 1:
				row = g.Use(graph.NewParam(fmt.Sprint("P", i), v))
			case i%4 == 3:
				row = g.Array(v)
			default:
				feeds[row] = v
			}
			all = append(all, row)
		}
		return graph.Concat(0, all...), feeds
	}},
	{"parameter", func(g *graph.Graph, rows, cols int, y []float64) (*graph.Node, graph.Feeds) {
		return g.Use(graph.NewParam("P", array(g.Input("like P", rows, cols), y))), nil
	}},
}

// inColumns returns the columns from one to before another of y, as the transpose of an
// input.
func inColumns(g *graph.Graph, name string, rows, from, to, cols int, y []float64) (*graph.Node, graph.Feeds) {
	n := g.Input(name, to-from, rows)
	var turned []float64
	for j := from; j < to; j++ {
		for i := range rows {
			turned = append(turned, y[i*cols+j])
		}
	}
	return graph.Transpose(n), graph.Feeds{n: byColumns(n, turned)}
}

// byColumns returns a column-major tensor for n of values row by row.
func byColumns(n *graph.Node, values []float64) *tensor.Dense {
	rows, cols := n.Shape()[0], n.Shape()[1]
	columns := make([]float64, len(values))
	for i, v := range values {
		columns[i%cols*rows+i/cols] = v
	}
	out := array(n, columns)
	if rows > 1 && cols > 1 {
		tensor.AsFortran(nil)(out)
	}
	return out
}

// Constant labels are checked when the cost is built.
func TestConstantLabels(t *testing.T) {
	for _, c := range labelCases() {
		g := graph.New(graph.Settings{})
		z := g.Input("Z", c.rows, c.cols)
		y := g.Array(array(g.Input("like Y", len(c.y)/c.cols, c.cols), c.y))
		t.Run(c.name, func(t *testing.T) {
			cost := c.of(z, y)
			c.check(t, cost.Err())
			c.check(t, g.Err())
		})
	}
	g := graph.New(graph.Settings{})
	if err := losses.SoftmaxCrossEntropy(g.Input("Z", 2, 3), g.Const(0, 2, 3)).Err(); err == nil || !strings.Contains(err.Error(), "sum to 0") {
		t.Errorf("columns of the constant 0: %v", err)
	}
}

// What the graph computes from labels is not refused, and the classes of OneHot
// are looked at.
func TestComputedLabels(t *testing.T) {
	g := graph.New(graph.Settings{})
	z, y := g.Input("Z", 3, 2), g.Input("Y", 3, 2)
	smooth := graph.Add(y.Times(0.9), g.Const(0.05)) // sums to 1.05
	run(t, map[*graph.Node][]float64{z: make([]float64, 6), y: {1, 0, 0, 1, 0, 0}}, losses.SoftmaxCrossEntropy(z, smooth))

	k := g.Input("K", 1, 2)
	cost := losses.SoftmaxCrossEntropy(z, graph.OneHot(k, 3))
	p, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{cost}})
	if err != nil {
		t.Fatal(err)
	}
	labelCase{wants: []string{"SoftmaxCrossEntropy", "example 1", "is 3", "from 0 to 2"}}.check(t,
		p.Run(graph.Feeds{z: array(z, make([]float64, 6)), k: array(k, []float64{0, 3})}))
}

// A metric of the same labels does not make a program without it strict, nor does
// another graph's cost; and a nil node is an error.
func TestLabelsOfAnotherProgram(t *testing.T) {
	g := graph.New(graph.Settings{})
	z, y := g.Input("Z", 1, 2), g.Input("Y", 1, 2)
	cost, accuracy := losses.SigmoidCrossEntropy(z, y), losses.BinaryAccuracy(z, y)
	feeds := map[*graph.Node][]float64{z: {1, 2}, y: {0.5, 1}}
	run(t, feeds, cost, gradient(t, cost, z))
	p, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{cost, accuracy}})
	if err != nil {
		t.Fatal(err)
	}
	labelCase{wants: []string{"BinaryAccuracy", "example 0", "0.5"}}.check(t, p.Run(graph.Feeds{z: array(z, []float64{1, 2}), y: array(y, []float64{0.5, 1})}))

	for _, pair := range [][2]*graph.Node{{nil, cost}, {y, nil}, {y, graph.New(graph.Settings{}).Const(1)}} {
		if graph.Require(pair[0], pair[1], graph.Requirement{}).Err() == nil {
			t.Error("Require takes nil or nodes of two graphs")
		}
	}
}

// Softmax of one row is refused when built, with the function to use.
func TestSoftmaxOfOneRow(t *testing.T) {
	for name, c := range map[string]struct {
		of   loss
		want string
	}{
		"logits":        {losses.SoftmaxCrossEntropy, "SigmoidCrossEntropy"},
		"weighted":      {losses.WeightedSoftmaxCrossEntropy, "SigmoidCrossEntropy"},
		"probabilities": {losses.CategoricalCrossEntropy, "BinaryCrossEntropy"},
		"softmax": {func(z, y *graph.Node) *graph.Node { return losses.CategoricalCrossEntropy(graph.Softmax(z, 0), y) },
			"BinaryCrossEntropy"},
	} {
		g := graph.New(graph.Settings{})
		err := c.of(g.Input("Z", 1, 4), g.Input("Y", 1, 4)).Err()
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "(1,4)") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

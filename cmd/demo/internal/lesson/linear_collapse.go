package lesson

import (
	"context"
	"fmt"
	"math"
	"slices"

	"chainrule/graph"
	"chainrule/internal/plotting"
	"chainrule/internal/words"
	"chainrule/layers"
	"chainrule/optim/dataset"
)

// A linearRun is a trained network, and the straight line that its weights
// multiply to.
type linearRun struct {
	*learner
	line     straightLine // W′ and b′
	largest  float64      // logit, without its sign
	apart    float64      // largest difference between the two in a logit
	final    float64      // cost
	accurate float64      // accuracy
}

// linearRun trains the network and multiplies its weights. What predicts stays
// open, as pictures are drawn later.
func (n network) linearRun(ctx context.Context, data *dataset.Set, steps int) (*linearRun, error) {
	l, err := n.learner(data)
	if err != nil {
		return nil, err
	}
	run := &linearRun{learner: l}
	defer run.trainer.Close() // nothing is running
	if _, err := run.train(ctx, steps, nil); err != nil {
		return nil, err
	}
	if run.final, err = run.value(); err != nil {
		return nil, err
	}
	if math.IsNaN(run.final) || math.IsInf(run.final, 0) {
		return nil, fmt.Errorf("network %s, seed %d: the cost is %v after %d steps; a smaller --rate is needed",
			sizesText(n.hidden), n.seed, run.final, steps)
	}
	if run.accurate, err = run.learner.accuracy(data); err != nil {
		return nil, err
	}
	return run, run.multiply()
}

// multiply makes W′ = W[L]·…·W1 and b′ likewise, as if all hidden units were
// linear, and compares W′·X + b′ with the network's logits.
func (run *linearRun) multiply() error {
	g := graph.New(graph.Settings{})
	x := g.Input("X", len(run.data.Features), run.data.Len())
	w, b := g.Use(run.W[0]), g.Use(run.B[0])
	for l := 1; l < len(run.W); l++ {
		next := g.Use(run.W[l])
		w, b = graph.MatMul(next, w), graph.Add(graph.MatMul(next, b), g.Use(run.B[l]))
	}
	z := run.Forward(x).Z[len(run.W)-1]
	apart := graph.Max(graph.Abs(graph.Sub(z, graph.Add(graph.MatMul(w, x), b))))
	flat := func(n *graph.Node) *graph.Node { return graph.Reshape(n, n.Shape().TotalSize()) }
	all := graph.Concat(0, flat(w), flat(b), flat(graph.Max(graph.Abs(z))), flat(apart))
	v, err := valuesOf(all, graph.Feeds{x: run.batch["X"]})
	if err != nil {
		return err
	}
	run.line = straightLine{v[0], v[1], v[2]}
	run.largest, run.apart = v[3], v[4]
	return nil
}

// A collapse is the experiment on the flower.
type collapse struct {
	data       *dataset.Set
	hidden     []int
	activation layers.Activation // that is said to be linear
	runs, tanh []*linearRun      // by seed
	logistic   *linearRun
	best       straightLine
}

// sameFunction shows that the networks are linear functions.
func (c *collapse) sameFunction(r *Report) {
	r.Say("A network %s, its hidden units with activation %v, learns the flower. If that is the identity, its layers are "+
		"matrices one after the other, which can be multiplied beforehand. For one hidden layer:", sizesText(c.hidden), c.activation)
	r.Show("Z2 = W2·(W1·X + b1) + b2 = W′·X + b′   with   W′ = W2·W1,  b′ = W2·b1 + b2")
	t := Table{Header: []string{"network", "W′ for x1", "W′ for x2", "b′", "largest logit", "largest difference"}}
	row := func(name string, run *linearRun) {
		t.Rows = append(t.Rows, []string{name, sentence("%.6f", run.line.w1), sentence("%.6f", run.line.w2),
			sentence("%.6f", run.line.b), fmt.Sprintf("%.4f", run.largest), gapText(run.apart)})
	}
	worst := 0.0
	for i, run := range c.runs {
		row(fmt.Sprintf("seed %d", i+1), run)
		worst = math.Max(worst, run.apart/run.largest)
	}
	row("logistic regression", c.logistic)
	r.Table(t)
	r.Say("The difference is that between the network's logits and W′·X + b′. The last row is logistic regression, the network " +
		"without hidden layers.")
	judgeCollapse(r, c.activation, worst)
}

// judgeCollapse judges how far the logits of trained networks are from those of
// the one matrix, relative to the largest.
func judgeCollapse(r *Report, g layers.Activation, worst float64) {
	r.Supports("a trained network computes a linear function of its input", worst < 1e-12, "A network with %v hidden units gives the logits of W′·X + b′ but for rounding: the largest "+
		"difference, relative to the largest logit, is %.1e.", g, worst)
}

// manyLayers does the same for networks of 1 to mostLayers hidden layers with
// their first weights.
func (c *collapse) manyLayers(ctx context.Context, r *Report) error {
	worst := 0.0
	for depth := 1; depth <= mostLayers; depth++ {
		n := network{hidden: slices.Repeat(c.hidden[:1], depth), g: c.activation, seed: 1, rate: 1}
		run, err := n.linearRun(ctx, c.data, 0)
		if err != nil {
			return err
		}
		worst = math.Max(worst, run.apart/run.largest)
	}
	judgeDepth(r, worst)
	return nil
}

// mostLayers is how many hidden layers the claim is tried with.
const mostLayers = 8

// judgeDepth judges the same of untrained networks of many depths.
func judgeDepth(r *Report, worst float64) {
	r.Supports("a network of any depth computes one", worst < 1e-12, "So do networks of 1 to %d hidden layers with their first weights: the largest difference is %.1e.", mostLayers, worst)
}

// sameCost shows what a straight line can do on the flower, and what cannot.
func (c *collapse) sameCost(r *Report) {
	steep := c.best.steepest(c.data)
	m := float64(c.data.Len())
	right := float64(c.best.right(c.data)) / m
	costs, accuracies := finals(c.runs)
	tanhCosts, tanhAccuracies := finals(c.tanh)
	tanh := tanhAccuracies.median()
	r.Say("What is the cross-entropy of these, and how many examples do they get right? The best straight line of all is " +
		"found by trying every way to cut the examples with a line; its slope is then the one that costs least.")
	row := func(name string, cost, accuracy float64) []string {
		return []string{name, words.ShortCost(cost, 8), words.PercentTo(accuracy, 2)}
	}
	r.Table(Table{Header: []string{"classifier", "cost", "accuracy"}, Rows: [][]string{
		row("a coin", math.Ln2, 0.5),
		row("logistic regression", c.logistic.final, c.logistic.accurate),
		row(sentence("network with %v, median", c.activation), costs.median(), accuracies.median()),
		row("the best straight line", steep.cost(c.data), right),
		row("network with tanh, median", tanhCosts.median(), tanh),
	}})
	line := 0.0 // how far the cost of the one matrix is from that of the network
	for _, run := range c.runs {
		line = math.Max(line, math.Abs(run.line.cost(c.data)-run.final))
	}
	judgeLogistic(r, c.activation, line)
	worst := 0.0
	for _, cost := range costs {
		worst = math.Max(worst, math.Abs(cost-c.logistic.final))
	}
	r.Check(worst < 1e-6, "Networks with %v hidden units end at the cost of logistic regression, %s: the largest difference "+
		"over %d seeds is %.1e.", c.activation, words.ShortCost(c.logistic.final, 8), len(costs), worst)
	r.Check(c.logistic.accurate < 0.5, "Logistic regression is below a coin on the flower: it gets %s right.", inPercent(c.logistic.accurate))
	r.Check(right-c.logistic.accurate > 0.15 && steep.cost(c.data) > c.logistic.final,
		"The best straight line gets at least 15 points more right, %s, and yet costs more: %s against %s.",
		words.PercentTo(right, 2), words.ShortCost(steep.cost(c.data), 5), words.ShortCost(c.logistic.final, 5))
	far, near := steep.distances(c.data)
	r.Check(far > near, "The examples that the best line gets wrong are farther from it than the others: on average %.2f against "+
		"%.2f. There its answers are surest, and cross-entropy is the higher the surer a wrong answer is. So the least cost is "+
		"elsewhere.", far, near)
	r.Check(tanh-right > 0.1, "With tanh the network gets at least 10 points more right than any straight line: %s.", inPercent(tanh))
}

// judgeLogistic judges how far the costs of logistic regression with the weights
// W′ and b′ are from those of the networks.
func judgeLogistic(r *Report, g layers.Activation, worst float64) {
	r.Supports("with a sigmoid output it is no more than logistic regression", worst < 1e-12, "Logistic regression with the weights W′ and b′ has the cost of the network with %v hidden units: "+
		"the largest difference is %.1e.", g, worst)
}

// finals returns the costs and accuracies of runs.
func finals(runs []*linearRun) (costs, accuracies sample) {
	for _, run := range runs {
		costs, accuracies = append(costs, run.final), append(accuracies, run.accurate)
	}
	return costs, accuracies
}

// draw draws the boundaries of seed 1 and that of the best line.
func (c *collapse) draw(r *Report) {
	steep := c.best.steepest(c.data)
	panel := func(title string, predict func(x, y []float64) ([]float64, error)) plotting.Boundary {
		return plotting.Boundary{Title: title, Points: examplesOf(c.data), Predict: predict}
	}
	r.Draw("boundaries", "The flower cut by a network with linear hidden units, by the best straight line of all, and by the "+
		"same network with tanh (seed 1). A linear network has one straight boundary, wherever it is.", plotting.Grid{
		Title: "What a straight line can do on the flower", Columns: 3,
		Panels: []plotting.Boundary{
			panel(sentence("%v, %s", c.activation, inPercent(c.runs[0].accurate)), c.runs[0].PredictPlane),
			panel(fmt.Sprintf("best line, %s", inPercent(float64(steep.right(c.data))/float64(c.data.Len()))), steep.predict),
			panel(fmt.Sprintf("tanh, %s", inPercent(c.tanh[0].accurate)), c.tanh[0].PredictPlane),
		},
	})
}

// sizesText writes the sizes of a network on the flower, as in 2-4-1.
func sizesText(hidden []int) string {
	text := "2"
	for _, n := range hidden {
		text += fmt.Sprintf("-%d", n)
	}
	return text + "-1"
}

package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"chainrule/cmd/demo/internal/terminal"
	"chainrule/graph"
	"chainrule/graph/draw"
	"chainrule/graph/explain"
	"chainrule/internal/plotting"
	"chainrule/internal/words"
	"chainrule/optim"
	"chainrule/optim/dataset"
	"chainrule/optim/experiment"
)

// The files that demo train writes.
const (
	boundaryName = "boundary.png"
	costName     = "cost.png"
	graphName    = "graph.svg"

	predictedName = "predicted.png" // in place of the boundary, of numbers to predict
	runName       = "run.json"      // no picture: the settings
)

// pictureNames returns the files in the order of writing.
func pictureNames() []string { return []string{boundaryName, costName, graphName, runName} }

// describePicture says what a file shows.
func describePicture(name string) string {
	if strings.HasPrefix(name, "predicted") {
		return "what is predicted against what is true"
	}
	return cmp.Or(map[string]string{
		boundaryName: "the decision boundary and the points",
		costName:     "the cost against the steps",
		graphName:    "the graph, forward and backward",
		runName:      "the settings, for --config",
	}[name], "the model")
}

const (
	maxColours = 6 // classes that a boundary picture tells apart
	maxDrawn   = 8 // layers of a graph that is still readable
)

// An omission is a picture that is not drawn.
type omission struct {
	Picture string `json:"picture"`
	Reason  string `json:"reason"`
	Old     bool   `json:"old"` // there is one of that name, of an earlier run
}

// omissions returns the pictures that cannot be drawn of what became of the
// training.
func (p *problem) omissions(t training, dir *directory) []omission {
	var out []omission
	add := func(name, format string, args ...any) {
		out = append(out, omission{name, fmt.Sprintf(format, args...), dir.holds(name)})
	}
	inputs, classes := len(p.Train.Features), len(p.Train.Classes)
	if t.diverged {
		for _, name := range p.predictedNames() {
			add(name, "the training diverged")
		}
	}
	switch {
	case p.numbers():
	case t.diverged:
		add(boundaryName, "the training diverged")
	case inputs != 2:
		add(boundaryName, "the data has %s, and a boundary is drawn for two", words.Count(inputs, "input"))
	case classes > maxColours:
		add(boundaryName, "the data has %d classes, and a boundary is drawn for %d at most", classes, maxColours)
	}
	if n := len(p.sizes()) - 1; n > maxDrawn {
		add(graphName, "the network has %d layers, and the graph of more than %d is too large to read", n, maxDrawn)
	}
	return out
}

// pictures draws what became of the training, but for what is left out.
// Without a cost there is no curve.
func (p *problem) pictures(t training, costs *curve, without []omission) ([]file, error) {
	left := map[string]bool{costName: len(costs.steps) == 0, boundaryName: p.numbers()}
	for _, o := range without {
		left[o.Picture] = true
	}
	type picture struct {
		name string
		draw func() ([]byte, error)
	}
	all := []picture{{boundaryName, func() ([]byte, error) { return encode(p.boundary(t), nil) }}}
	for k, name := range p.predictedNames() {
		all = append(all, picture{name, func() ([]byte, error) { return encode(p.predicted(k)) }})
	}
	all = append(all,
		picture{costName, func() ([]byte, error) { return encode(p.costCurve(t, costs), nil) }},
		picture{graphName, p.drawing},
		picture{runName, func() ([]byte, error) { return json.MarshalIndent(p.Settings, "", "  ") }})
	var files []file
	for _, picture := range all {
		if left[picture.name] {
			continue
		}
		data, err := picture.draw()
		if err != nil {
			return nil, err
		}
		files = append(files, file{picture.name, data})
	}
	return files, nil
}

// boundary returns the picture of what the network has learnt. That of a file is
// in the file's units, with the examples that are held out.
func (p *problem) boundary(t training) plotting.Boundary {
	b := plotting.Boundary{
		Title:   fmt.Sprintf("%s: %s after %s: %s right", p.title, p.network(), words.Count(t.steps, "step"), words.Percent(t.trained.Accuracy)),
		Points:  p.points(p.Train),
		Predict: p.PredictPlane,
		Classes: p.words, XLabel: p.names[0], YLabel: p.names[1],
		Columns: p.columns(),
	}
	if p.csv == "" {
		return b
	}
	b.OwnUnits = true
	if t.held != nil {
		b.Held = p.points(p.Held)
		b.Title += fmt.Sprintf(", %s of those held out", words.Percent(t.held.Accuracy))
	}
	return b
}

// points returns the examples of a set.
func (p *problem) points(set *dataset.Set) []plotting.Point {
	var out []plotting.Point
	for i, class := range set.Class {
		out = append(out, plotting.Point{X1: set.X[2*i], X2: set.X[2*i+1], Class: class})
	}
	return out
}

// columns returns the columns of a field of colour, about as many as rows, that
// takes a large network only some seconds.
func (p *problem) columns() int {
	const budget, least, most = 2e9, 60, 300 // ns, columns
	return min(max(int(math.Sqrt(budget/p.perExample())), least), most)
}

func (p *problem) costCurve(t training, costs *curve) plotting.CostCurve {
	c := plotting.CostCurve{
		Title:  fmt.Sprintf("%s: %s, %s", p.title, p.network(), p.method()),
		Series: []plotting.Series{{Step: costs.steps, Cost: costs.costs}},
		LogY:   costs.wide(),
	}
	if !p.byEpoch() {
		return c
	}
	ofTraining, val := epochCurves(t.history)
	if len(ofTraining.steps) == 0 {
		return c
	}
	c.Series = []plotting.Series{{Name: "training, the mean of an epoch", Step: ofTraining.steps, Cost: ofTraining.costs}}
	c.LogY = ofTraining.wide()
	if len(val.steps) > 0 {
		c.Series = append(c.Series, plotting.Series{Name: "validation", Step: val.steps, Cost: val.costs})
		c.LogY = c.LogY && val.positive()
	}
	return c
}

// epochCurves returns the costs of a training by epochs, and those of validation, which
// are none without it.
func epochCurves(h optim.History) (training, val *curve) {
	training, val = new(curve), new(curve)
	for _, r := range h {
		training.steps, training.costs = append(training.steps, float64(r.Step)), append(training.costs, r.Cost)
	}
	if costs := h.Metric(experiment.ValCost); costs != nil {
		val.steps, val.costs = training.steps, costs
	}
	return training, val
}

// predictedNames returns the pictures of the numbers to predict, none of classes.
func (p *problem) predictedNames() []string {
	var names []string
	for k := range p.Train.Targets {
		if p.numbers() {
			names = append(names, predictedNameOf(k, len(p.Train.Targets)))
		}
	}
	return names
}

// predicted returns the picture of number k, predicted against true.
func (p *problem) predicted(k int) (plotting.Picture, error) {
	set, which := p.Held, "the examples held out"
	if set == nil {
		set, which = p.Train, "the examples trained on"
	}
	out, err := p.Predict(set.X)
	if err != nil {
		return nil, err
	}
	dots := plotting.Line{Name: which, NoLine: true, Dots: true}
	for i := k; i < len(out); i += len(set.Targets) {
		dots.X, dots.Y = append(dots.X, set.Y[i]), append(dots.Y, out[i])
	}
	return plotting.Chart{Title: fmt.Sprintf("%s: %s", p.title, p.network()), XLabel: "true " + set.Targets[k], YLabel: "predicted " + set.Targets[k],
		Lines: []plotting.Line{dots, diagonal(slices.Min(dots.X), slices.Max(dots.X), "as it should be")}}, nil
}

// drawing returns the forward and the backward graph as SVG, in the convention of
// the notes.
func (p *problem) drawing() ([]byte, error) {
	e := p.Express(p.NewGraph(), p.Train.Len())
	d, err := explain.Derive(e.Cost, e.Params...)
	if err != nil {
		return nil, err
	}
	return draw.Settings{Script: d.Script()}.SVG(append([]*graph.Node{e.Cost}, d.Gradients()...)...)
}

func encode(p plotting.Picture, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = plotting.Write(&b, plotting.PNG, p)
	return b.Bytes(), err
}

// scene is what a sketch in the terminal shows beside the cost.
func (p *problem) scene() terminal.Scene {
	s := terminal.Scene{Class: p.Train.Class, Classes: p.words, ClassesAt: p.classesAt}
	if len(p.Train.Features) == 2 && !p.numbers() {
		s.Points = p.Scaled(p.Train).X // a cell of the sketch is as wide as high
	}
	return s
}

// classesAt returns the likeliest class of each point, which is scaled.
func (p *problem) classesAt(x1, x2 []float64) ([]int, error) {
	if s := p.Scaling; s != nil {
		x1, x2 = slices.Clone(x1), slices.Clone(x2)
		for i := range x1 {
			x1[i], x2[i] = s.Mean[0]+s.Std[0]*x1[i], s.Mean[1]+s.Std[1]*x2[i]
		}
	}
	a, err := p.PredictPlane(x1, x2)
	return classesOf(a, len(x1)), err
}

// classesOf returns the likeliest class of each example, of equals the first, from
// the outputs that Predict returned for m examples; none if there are fewer
// outputs than examples.
func classesOf(outputs []float64, m int) []int {
	if m < 1 || len(outputs) < m {
		return nil
	}
	classes := make([]int, m)
	k := len(outputs) / m
	for i := range classes {
		if p := outputs[i*k:][:k]; k == 1 {
			if p[0] > 0.5 {
				classes[i] = 1
			}
		} else {
			for c, v := range p {
				if v > p[classes[i]] {
					classes[i] = c
				}
			}
		}
	}
	return classes
}

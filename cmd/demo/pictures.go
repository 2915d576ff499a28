package main

import (
	"bytes"
	"fmt"
	"math"

	"chainrule/cmd/demo/internal/terminal"
	"chainrule/graph"
	"chainrule/graph/draw"
	"chainrule/graph/explain"
	"chainrule/internal/plotting"
	"chainrule/internal/words"
	"chainrule/optim/dataset"
	"chainrule/optim/experiment"
)

// The files that demo train writes.
const (
	boundaryName = "boundary.png"
	costName     = "cost.png"
	graphName    = "graph.svg"
)

// pictureNames returns the files in the order of writing.
func pictureNames() []string { return []string{boundaryName, costName, graphName} }

// describePicture says what a file shows.
func describePicture(name string) string {
	return map[string]string{
		boundaryName: "the decision boundary and the points",
		costName:     "the cost against the steps",
		graphName:    "the graph, forward and backward",
	}[name]
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
	switch {
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
	left := map[string]bool{costName: len(costs.steps) == 0}
	for _, o := range without {
		left[o.Picture] = true
	}
	var files []file
	for _, picture := range []struct {
		name string
		draw func() ([]byte, error)
	}{
		{boundaryName, func() ([]byte, error) { return encode(p.boundary(t)) }},
		{costName, func() ([]byte, error) { return encode(p.costCurve(costs)) }},
		{graphName, p.drawing},
	} {
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
	b.OwnUnits, b.Predict = true, p.predictInUnits
	if t.held != nil {
		b.Held = p.points(p.Held)
		b.Title += fmt.Sprintf(", %s of those held out", words.Percent(t.held.Accuracy))
	}
	return b
}

// points returns the examples of a set as they were before they were scaled.
func (p *problem) points(set *dataset.Set) []plotting.Point {
	var out []plotting.Point
	for i, class := range set.Class {
		at := [2]float64{set.X[2*i], set.X[2*i+1]}
		if s := p.sets.Scaling; s != nil {
			for k := range at {
				at[k] = s.Mean[k] + s.Std[k]*at[k]
			}
		}
		out = append(out, plotting.Point{X1: at[0], X2: at[1], Class: class})
	}
	return out
}

// predictInUnits is PredictPlane for inputs as they are in the file.
func (p *problem) predictInUnits(x1, x2 []float64) ([]float64, error) {
	set := &dataset.Set{Features: p.Train.Features, Classes: p.Train.Classes, Class: make([]int, len(x1))}
	for i := range x1 {
		set.X = append(set.X, x1[i], x2[i])
	}
	if s := p.sets.Scaling; s != nil {
		if err := s.Apply(set); err != nil {
			return nil, err
		}
	}
	return p.Predict(set.X)
}

// columns returns the columns of a field of colour, about as many as rows, that
// takes a large network only some seconds.
func (p *problem) columns() int {
	const budget, least, most = 2e9, 60, 300 // ns, columns
	return min(max(int(math.Sqrt(budget/p.perExample())), least), most)
}

func (p *problem) costCurve(costs *curve) plotting.CostCurve {
	return plotting.CostCurve{
		Title:  fmt.Sprintf("%s: %s, %s at rate %v", p.title, p.network(), p.method(), p.rate),
		Series: []plotting.Series{{Step: costs.steps, Cost: costs.costs}},
		LogY:   costs.wide(),
	}
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

func encode(p plotting.Picture) ([]byte, error) {
	var b bytes.Buffer
	err := plotting.Write(&b, plotting.PNG, p)
	return b.Bytes(), err
}

// scene is what a sketch in the terminal shows beside the cost.
func (p *problem) scene() terminal.Scene {
	s := terminal.Scene{Class: p.Train.Class, Classes: p.words, ClassesAt: p.classesAt}
	if len(p.Train.Features) == 2 {
		s.Points = p.Train.X
	}
	return s
}

// classesAt returns the likeliest class of each point.
func (p *problem) classesAt(x1, x2 []float64) ([]int, error) {
	a, err := p.PredictPlane(x1, x2)
	return experiment.Classes(a, len(x1)), err
}

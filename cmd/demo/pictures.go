package main

import (
	"bytes"
	"fmt"

	"chainrule/graph"
	"chainrule/graph/draw"
	"chainrule/internal/plotting"
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

// pictures draws what became of the training. After a divergence there is no
// boundary to draw, and without a cost no curve.
func (p *problem) pictures(t training, costs *curve) ([]file, error) {
	var files []file
	if !t.diverged {
		data, err := encode(p.boundary(t))
		if err != nil {
			return nil, err
		}
		files = append(files, file{boundaryName, data})
	}
	if len(costs.steps) > 0 {
		data, err := encode(p.costCurve(costs))
		if err != nil {
			return nil, err
		}
		files = append(files, file{costName, data})
	}
	data, err := p.drawing()
	if err != nil {
		return nil, err
	}
	return append(files, file{graphName, data}), nil
}

func (p *problem) boundary(t training) plotting.Boundary {
	b := plotting.Boundary{
		Title: fmt.Sprintf("%s with %s hidden units after %s: %s right",
			p.sizes(), p.activation, counted(t.steps, "step"), percent(t.accuracy)),
		Predict: (&predictor{problem: p}).predict,
	}
	for i, y := range p.data.Y {
		b.Points = append(b.Points, plotting.Point{X1: p.data.X[2*i], X2: p.data.X[2*i+1], Class: int(y)})
	}
	return b
}

func (p *problem) costCurve(costs *curve) plotting.CostCurve {
	return plotting.CostCurve{
		Title: fmt.Sprintf("%s with %s hidden units, %s at rate %v",
			p.sizes(), p.activation, p.method(), p.rate),
		Series: []plotting.Series{{Step: costs.steps, Cost: costs.costs}},
	}
}

// drawing returns the forward and the backward graph as SVG.
func (p *problem) drawing() ([]byte, error) {
	e := p.express(p.newGraph(), p.data.M)
	grads, err := graph.Grad(e.cost, e.params...)
	if err != nil {
		return nil, err
	}
	return draw.SVG(append([]*graph.Node{e.cost}, grads...)...)
}

func encode(p plotting.Picture) ([]byte, error) {
	var b bytes.Buffer
	err := plotting.Write(&b, plotting.PNG, p)
	return b.Bytes(), err
}

package play

import (
	"encoding/base64"
	"math"
	"slices"

	"chainrule/graph"
	settings "chainrule/internal/experiment"
	"chainrule/optim/dataset"
	"chainrule/optim/experiment"
	"gorgonia.org/tensor"
)

// fieldSize is how many points a side of the large field has, and of that of a unit at most.
const fieldSize = 100

// maxFields is how many bytes all fields of the units of a run take at most as base64.
const maxFields = 200_000

// maxValues is how many values a program for a field computes at once, about.
const maxValues = 1_000_000

// A plane is the part of two inputs that fields show.
type plane struct {
	bounds [4]float64 // least and largest x1, least and largest x2
	names  []string
}

// newPlane returns that of all examples with a margin, nil unless there are two inputs.
func newPlane(e experiment.Examples) *plane {
	if len(e.Train.Features) != 2 {
		return nil
	}
	p := &plane{names: e.Train.Features, bounds: [4]float64{math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)}}
	for _, set := range []*dataset.Set{e.Train, e.Held} {
		if set == nil {
			continue
		}
		for i, v := range set.X {
			b := p.bounds[i%2*2:]
			b[0], b[1] = min(b[0], v), max(b[1], v)
		}
	}
	for i := 0; i < 4; i += 2 {
		lo, hi := p.bounds[i], p.bounds[i+1]
		margin := (hi - lo) / 10
		if !(margin > 0) {
			margin = 1
		}
		p.bounds[i], p.bounds[i+1] = lo-margin, hi+margin
	}
	return p
}

// grid returns the middles of n×n cells, row by row, the row of the largest x2 first.
func (p *plane) grid(n int) *dataset.Set {
	set := &dataset.Set{Features: p.names}
	b := p.bounds
	at := func(i int, lo, hi float64) float64 { return lo + (hi-lo)*(float64(i)+0.5)/float64(n) }
	for r := range n {
		for c := range n {
			set.X = append(set.X, at(c, b[0], b[1]), at(n-1-r, b[2], b[3]))
		}
	}
	return set
}

// fields computes what the network and its units give over a plane.
type fields struct {
	exp    *experiment.Experiment
	whole  *graph.Program // outputs of some rows of the plane, (rows·n, k)
	out    *graph.Node
	x      *graph.Node
	parts  []*tensor.Dense // the inputs of all rows, part by part
	units  *graph.Program  // each layer's, (units, n·n)
	layers []*graph.Node
	kinds  []string
	uFeeds graph.Feeds
	n      int // of units
	buffer []float64
}

func newFields(r *run, p *plane) (*fields, error) {
	f := &fields{exp: r.exp}
	e := r.exp
	input := func(n int) (*graph.Node, graph.Feeds) {
		x := e.NewGraph().Input("X", 2, n*n)
		return x, graph.Feeds{x: e.Scaled(p.grid(n)).Inputs(e.Dtype())}
	}
	c := census{width: 2}
	c.count(e.Settings.Layers)
	rows := fieldSize
	for rows > 1 && (fieldSize%rows > 0 || rows*fieldSize*c.values > maxValues) {
		rows--
	}
	grid := p.grid(fieldSize)
	for part := range slices.Chunk(grid.X, 2*rows*fieldSize) {
		f.parts = append(f.parts, e.Scaled(&dataset.Set{X: part, Features: grid.Features}).Inputs(e.Dtype()))
	}
	f.x = e.NewGraph().Input("X", 2, rows*fieldSize)
	out, _ := throughLayers(e, f.x)
	f.out = graph.Transpose(out[len(out)-1])
	var err error
	if f.whole, err = graph.Compile(graph.Spec{Outputs: []*graph.Node{f.out}}); err != nil {
		return f, err
	}
	units := 0
	for _, a := range out {
		units += a.Shape()[0]
	}
	for f.n = fieldSize; f.n > 1 && units*base64.StdEncoding.EncodedLen(f.n*f.n) > maxFields; f.n-- {
	}
	var x *graph.Node
	x, f.uFeeds = input(f.n)
	f.layers, f.kinds = throughLayers(e, x)
	f.units, err = graph.Compile(graph.Spec{Outputs: f.layers})
	return f, err
}

func (f *fields) close() {
	if f != nil {
		f.whole.Close() // nothing is running
		f.units.Close()
	}
}

// fieldNews is the network over the plane.
type fieldNews struct {
	N      int      `json:"n"`
	Planes []string `json:"planes"` // base64 of n×n bytes, the row of the largest x2 first
	Range  numbers  `json:"range"`  // what 0 and 255 stand for, in the last of the planes
}

// unitField is a unit over the plane.
type unitField struct {
	Base64 string  `json:"base64"`
	N      int     `json:"n"`
	Range  numbers `json:"range"`
}

// field returns the network's.
func (f *fields) field() (*fieldNews, error) {
	f.buffer = f.buffer[:0]
	for _, part := range f.parts {
		err := f.whole.Run(graph.Feeds{f.x: part})
		if err == nil {
			f.buffer, err = f.whole.Float64s(f.buffer, f.out)
		}
		if err != nil {
			return nil, err
		}
	}
	n := &fieldNews{N: fieldSize}
	k := f.out.Shape()[1]
	x := f.exp.Settings
	switch {
	case f.exp.Train.Task() == dataset.Regress:
		values := make([]float64, 0, fieldSize*fieldSize)
		for i := 0; i < len(f.buffer); i += k { // the first of the targets
			v := f.buffer[i]
			if s := f.exp.TargetScaling; s != nil {
				v = v*s.Std[0] + s.Mean[0]
			}
			values = append(values, v)
		}
		lo, hi := span(values)
		n.Planes, n.Range = []string{encode(values, lo, hi)}, numbers{lo, hi}
	case k == 1: // both sides of the border get as much
		border := threshold(x)
		lo, hi := span(f.buffer)
		reach := max(border-lo, hi-border, 1e-6)
		lo, hi = border-reach, border+reach
		n.Planes, n.Range = []string{encode(f.buffer, lo, hi)}, numbers{lo, hi}
	default:
		classes, likeliest := make([]byte, fieldSize*fieldSize), make([]float64, fieldSize*fieldSize)
		for i := range classes {
			p, best := f.buffer[i*k:][:k], 0
			for c, v := range p {
				if v > p[best] {
					best = c
				}
			}
			classes[i], likeliest[i] = byte(best), p[best]
		}
		lo, hi := 0.0, 1.0
		if x.Meaning() == settings.Numbers {
			lo, hi = span(likeliest)
		}
		n.Planes = []string{base64.StdEncoding.EncodeToString(classes), encode(likeliest, lo, hi)}
		n.Range = numbers{lo, hi}
	}
	return n, nil
}

// ranges are those of activations that have one.
var ranges = map[string][2]float64{"tanh": {-1, 1}, "sigmoid": {0, 1}, "softmax": {0, 1}}

// unitFields returns those of the units, layer by layer.
func (f *fields) unitFields() ([][]unitField, error) {
	if err := f.units.Run(f.uFeeds); err != nil {
		return nil, err
	}
	all := [][]unitField{}
	for i, a := range f.layers {
		var err error
		if f.buffer, err = f.units.Float64s(f.buffer[:0], a); err != nil {
			return nil, err
		}
		size := f.n * f.n
		layer := []unitField{}
		for u := range a.Shape()[0] {
			values := f.buffer[u*size:][:size]
			bounds, known := ranges[f.kinds[i]]
			if !known {
				bounds[0], bounds[1] = span(values)
			}
			layer = append(layer, unitField{encode(values, bounds[0], bounds[1]), f.n, numbers{bounds[0], bounds[1]}})
		}
		all = append(all, layer)
	}
	return all, nil
}

// span returns the least and largest of the finite values, 0 and 0 if there are none.
func span(values []float64) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	if lo > hi {
		return 0, 0
	}
	return lo, hi
}

// encode returns values from lo to hi as bytes from 0 to 255, NaN and what lies where there is
// no span as 128, in base64.
func encode(values []float64, lo, hi float64) string {
	out := make([]byte, len(values))
	scale := 255 / (hi - lo)
	for i, v := range values {
		b := (v-lo)*scale + 0.5
		switch {
		case math.IsNaN(b), !(hi > lo):
			out[i] = 128
		case b >= 255:
			out[i] = 255
		case b > 0:
			out[i] = byte(b)
		}
	}
	return base64.StdEncoding.EncodeToString(out)
}

package play

import (
	"math"

	"chainrule/graph"
	settings "chainrule/internal/experiment"
	"chainrule/layers"
	"chainrule/losses/metrics"
	"chainrule/optim/dataset"
	"chainrule/optim/experiment"
)

// A look computes what a frame says of a run: its programs are compiled once. What it gives
// is of graphs for evaluation: nothing is dropped, and norms take what they keep.
type look struct {
	run         *run
	train, held *scorer // held is nil if nothing is held out
	fields      *fields
}

func newLook(r *run, p *plane) (l *look, err error) {
	l = &look{run: r}
	defer func() {
		if err != nil {
			l.close()
		}
	}()
	if l.train, err = newScorer(r, r.exp.Train, true); err != nil {
		return l, err
	}
	if r.exp.Held != nil {
		if l.held, err = newScorer(r, r.exp.Held, false); err != nil {
			return l, err
		}
	}
	if p != nil {
		l.fields, err = newFields(r, p)
	}
	return l, err
}

func (l *look) close() {
	if l == nil {
		return
	}
	for _, j := range []*scorer{l.train, l.held} {
		if j != nil {
			j.program.Close() // nothing is running
			j.gradient.Close()
		}
	}
	l.fields.close()
}

// A scorer runs the network on a set.
type scorer struct {
	exp      *experiment.Experiment
	set      *dataset.Set
	program  *graph.Program
	feeds    graph.Feeds
	cost     *graph.Node
	outputs  *graph.Node   // (m,k)
	layers   []*graph.Node // what hidden layers give
	kinds    []string      // the activations of these
	gradient *graph.Program
	gFeeds   graph.Feeds
	grads    []*graph.Node
	buffer   []float64
}

// newScorer compiles what scores a set, and with all also what tells of units and gradients.
func newScorer(r *run, set *dataset.Set, all bool) (*scorer, error) {
	e := r.exp
	j := &scorer{exp: e, set: set}
	n := e.Express(e.NewGraph(), set.Len())
	j.cost, j.outputs, j.feeds = n.Cost, graph.Transpose(n.Output()), e.Feeds(n, set)
	outputs := []*graph.Node{j.cost, j.outputs}
	if all {
		through, kinds := throughLayers(e, n.X)
		for i, a := range through {
			if i < len(through)-1 && kinds[i] != "" {
				j.layers, j.kinds = append(j.layers, a), append(j.kinds, kinds[i])
			}
		}
		outputs = append(outputs, j.layers...)
		g := e.NewGraph()
		m := e.Express(g, set.Len())
		grads, err := graph.Grad(m.Cost, m.Params...)
		if err != nil {
			return j, err
		}
		j.grads, j.gFeeds = grads, e.Feeds(m, set)
		if j.gradient, err = graph.Compile(graph.Spec{Outputs: grads}); err != nil {
			return j, err
		}
		j.gFeeds = usedFeeds(j.gradient, j.gFeeds)
	}
	var err error
	j.program, err = graph.Compile(graph.Spec{Outputs: outputs})
	return j, err
}

// usedFeeds are those that a program has inputs for.
func usedFeeds(p *graph.Program, feeds graph.Feeds) graph.Feeds {
	used := graph.Feeds{}
	for _, n := range p.Inputs() {
		if v, ok := feeds[n]; ok {
			used[n] = v
		}
	}
	return used
}

// throughLayers adds the network to the graph of x layer by layer of the settings, and
// returns what each gives and the name of its activation, if it has one.
func throughLayers(e *experiment.Experiment, x *graph.Node) (out []*graph.Node, activations []string) {
	list := e.Settings.Layers
	for _, l := range list {
		activations = append(activations, l.Activation)
	}
	switch net := e.Network.(type) {
	case *layers.MLP:
		nodes := net.Forward(x)
		for i := range list {
			out = append(out, nodes.A[min(i, len(nodes.A)-1)])
		}
	case layers.Sequential:
		for i, l := range list {
			take := 1
			if l.Kind == settings.Dense && l.Activation != "" {
				take = 2
			}
			for range take {
				if len(net) > 0 {
					x, net = net[0].Apply(x), net[1:]
				}
			}
			if i == len(list)-1 {
				for _, rest := range net {
					x = rest.Apply(x)
				}
			}
			out = append(out, x)
		}
	}
	return out, activations
}

// score is how the network does on a set.
type score struct {
	cost, accuracy, r2 float64
}

// run computes how the network does now.
func (j *scorer) run() (score, error) {
	var s score
	if err := j.program.Run(j.feeds); err != nil {
		return s, err
	}
	var err error
	if s.cost, err = j.program.Scalar(j.cost); err != nil {
		return s, err
	}
	if j.buffer, err = j.program.Float64s(j.buffer[:0], j.outputs); err != nil {
		return s, err
	}
	if j.set.Task() == dataset.Regress {
		s.r2, err = j.r2()
		return s, err
	}
	s.accuracy = float64(j.right()) / float64(j.set.Len())
	return s, nil
}

// right counts the examples whose class is the likeliest. What is not a number is none.
func (j *scorer) right() (n int) {
	m := j.set.Len()
	k := len(j.buffer) / m
	border := threshold(j.exp.Settings)
	for i, class := range j.set.Class {
		p := j.buffer[i*k:][:k]
		said := 0
		if k == 1 {
			if math.IsNaN(p[0]) {
				continue
			}
			if p[0] > border {
				said = 1
			}
		} else {
			for c, v := range p {
				if v > p[said] || math.IsNaN(p[said]) {
					said = c
				}
			}
			if math.IsNaN(p[said]) {
				continue
			}
		}
		if said == class {
			n++
		}
	}
	return n
}

// threshold is above what an only output means the second class.
func threshold(x settings.Settings) float64 {
	if x.Cost.Kind == settings.Hinge {
		return 0
	}
	return 0.5
}

// r2 is the mean of that of all targets; NaN if an output is not finite.
func (j *scorer) r2() (float64, error) {
	k, sum := len(j.set.Targets), 0.0
	scaling := j.exp.TargetScaling
	for t := range k {
		var r2 metrics.R2
		for i := t; i < len(j.buffer); i += k {
			p := j.buffer[i]
			if scaling != nil {
				p = p*scaling.Std[t] + scaling.Mean[t]
			}
			if math.IsNaN(p) || math.IsInf(p, 0) {
				return math.NaN(), nil
			}
			if err := r2.Add(p, j.set.Y[i]); err != nil {
				return 0, err
			}
		}
		sum += r2.Value()
	}
	return sum / float64(k), nil
}

// measure adds a point to the curve, if it wants one here.
func (r *run) measure() error {
	step := r.step()
	if !r.curve.wants(step) {
		return nil
	}
	train, err := r.look.train.run()
	var held score
	if err == nil && r.look.held != nil {
		held, err = r.look.held.run()
	}
	if err != nil {
		return err
	}
	r.curve.add(step, train.cost, held.cost)
	return nil
}

// gradients returns the largest entry of each parameter's gradient on the training set.
func (j *scorer) gradients() (numbers, error) {
	err := j.gradient.Run(j.gFeeds)
	out := numbers{}
	for _, g := range j.grads {
		if err == nil {
			j.buffer, err = j.gradient.Float64s(j.buffer[:0], g)
			out = append(out, maxNorm(j.buffer))
		}
	}
	return out, err
}

// maxNorm is the largest magnitude, NaN if one is.
func maxNorm(v []float64) (most float64) {
	for _, x := range v {
		if x = math.Abs(x); x > most || math.IsNaN(x) {
			most = x
		}
	}
	return most
}

// flat is which share of the steepest slope of an activation is so little that an entry
// counts as saturated.
const flat = 0.02

// slopes are the slopes of activations by what they give, as a share of the steepest.
var slopes = map[string]func(a float64) float64{
	"tanh":    func(a float64) float64 { return 1 - a*a },
	"sigmoid": func(a float64) float64 { return 4 * a * (1 - a) },
}

// unitsNews says which units of hidden layers learn no more.
type unitsNews struct {
	Dead      numbers `json:"dead"`      // share of the units of each layer with an activation that are 0 for every example
	Saturated numbers `json:"saturated"` // share of the entries of each where tanh or sigmoid has less than a fiftieth of its steepest slope
}

// units looks at what the last run left.
func (j *scorer) units() (unitsNews, error) {
	n := unitsNews{Dead: numbers{}, Saturated: numbers{}}
	for i, a := range j.layers {
		var err error
		if j.buffer, err = j.program.Float64s(j.buffer[:0], a); err != nil {
			return n, err
		}
		rows, m := a.Shape()[0], a.Shape()[1]
		dead, saturated := 0, 0
		slope := slopes[j.kinds[i]]
		for r := range rows {
			live := false
			for _, v := range j.buffer[r*m:][:m] {
				live = live || v != 0
				if slope != nil && slope(v) < flat {
					saturated++
				}
			}
			if !live {
				dead++
			}
		}
		n.Dead = append(n.Dead, float64(dead)/float64(rows))
		n.Saturated = append(n.Saturated, float64(saturated)/float64(rows*m))
	}
	return n, nil
}

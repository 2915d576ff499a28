package layers_test

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/graph/gradtest"
	"chainrule/internal/experiment"
	"chainrule/layers"
	"chainrule/layers/predict"
	"gorgonia.org/tensor"
)

// A netMaker makes random networks of all kinds of layers.
type netMaker struct {
	*rand.Rand
	named bool // dense layers have names
	usual bool // there may be usual epsilons, with which normalisations behind one another make large numbers of rounding
	count int
}

// list returns up to four layers behind one another, and what comes out.
func (r *netMaker) list(in experiment.Flow, depth int) ([]experiment.Layer, experiment.Flow) {
	var list []experiment.Layer
	for range 1 + r.IntN(4) {
		l := r.layer(in, depth)
		list, in = append(list, l), l.Outputs(in)
	}
	return list, in
}

// ofImages are the kinds of layers that take images alone, and ofNumbers those that do not.
var (
	ofImages  = []string{experiment.Conv, experiment.MaxPool, experiment.AvgPool, experiment.GlobalAvgPool, experiment.Flatten}
	ofNumbers = []string{experiment.Dense, experiment.BatchNorm, experiment.LayerNorm, experiment.Standardize, experiment.Unstandardize, experiment.Image}

	// ofSequences are those that take sequences, which others do not.
	ofSequences = []string{experiment.StepMean, experiment.Positions, experiment.Attention, experiment.RNN, experiment.GRU, experiment.LSTM}
	besides     = []string{experiment.Dense, experiment.Activation, experiment.Dropout, experiment.LayerNorm, experiment.Sequential, experiment.Residual, experiment.Flatten}
)

func (r *netMaker) layer(in experiment.Flow, depth int) experiment.Layer {
	kinds := slices.DeleteFunc(experiment.Kinds(experiment.Layer{}), func(kind string) bool {
		switch {
		case kind == experiment.Embedding: // of whole numbers, which no layer gives
			return true
		case in.IsSequence():
			return !slices.Contains(ofSequences, kind) && !slices.Contains(besides, kind)
		case in.IsImage():
			return slices.Contains(ofNumbers, kind) || slices.Contains(ofSequences, kind) || kind == experiment.Steps
		}
		return slices.Contains(ofImages, kind) || slices.Contains(ofSequences, kind)
	})
	l := experiment.Layer{Kind: kinds[r.IntN(len(kinds))]}
	r.count++
	if own := "layer" + strconv.Itoa(r.count); l.Kind == experiment.Dense && r.named || r.IntN(4) == 0 && l.Kind != experiment.Dense {
		l.Name = own
	}
	switch l.Kind {
	case experiment.Dense:
		if l.Units = 1 + r.IntN(5); r.IntN(2) == 0 {
			l.Activation = r.activation()
		}
	case experiment.Activation:
		l.Name, l.Activation = "", r.activationOf(in)
	case experiment.Dropout:
		l.Rate = 0.1 + 0.5*r.Float64()
	case experiment.BatchNorm:
		if l.Momentum = float64(r.IntN(2)) * r.Float64(); !r.usual || r.IntN(2) == 0 {
			l.Epsilon = 0.1 + r.Float64()
		}
	case experiment.LayerNorm:
		l.Epsilon = 0.1 + r.Float64()
	case experiment.Image:
		l.Name, l.Shape = "", r.shape(in.Numbers)
	case experiment.Conv:
		r.conv(&l, in.Image)
	case experiment.MaxPool, experiment.AvgPool:
		l.Name = ""
		r.window(&l, in.Image)
	case experiment.GlobalAvgPool, experiment.Flatten:
		l.Name = ""
	case experiment.Steps, experiment.StepMean, experiment.Positions, experiment.Attention, experiment.RNN, experiment.GRU, experiment.LSTM:
		r.sequence(&l, in)
	case experiment.Sequential, experiment.Residual, experiment.Parallel:
		if l.Name = ""; depth == 0 {
			return r.layer(in, depth)
		}
		r.inside(&l, in, depth-1)
	}
	return l
}

// inside sets the layers in another.
func (r *netMaker) inside(l *experiment.Layer, in experiment.Flow, depth int) {
	switch l.Kind {
	case experiment.Sequential:
		l.Layers, _ = r.list(in, depth)
	case experiment.Residual:
		var out experiment.Flow
		if l.Layers, out = r.list(in, depth); out != in {
			l.Layers = append(l.Layers, r.bridge(out, in)...)
		}
	case experiment.Parallel:
		for range 1 + r.IntN(3) {
			branch := r.layer(in, depth)
			if out := branch.Outputs(in); out.IsImage() || out.IsSequence() {
				branch = experiment.Layer{Kind: experiment.Sequential, Layers: append([]experiment.Layer{branch}, r.bridge(out, experiment.Flow{Numbers: out.Numbers})...)}
			}
			l.Layers = append(l.Layers, branch)
		}
		if in.IsImage() && r.IntN(2) == 0 { // and all images with it
			l.Layers = []experiment.Layer{{Kind: experiment.Activation, Activation: "tanh"},
				{Kind: experiment.Conv, Channels: 1 + r.IntN(2), Kernel: []int{1}}, {Kind: experiment.MaxPool, Kernel: []int{3}, Stride: []int{1}, Padding: []int{1}}}
		}
	}
}

// bridge returns layers from one flow to another.
func (r *netMaker) bridge(from, to experiment.Flow) (list []experiment.Layer) {
	if from.IsImage() || from.IsSequence() {
		list = append(list, experiment.Layer{Kind: experiment.Flatten})
	}
	if from.Numbers != to.Numbers {
		d := experiment.Layer{Kind: experiment.Dense, Units: to.Numbers}
		if r.count++; r.named {
			d.Name = "layer" + strconv.Itoa(r.count)
		}
		list = append(list, d)
	}
	if to.IsImage() {
		list = append(list, experiment.Layer{Kind: experiment.Image, Shape: []int{to.Image.Channels, to.Image.Height, to.Image.Width}})
	}
	if to.IsSequence() {
		list = append(list, experiment.Layer{Kind: experiment.Steps, Steps: to.Steps})
	}
	return list
}

// divisor returns a number that divides n.
func (r *netMaker) divisor(n int) int {
	for {
		if d := 1 + r.IntN(max(n, 1)); n%d == 0 {
			return d
		}
	}
}

// sequence sets a layer of sequences.
func (r *netMaker) sequence(l *experiment.Layer, in experiment.Flow) {
	switch l.Kind {
	case experiment.Steps:
		l.Name, l.Steps = "", r.divisor(in.Numbers)
	case experiment.StepMean:
		l.Name = ""
	case experiment.Positions:
		if l.Steps = in.Steps + r.IntN(2); r.IntN(2) == 0 {
			l.Name, l.Steps = "", 0
		}
	case experiment.Attention:
		l.Causal = r.IntN(2) == 0
		if l.Heads = r.divisor(in.Features()); l.Heads == 1 {
			l.Heads = 0
		}
	default:
		l.Units, l.Last = 1+r.IntN(4), r.IntN(2) == 0
		if l.Kind == experiment.RNN && r.IntN(2) == 0 {
			l.Activation = []string{"sigmoid", "identity", "elu"}[r.IntN(3)]
		}
	}
}

// shape returns one of so many numbers.
func (r *netMaker) shape(n int) []int {
	shape := []int{1, 1, 1}
	for factor := 2; n > 1; factor++ {
		for n%factor == 0 {
			shape[r.IntN(3)] *= factor
			n /= factor
		}
	}
	return shape
}

// sides returns one number or two from least to most.
func (r *netMaker) sides(least, most int) []int {
	list := []int{least + r.IntN(most-least+1)}
	if r.IntN(3) == 0 {
		list = append(list, least+r.IntN(most-least+1))
	}
	return list
}

// window sets a window that fits images.
func (r *netMaker) window(l *experiment.Layer, in experiment.ImageShape) {
	side := min(in.Height, in.Width)
	if l.Kernel = r.sides(1, min(side, 3)); r.IntN(2) == 0 {
		l.Stride = r.sides(1, 3)
	}
	if r.IntN(2) == 0 {
		l.Padding = r.sides(0, slices.Min(l.Kernel)/2)
	}
}

// conv sets a convolution that images can have.
func (r *netMaker) conv(l *experiment.Layer, in experiment.ImageShape) {
	l.Channels = 1 + r.IntN(3)
	r.window(l, in)
	if r.IntN(3) == 0 {
		l.Groups, l.Channels = in.Channels, in.Channels*(1+r.IntN(2))
	}
	if r.IntN(3) == 0 {
		l.Dilation, l.Padding = []int{2}, []int{2}
	}
	if r.IntN(2) == 0 {
		l.Activation = r.activationOf(experiment.Flow{Image: in})
	}
}

// activationOf returns one that images have, if it is of these.
func (r *netMaker) activationOf(in experiment.Flow) string {
	for {
		if name := r.activation(); name != "softmax" || !in.IsImage() {
			return name
		}
	}
}

func (r *netMaker) activation() string {
	names := layers.ActivationNames()
	return names[r.IntN(len(names))]
}

// settings returns a random network that settings may describe.
func (r *netMaker) settings(t *testing.T) experiment.Settings {
	for {
		r.named, r.count = r.IntN(2) == 0, 0
		s := experiment.Settings{Version: 1, Inputs: 1 + r.IntN(4), Seed: r.Uint32(), Dtype: []string{"float32", ""}[r.IntN(2)]}
		if r.IntN(3) == 0 {
			s.Name = "net"
		}
		in := experiment.Flow{Numbers: s.Inputs}
		if r.IntN(3) == 0 {
			s.Inputs = []int{12, 18, 25, 36}[r.IntN(4)]
			in.Numbers = s.Inputs
			s.Layers = []experiment.Layer{{Kind: experiment.Image, Shape: r.shape(s.Inputs)}}
			in = s.Layers[0].Outputs(in)
		}
		if s.Layers == nil && r.IntN(3) == 0 {
			s.Inputs = []int{6, 8, 12, 15}[r.IntN(4)]
			in = experiment.Flow{Numbers: s.Inputs, Steps: r.divisor(s.Inputs)}
			s.Layers = []experiment.Layer{{Kind: experiment.Steps, Steps: in.Steps}}
		}
		list, out := r.list(in, 3)
		if s.Layers = append(s.Layers, list...); out.IsImage() || out.IsSequence() {
			s.Layers = append(s.Layers, experiment.Layer{Kind: experiment.Flatten})
		}
		if out.Numbers > 24 {
			continue
		}
		if err := s.CheckNetwork(); err != nil {
			t.Fatalf("%v\n%+v", err, s)
		}
		return s
	}
}

// network returns it with random numbers in all that it trains and keeps.
func (r *netMaker) network(t *testing.T, s experiment.Settings) layers.Layer {
	t.Helper()
	net, err := layers.Build(s, r)
	if err != nil {
		t.Fatalf("%v\n%+v", err, s)
	}
	for _, p := range slices.Concat(net.Params(), layers.State(net)) {
		if strings.HasSuffix(p.Name(), ".seed") {
			continue
		}
		values := make([]float64, p.Shape().TotalSize())
		for i := range values {
			values[i] = r.NormFloat64()
			if strings.HasSuffix(p.Name(), ".variance") || strings.HasSuffix(p.Name(), ".std") {
				values[i] = 0.5 + r.Float64()
				if strings.HasSuffix(p.Name(), ".std") && r.IntN(8) == 0 {
					values[i] = 0
				}
			}
		}
		if err := p.Set(array(p.Dtype(), p.Shape(), values...)); err != nil {
			t.Fatal(err)
		}
	}
	return net
}

func dtypeOf(s experiment.Settings) tensor.Dtype {
	if s.Dtype == "float32" {
		return tensor.Float32
	}
	return tensor.Float64
}

// randomNets is how many networks a test makes.
func randomNets(usual int) int {
	if n, err := strconv.Atoi(os.Getenv("CHAINRULE_TEST_NETS")); err == nil {
		return n
	}
	return usual
}

// Gradients of random networks, in training and in evaluation, are those of difference
// quotients.
func TestRandomNetworksGradients(t *testing.T) {
	r := &netMaker{Rand: rand.New(rand.NewPCG(7, 8))}
	entries := 0
	for i := range randomNets(60) {
		s := r.settings(t)
		net := r.network(t, s)
		g := graph.New(graph.Settings{Dtype: dtypeOf(s), Training: r.IntN(2) == 0})
		m := 1 + r.IntN(4)
		x := g.Input("X", s.Inputs, m)
		y := net.Apply(x)
		weights := g.Input("weights", y.Shape()...)
		wrt := []*graph.Node{x}
		for _, p := range net.Params() {
			wrt = append(wrt, g.Use(p))
		}
		cost := graph.Mean(graph.Mul(weights, graph.Tanh(y)))
		report, err := gradtest.Compare(t.Context(), gradtest.Settings{Seed: uint64(i), MaxEntries: 6, Float32Tolerance: 1e-3}, cost, nil, wrt...)
		if err != nil {
			t.Errorf("%d: %v\n%+v", i, err, s)
			continue
		}
		for _, row := range report.Rows {
			if row.Count(gradtest.Wrong) > 0 { // of a gradient that is 0 but for rounding nothing can be said
				t.Errorf("%d %v, training %v, %d examples: %v\n%+v", i, s.Dtype, g.IsTraining(), m, row.Err(), s.Layers)
			}
			entries += row.Count(gradtest.Right)
		}
	}
	t.Logf("%d entries", entries)
	if entries < 100 {
		t.Errorf("%d entries compared", entries)
	}
}

// A description makes the same network again, with the same names; its file makes it with the
// same numbers.
func TestRandomNetworksAreDescribed(t *testing.T) {
	r := &netMaker{Rand: rand.New(rand.NewPCG(9, 10)), usual: true}
	for i := range randomNets(100) {
		s := r.settings(t)
		net := r.network(t, s)
		own, err := layers.Describe(net)
		if err != nil {
			t.Errorf("%d: %v\n%+v", i, err, s)
			continue
		}
		if own.Inputs > 0 && own.Inputs != s.Inputs {
			t.Errorf("%d: %d inputs, %d expected of %+v", i, own.Inputs, s.Inputs, s)
		}
		own.Inputs, own.Dtype, own.Version = s.Inputs, s.Dtype, 1
		if err := own.CheckNetwork(); err != nil {
			t.Errorf("%d: %v\n%+v\n%+v", i, err, s, own)
			continue
		}
		again, err := layers.Build(own, r)
		if err != nil {
			t.Errorf("%d: %v\n%+v", i, err, own)
			continue
		}
		same := func(what string, other layers.Layer, values bool) {
			a, b := slices.Concat(net.Params(), layers.State(net)), slices.Concat(other.Params(), layers.State(other))
			if len(a) != len(b) {
				t.Errorf("%d: %s: %s, %s expected", i, what, names(b), names(a))
				return
			}
			for j := range a {
				if a[j].Name() != b[j].Name() || !a[j].Shape().Eq(b[j].Shape()) || values && !reflect.DeepEqual(a[j].Value().Data(), b[j].Value().Data()) {
					t.Errorf("%d: %s: %s, %s expected\n%+v", i, what, names(b), names(a), s)
					return
				}
			}
			if x, y := describeText(t, other), describeText(t, net); x != y {
				t.Errorf("%d: %s: %s, %s expected", i, what, x, y)
			}
			if got, want := formula(s, other), formula(s, net); got != want {
				t.Errorf("%d: %s: %s, %s expected", i, what, got, want)
			}
		}
		same("described", again, false)
		table, err := layers.Summarize(net, s.Inputs)
		trained, kept := 0, 0
		for _, row := range table.Rows {
			if row.Depth == 0 {
				trained, kept = trained+row.Trained, kept+row.Kept
			}
		}
		if err != nil || trained != totalOf(net.Params()) || kept != totalOf(layers.State(net)) || table.Trained != trained || table.Kept != kept ||
			table.Rows[len(table.Rows)-1].Depth == 0 && table.Rows[len(table.Rows)-1].Outputs != s.Width() {
			t.Errorf("%d: error %v, %d and %d numbers\n%v", i, err, totalOf(net.Params()), totalOf(layers.State(net)), table)
		}
		for _, given := range []experiment.Settings{s, {Inputs: s.Inputs}} {
			var file, second bytes.Buffer
			if err := layers.Save(&file, layers.Model{Network: net, Settings: given}); err != nil {
				t.Errorf("%d: %v\n%+v", i, err, s)
				continue
			}
			data := bytes.Clone(file.Bytes())
			m, err := layers.Load(&file)
			if err != nil {
				t.Errorf("%d: %v\n%+v", i, err, s)
				continue
			}
			same("loaded", m.Network, true)
			if err := layers.Save(&second, *m); err != nil || !bytes.Equal(data, second.Bytes()) {
				t.Errorf("%d: saved again it has other bytes, error %v", i, err)
			}
		}
	}
}

// totalOf is how many parameters hold.
func totalOf(params []*graph.Param) (n int) {
	for _, p := range params {
		n += p.Shape().TotalSize()
	}
	return n
}

func describeText(t *testing.T, net layers.Layer) string {
	t.Helper()
	s, err := layers.Describe(net)
	if err != nil {
		return err.Error()
	}
	text, err := s.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), `,"activation":"identity"`, "") // which an MLP says
}

// formula is what a network computes.
func formula(s experiment.Settings, net layers.Layer) string {
	g := graph.New(graph.Settings{Dtype: dtypeOf(s), Training: true})
	y := net.Apply(g.Input("X", s.Inputs, 2))
	var b strings.Builder
	at := map[*graph.Node]int{}
	for i, n := range g.Nodes() {
		at[n] = i
		b.WriteString(n.Name())
		if op := n.Op(); op != nil {
			b.WriteString(fmt.Sprint(op.Name, op.Attrs))
		}
		for _, in := range n.Inputs() {
			b.WriteString(" " + strconv.Itoa(at[in]))
		}
		b.WriteString("\n")
	}
	b.WriteString(strconv.Itoa(at[y]))
	return b.String()
}

// Predictions are what a graph computes, and each example has the bits that it has alone.
func TestRandomNetworksPredict(t *testing.T) {
	r := &netMaker{Rand: rand.New(rand.NewPCG(11, 12)), usual: true}
	for i := range randomNets(100) {
		s := r.settings(t)
		net := r.network(t, s)
		p, err := layers.Model{Network: net, Settings: s}.Predictor()
		if err != nil {
			t.Errorf("%d: %v\n%+v", i, err, s)
			continue
		}
		const m = 7
		x, k := make([]float64, m*s.Inputs), p.Outputs()
		for j := range x {
			x[j] = float64(float32(r.NormFloat64()))
		}
		got := make([]float64, m*k)
		if err := p.Predict(got, x); err != nil {
			t.Errorf("%d: %v\n%+v", i, err, s)
			continue
		}
		g := graph.New(graph.Settings{Dtype: dtypeOf(s)})
		in := g.Input("X", s.Inputs, m)
		columns := make([]float64, len(x))
		for j := range x {
			columns[j%s.Inputs*m+j/s.Inputs] = x[j]
		}
		want := run(t, net.Apply(in), graph.Feeds{in: array(dtypeOf(s), []int{s.Inputs, m}, columns...)})
		within := 1e-12
		if s.Dtype == "float32" {
			within = 1e-5
		}
		largest := 1.0
		for _, v := range want {
			largest = max(largest, math.Abs(v))
		}
		for j := range want {
			if v := got[j%m*k+j/m]; !(math.Abs(v-want[j]) <= within*largest) {
				t.Errorf("%d %s: output %d of example %d is %v, %v expected\n%s", i, s.Dtype, j/m, j%m, v, want[j], text(t, s))
				break
			}
		}
		sameBits(t, p, x, got)
	}
}

// sameBits predicts in parts of all sizes, from several goroutines at once.
func sameBits(t *testing.T, p *predict.Model, x, want []float64) {
	n, k := p.Inputs(), p.Outputs()
	m := len(x) / n
	done := make(chan bool)
	const goroutines = 8
	for part := range goroutines {
		go func() {
			ok := true
			for from := 0; from < m; from += part + 1 {
				to := min(from+part+1, m)
				y := make([]float64, (to-from)*k)
				ok = ok && p.Predict(y, x[from*n:to*n]) == nil && slices.Equal(y, want[from*k:to*k])
			}
			done <- ok
		}()
	}
	for range goroutines {
		if !<-done {
			t.Error("other bits in another batch")
		}
	}
}

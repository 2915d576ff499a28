package main

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"chainrule/internal/toy"
)

// Every toy set has as many points held out, from the same distribution but
// other ones, and the same seed gives the same ones.
func TestPoints(t *testing.T) {
	for _, name := range toy.Names() {
		c := defaultConfig()
		c.data = name
		first, again := build(t, c), build(t, c)
		if !slices.Equal(first.Train.X, again.Train.X) || !slices.Equal(first.Held.X, again.Held.X) {
			t.Errorf("%s: two draws with one seed differ", name)
		}
		if first.same() || first.Held.Len() != 400 || first.Train.Len() != 400 {
			t.Errorf("%s: %d points and %d held out", name, first.Train.Len(), first.Held.Len())
		}
		c.seed++
		other := build(t, c)
		if slices.Equal(first.Train.X, other.Train.X) != (name == "flower") || slices.Equal(first.Held.X, other.Held.X) {
			t.Errorf("%s: points that depend on the seed, but for the published flower, expected", name)
		}
		if slices.Equal(first.Held.X, other.Train.X) {
			t.Errorf("%s: the points held out are those of the next seed", name)
		}
		c.noise = 0
		if p := build(t, c); !p.same() && name != "blobs" && name != "gauss" && name != "xor" {
			t.Errorf("%s: without noise other points are held out", name)
		}
		if mean, want := center(first.Held.X), center(first.Train.X); math.Hypot(mean[0]-want[0], mean[1]-want[1]) > 0.4 {
			t.Errorf("%s: the mean of the points held out is %v, of the others %v", name, mean, want)
		}
	}
	published, err := toy.New("flower", toy.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(build(t, defaultConfig()).Train.X, published.X) {
		t.Error("the flower is not the published one")
	}
}

// center is the mean of points.
func center(x []float64) [2]float64 {
	var sum [2]float64
	for i, v := range x {
		sum[i%2] += v / float64(len(x)/2)
	}
	return sum
}

// Of a file 20 % of each class are held out, and the inputs have mean 0 and
// standard deviation 1 over the others, which scale those held out too.
func TestFile(t *testing.T) {
	lines := []string{"width,kind,height"}
	for i := range 50 {
		lines = append(lines, fmt.Sprintf("%d,%c,%d", i, 'a'+i%5/3, 1000*i*i))
	}
	c := defaultConfig()
	c.csv, c.label = write(t, "things.csv", lines...), "kind"
	p := build(t, c)
	if p.Train.Len() != 40 || p.Held.Len() != 10 || p.outputs() != 1 {
		t.Errorf("%d examples, %d held out, %d outputs", p.Train.Len(), p.Held.Len(), p.outputs())
	}
	ones := 0
	for _, class := range p.Held.Class {
		ones += class
	}
	if ones != 4 {
		t.Errorf("%d of class b held out, 4 expected", ones)
	}
	for i := range 2 {
		mean, square := 0.0, 0.0
		for j := range 40 {
			v := p.Scaled(p.Train).X[2*j+i]
			mean, square = mean+v/40, square+v*v/40
		}
		if math.Abs(mean) > 1e-12 || math.Abs(square-1) > 1e-12 {
			t.Errorf("input %d has mean %v, mean square %v", i, mean, square)
		}
	}
	// Equal steps of the width are equal steps after scaling, in both parts.
	all := slices.Concat(p.Scaled(p.Train).X, p.Scaled(p.Held).X)
	var widths []float64
	for j := range 50 {
		widths = append(widths, all[2*j])
	}
	slices.Sort(widths)
	for j := 1; j < 50; j++ {
		if step := widths[j] - widths[j-1]; math.Abs(step-(widths[1]-widths[0])) > 1e-12 {
			t.Errorf("from width %d to the next it is %v", j-1, step)
		}
	}
	c.share = 0
	if p := build(t, c); p.Held != nil || p.Train.Len() != 50 {
		t.Errorf("%d examples, %v held out", p.Train.Len(), p.Held)
	}
}

// The first weights: by whom, how large, and in which words.
func TestWeights(t *testing.T) {
	for _, c := range []struct {
		change func(c *config)
		text   string
		names  []string
	}{
		{func(c *config) {}, "0.01 times NumPy's randn with seed 2", []string{"normal", "normal"}},
		{func(c *config) { c.hidden = []int{8, 8} }, "Glorot's with seed 2", []string{"glorot", "glorot", "glorot"}},
		{func(c *config) { c.data, c.activation, c.hidden = "moons", []string{"elu", "tanh"}, []int{3, 3} },
			"He's before elu and Glorot's before tanh and sigmoid with seed 2", []string{"he", "glorot", "glorot"}},
		{func(c *config) { c.data, c.init, c.scale = "blobs", "lecun", 0.5 }, "0.5 times LeCun's with seed 2", []string{"lecun", "lecun"}},
		{func(c *config) { c.init = "uniform" }, "0.01 times numbers uniform from -1 to 1 with seed 2", []string{"uniform", "uniform"}},
		{func(c *config) { c.init = "zeros" }, "0", []string{"zeros", "zeros"}},
	} {
		config := defaultConfig()
		c.change(&config)
		p := build(t, config)
		if got := p.describeWeights(); got != c.text || !slices.Equal(p.initNames(), c.names) {
			t.Errorf("%q %v, %q %v expected", got, p.initNames(), c.text, c.names)
		}
	}
	c, d := defaultConfig(), defaultConfig()
	d.init, d.scale = "normal", 0.02
	w, twice := build(t, c).net.W[1].Value().Float64s(), build(t, d).net.W[1].Value().Float64s()
	if math.Abs(2*w[0]-twice[0]) > 1e-15 || w[0] == 0 {
		t.Errorf("weights %v, with twice the scale %v", w, twice)
	}
}

package experiment

import (
	"fmt"
	"math"
	"strconv"
)

const (
	// maxLayers and maxDepth are how many layers a network may have, and how many of them
	// may lie in one another, as the reader's limits allow: a list that holds itself ends.
	maxLayers, maxDepth = maxValues, 6

	// maxWidth is how many outputs layers beside one another may have.
	maxWidth = maxWeights
)

func (Layer) kinds() []kind {
	named, frozen := field{"name", nil}, field{"frozen", nil}
	return []kind{
		{name: Dense, fields: []field{named, {"units", nil}, {"activation", nil}, {"init", nil}, frozen}, check: (*layerCheck).dense,
			outputs: func(l Layer, _ int) int { return l.Units }},
		{name: Activation, fields: []field{{"activation", needed}}, outputs: asMany},
		{name: Dropout, fields: []field{named, {"rate", dropRate}}, check: (*layerCheck).named, outputs: asMany},
		{name: BatchNorm, fields: []field{named, {"momentum", portion}, {"epsilon", rate}, frozen}, check: (*layerCheck).norm, outputs: asMany},
		{name: LayerNorm, fields: []field{named, {"epsilon", rate}, frozen}, check: (*layerCheck).norm, outputs: asMany},
		{name: Standardize, fields: []field{named}, check: (*layerCheck).norm, outputs: asMany},
		{name: Unstandardize, fields: []field{named}, check: (*layerCheck).norm, outputs: asMany},
		{name: Sequential, fields: []field{{"layers", nil}}, check: (*layerCheck).sequential, outputs: chained},
		{name: Residual, fields: []field{{"layers", nil}}, check: (*layerCheck).residual, outputs: asMany},
		{name: Parallel, fields: []field{{"layers", nil}}, check: (*layerCheck).parallel, outputs: func(l Layer, inputs int) (sum int) {
			for _, branch := range l.Layers {
				sum += outputsOf(branch, inputs)
			}
			return sum
		}},
	}
}

// asMany is the number of outputs of a layer that has as many as inputs.
func asMany(_ Layer, inputs int) int { return inputs }

// chained is that of layers behind one another.
func chained(l Layer, inputs int) int {
	for _, inner := range l.Layers {
		inputs = outputsOf(inner, inputs)
	}
	return inputs
}

// outputsOf returns how many outputs a layer has, as many as inputs if it is of no kind.
func outputsOf(l Layer, inputs int) int {
	if k, err := kindOf("", l); err == nil {
		return k.outputs(l, inputs)
	}
	return inputs
}

// Numbered returns what a layer of a kind without a name is called, of which it is the one
// of that number in the network, from 1: dropout2. Of dense layers the parameters have numbers.
func Numbered(kind string, number int) string { return kind + strconv.Itoa(number) }

// A layerCheck goes through the layers.
type layerCheck struct {
	width   int               // outputs of the layer before
	depth   int               // of lists of layers in one another
	count   int               // of layers so far
	weights int               // of all layers so far, with biases
	scale   float64           // that weights may have
	dtype   string            // of the experiment
	names   map[string]string // the paths of the layers so far by their names
	kinds   map[string]int    // how many layers there are so far by their kinds
	unnamed bool              // whether the dense layers so far have no names
}

// list checks layers behind one another.
func (c *layerCheck) list(path string, layers []Layer) error {
	return c.inside(path, layers, func(string) error { return nil })
}

// inside checks the layers of a list, of which each is followed by a call of after.
func (c *layerCheck) inside(path string, layers []Layer, after func(path string) error) error {
	switch {
	case len(layers) == 0:
		return Errorf(path, "none given, at least 1 expected")
	case c.depth > maxDepth:
		return Errorf(path, "layers lie in one another more than %d deep, which is the limit", maxDepth)
	}
	c.depth++
	defer func() { c.depth-- }()
	for i, l := range layers {
		at := fmt.Sprintf("%s[%d]", path, i)
		if c.count++; c.count > maxLayers {
			return Errorf(at, "more than %d layers, which is the limit", maxLayers)
		}
		k, err := checkKind(at, l, c.dtype)
		if err == nil && k.check != nil {
			err = k.check(c, at, l)
		}
		if err == nil {
			if l.Layers == nil { // those of a list have set it
				c.width = k.outputs(l, c.width)
			}
			err = after(at)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *layerCheck) dense(path string, l Layer) error {
	switch {
	case l.Units < 1:
		return Errorf(path+".units", "%d given, at least 1 expected", l.Units)
	case c.width+1 > (maxWeights-c.weights)/l.Units:
		return Errorf(path+".units", "%d given behind %d: with the layers before at most %d weights and biases are supported", l.Units, c.width, maxWeights)
	case !(math.Abs(l.Init.Scale) <= c.scale):
		return Errorf(path+".init.scale", "%v given, a number from -%v to %[2]v expected", l.Init.Scale, c.scale)
	case l.Init.Kind == "" && l.Init.Scale != 0:
		return Errorf(path+".init.kind", "missing")
	}
	first := c.kinds[Dense] == 0
	if err := c.named(path, l); err != nil {
		return err
	}
	if !first && (l.Name == "") != c.unnamed {
		return Errorf(path+".name", "all dense layers have a name, or none")
	}
	c.unnamed = l.Name == ""
	c.weights += (c.width + 1) * l.Units
	return nil
}

// named checks the name of a layer, or that it will get.
func (c *layerCheck) named(path string, l Layer) error {
	c.kinds[l.Kind]++
	name := l.Name
	if name == "" && l.Kind != Dense {
		name = Numbered(l.Kind, c.kinds[l.Kind])
	}
	if name == "" {
		return nil
	}
	switch before, taken := c.names[name]; {
	case taken && l.Name == "":
		return Errorf(path+".name", "missing: without one it is called %q, and so is %s", Shortened(name), before)
	case taken:
		return Errorf(path+".name", "%q is that of %s already", Shortened(name), before)
	}
	c.names[name] = path
	return nil
}

// norm checks a layer with two numbers for each feature, or four.
func (c *layerCheck) norm(path string, l Layer) error {
	numbers := 2
	if l.Kind == BatchNorm {
		numbers = 4
	}
	if c.width > (maxWeights-c.weights)/numbers {
		return Errorf(path, "%d features given: with the layers before at most %d weights and biases are supported", c.width, maxWeights)
	}
	c.weights += numbers * c.width
	return c.named(path, l)
}

func (c *layerCheck) sequential(path string, l Layer) error { return c.list(path+".layers", l.Layers) }

func (c *layerCheck) residual(path string, l Layer) error {
	inputs := c.width
	if err := c.list(path+".layers", l.Layers); err != nil {
		return err
	}
	if c.width != inputs {
		return Errorf(path+".layers", "%d outputs given behind %d: as many expected, since both are added", c.width, inputs)
	}
	return nil
}

func (c *layerCheck) parallel(path string, l Layer) error {
	inputs, sum := c.width, 0
	err := c.inside(path+".layers", l.Layers, func(branch string) error {
		if sum += c.width; sum > maxWidth {
			return Errorf(branch, "with the branches before %d outputs given, at most %d expected", sum, maxWidth)
		}
		c.width = inputs
		return nil
	})
	c.width = sum
	return err
}

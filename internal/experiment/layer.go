package experiment

import (
	"cmp"
	"fmt"
	"slices"
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
	named, frozen, function := field{"name", nil}, field{"frozen", nil}, field{"activation", nil}
	pools := windowFields
	convs := append([]field{named, {"channels", nil}}, append(slices.Clone(windowFields), field{"dilation", sides(1)}, field{"groups", nil}, function, field{"init", nil}, frozen)...)
	return append([]kind{
		{name: Dense, fields: []field{named, {"units", nil}, function, {"init", nil}, frozen}, check: (*layerCheck).dense,
			outputs: func(l Layer, in Flow) Flow { return in.of(l.Units) }},
		{name: Activation, fields: []field{{"activation", needed}}, check: (*layerCheck).function, outputs: asMany},
		{name: Dropout, fields: []field{named, {"rate", dropRate}}, check: (*layerCheck).named, outputs: asMany},
		{name: BatchNorm, fields: []field{named, {"momentum", portion}, {"epsilon", rate}, frozen}, check: (*layerCheck).norm, outputs: asMany},
		{name: LayerNorm, fields: []field{named, {"epsilon", rate}, frozen}, check: (*layerCheck).norm, outputs: asMany},
		{name: Standardize, fields: []field{named}, check: (*layerCheck).norm, outputs: asMany},
		{name: Unstandardize, fields: []field{named}, check: (*layerCheck).norm, outputs: asMany},
		{name: Sequential, fields: []field{{"layers", nil}}, check: (*layerCheck).sequential, outputs: chained},
		{name: Residual, fields: []field{{"layers", nil}}, check: (*layerCheck).residual, outputs: asMany},
		{name: Parallel, fields: []field{{"layers", nil}}, check: (*layerCheck).parallel, outputs: beside},
		{name: Image, fields: []field{{"shape", nil}}, check: (*layerCheck).image, outputs: imageOutputs},
		{name: Conv, fields: convs, check: (*layerCheck).conv, outputs: convOutputs},
		{name: MaxPool, fields: pools, check: (*layerCheck).pool, outputs: poolOutputs},
		{name: AvgPool, fields: pools, check: (*layerCheck).pool, outputs: poolOutputs},
		{name: GlobalAvgPool, check: (*layerCheck).images, outputs: func(_ Layer, in Flow) Flow { return Flow{Numbers: in.Image.Channels} }},
		{name: Flatten, check: (*layerCheck).flatten, outputs: func(_ Layer, in Flow) Flow { return Flow{Numbers: in.Numbers} }},
	}, sequenceKinds()...)
}

// asMany is what comes out of a layer that gives what it takes.
func asMany(_ Layer, in Flow) Flow { return in }

// chained is that of layers behind one another.
func chained(l Layer, in Flow) Flow {
	for _, inner := range l.Layers {
		in = inner.Outputs(in)
	}
	return in
}

// beside is that of layers beside one another: images have the channels of all.
func beside(l Layer, in Flow) (all Flow) {
	for i, branch := range l.Layers {
		out := branch.Outputs(in)
		if i == 0 {
			all.Image = out.Image
		} else {
			all.Image.Channels += out.Image.Channels
		}
		all.Numbers += out.Numbers
	}
	return all
}

// Outputs returns what comes out of a layer, as much as goes in if it is of no kind.
func (l Layer) Outputs(in Flow) Flow {
	if k, err := kindOf("", l); err == nil {
		return k.outputs(l, in)
	}
	return in
}

// Numbered returns what a layer of a kind without a name is called, of which it is the one
// of that number in the network, from 1: dropout2. Of dense layers the parameters have numbers.
func Numbered(kind string, number int) string { return kind + strconv.Itoa(number) }

// A layerCheck goes through the layers.
type layerCheck struct {
	flow    Flow              // what comes out of the layer before
	depth   int               // of lists of layers in one another
	count   int               // of layers so far
	weights int               // of all layers so far, with biases
	scale   float64           // that weights may have
	dtype   string            // of the experiment
	names   map[string]string // the paths of the layers so far by their names
	kinds   map[string]int    // how many layers there are so far by their kinds
	unnamed bool              // whether the dense layers so far have no names

	// unknown is whether the data will tell the number of inputs: flow has at most the numbers that
	// there will be, and what is compared with them is left to the check behind the reading of the data.
	unknown bool
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
				c.flow = k.outputs(l, c.flow)
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
	case c.flow.Features()+1 > (maxWeights-c.weights)/l.Units:
		return Errorf(path+".units", "%d given behind %d: with the layers before at most %d weights and biases are supported", l.Units, c.flow.Features(), maxWeights)
	}
	if err := cmp.Or(c.features(path), c.init(path, l)); err != nil {
		return err
	}
	first := c.kinds[Dense] == 0
	if err := c.named(path, l); err != nil {
		return err
	}
	if !first && (l.Name == "") != c.unnamed {
		return Errorf(path+".name", "all dense layers have a name, or none")
	}
	c.unnamed = l.Name == ""
	c.weights += (c.flow.Features() + 1) * l.Units
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
	check := c.numbers
	if l.Kind == LayerNorm {
		check = c.features
	}
	if err := check(path); err != nil {
		return err
	}
	if c.flow.Features() > (maxWeights-c.weights)/numbers {
		return Errorf(path, "%d features given: with the layers before at most %d weights and biases are supported", c.flow.Features(), maxWeights)
	}
	c.weights += numbers * c.flow.Features()
	return c.named(path, l)
}

func (c *layerCheck) sequential(path string, l Layer) error { return c.list(path+".layers", l.Layers) }

func (c *layerCheck) residual(path string, l Layer) error {
	inputs := c.flow
	if err := c.list(path+".layers", l.Layers); err != nil {
		return err
	}
	switch {
	case c.flow == inputs || c.unknown && !inputs.IsImage():
		return nil
	case c.flow.IsImage() || inputs.IsImage() || c.flow.IsSequence() || inputs.IsSequence():
		return Errorf(path+".layers", "%v given behind %v: the same expected, since both are added", c.flow, inputs)
	}
	return Errorf(path+".layers", "%d outputs given behind %d: as many expected, since both are added", c.flow.Numbers, inputs.Numbers)
}

func (c *layerCheck) parallel(path string, l Layer) error {
	inputs, all := c.flow, Flow{}
	err := c.inside(path+".layers", l.Layers, func(branch string) error {
		first := all == Flow{}
		if all.Numbers += c.flow.Numbers; all.Numbers > maxWidth {
			return Errorf(branch, "with the branches before %d outputs given, at most %d expected", all.Numbers, maxWidth)
		}
		if c.flow.IsSequence() {
			return Errorf(branch, "%v given beside others: images or numbers of all expected", c.flow)
		}
		before, next := all.Image, c.flow.Image
		if all.Image.Channels += next.Channels; first {
			all.Image = next
		} else if before.Height != next.Height || before.Width != next.Width {
			return Errorf(branch, "%v given beside others: images of one height and width expected, or numbers of all", c.flow)
		}
		c.flow = inputs
		return nil
	})
	c.flow = all
	return err
}

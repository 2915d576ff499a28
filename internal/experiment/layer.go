package experiment

import "math"

// A layerKind is all that there is to know of a kind of layer here.
type layerKind struct {
	kind
	check   func(c *layerCheck, i int, l Layer) error // reports what is wrong with layer i
	outputs func(l Layer, inputs int) int             // how many there are
}

func layerKinds() []layerKind {
	return []layerKind{
		{kind{Dense, []string{"name", "units", "activation", "init"}}, (*layerCheck).dense,
			func(l Layer, _ int) int { return l.Units }},
		{kind{Activation, []string{"activation"}}, (*layerCheck).activation,
			func(_ Layer, inputs int) int { return inputs }},
	}
}

func (Layer) kinds() []kind {
	var all []kind
	for _, k := range layerKinds() {
		all = append(all, k.kind)
	}
	return all
}

// LayerKinds returns the names of all kinds of layers, for tests that none may be
// missing from.
func LayerKinds() []string {
	var names []string
	for _, k := range layerKinds() {
		names = append(names, k.name)
	}
	return names
}

// kindOf returns the kind of a layer, false if there is no such kind.
func kindOf(l Layer) (layerKind, bool) {
	for _, k := range layerKinds() {
		if k.name == l.Kind {
			return k, true
		}
	}
	return layerKind{}, false
}

// A layerCheck goes through the layers.
type layerCheck struct {
	width   int            // outputs of the layer before
	weights int            // of all layers so far, with biases
	names   map[string]int // the dense layers so far by their names
}

func (c *layerCheck) dense(i int, l Layer) error {
	switch {
	case l.Units < 1:
		return Errorf(at(i, "units"), "%d given, at least 1 expected", l.Units)
	case c.width+1 > (maxWeights-c.weights)/l.Units:
		return Errorf(at(i, "units"), "%d given behind %d: with the layers before at most %d weights and biases are supported", l.Units, c.width, maxWeights)
	case !(math.Abs(l.Init.Scale) <= maxScale):
		return Errorf(at(i, "init.scale"), "%v given, a number from -%v to %[2]v expected", l.Init.Scale, maxScale)
	case l.Init.Kind == "" && l.Init.Scale != 0:
		return Errorf(at(i, "init.kind"), "missing")
	}
	before, taken := c.names[l.Name]
	_, unnamed := c.names[""]
	switch {
	case taken && l.Name != "":
		return Errorf(at(i, "name"), "%q is that of layers[%d] already", Shortened(l.Name), before)
	case len(c.names) > 0 && (l.Name == "") != unnamed:
		return Errorf(at(i, "name"), "all dense layers have a name, or none")
	}
	c.names[l.Name] = i
	c.weights += (c.width + 1) * l.Units
	return nil
}

func (c *layerCheck) activation(i int, l Layer) error {
	if l.Activation == "" {
		return Errorf(at(i, "activation"), "missing")
	}
	return nil
}

package experiment

import "math"

func (Layer) kinds() []kind {
	return []kind{
		{name: Dense, fields: []field{{"name", nil}, {"units", nil}, {"activation", nil}, {"init", nil}}, check: (*layerCheck).dense,
			outputs: func(l Layer, _ int) int { return l.Units }},
		{name: Activation, fields: []field{{"activation", needed}}, outputs: func(_ Layer, inputs int) int { return inputs }},
	}
}

// A layerCheck goes through the layers.
type layerCheck struct {
	width   int            // outputs of the layer before
	weights int            // of all layers so far, with biases
	scale   float64        // that weights may have
	names   map[string]int // the dense layers so far by their names
}

func (c *layerCheck) dense(i int, l Layer) error {
	switch {
	case l.Units < 1:
		return Errorf(at(i, "units"), "%d given, at least 1 expected", l.Units)
	case c.width+1 > (maxWeights-c.weights)/l.Units:
		return Errorf(at(i, "units"), "%d given behind %d: with the layers before at most %d weights and biases are supported", l.Units, c.width, maxWeights)
	case !(math.Abs(l.Init.Scale) <= c.scale):
		return Errorf(at(i, "init.scale"), "%v given, a number from -%v to %[2]v expected", l.Init.Scale, c.scale)
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

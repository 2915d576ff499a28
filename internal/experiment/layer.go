package experiment

func (Layer) kinds() []kind {
	return []kind{
		{name: Dense, fields: []field{{"name", nil}, {"units", nil}, {"activation", nil}, {"init", nil}}, check: (*layerCheck).dense,
			outputs: func(l Layer, _ int) int { return l.Units }},
		{name: Activation, fields: []field{{"activation", needed}}, outputs: func(_ Layer, inputs int) int { return inputs }},
	}
}

// A layerCheck goes through the layers.
type layerCheck struct {
	width int            // outputs of the layer before
	names map[string]int // the dense layers so far by their names
}

func (c *layerCheck) dense(i int, l Layer) error {
	switch {
	case l.Units < 1:
		return Errorf(at(i, "units"), "%d given, at least 1 expected", l.Units)
	case c.width > maxWeights/l.Units:
		return Errorf(at(i, "units"), "%d given behind %d: at most %d weights are supported", l.Units, c.width, maxWeights)
	case !finite(l.Init.Scale):
		return Errorf(at(i, "init.scale"), "%v given, a finite number expected", l.Init.Scale)
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
	return nil
}

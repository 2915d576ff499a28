package graph

import (
	"errors"
	"slices"

	"gorgonia.org/tensor"
)

// A Param is a value that lives longer than a graph: weights, a bias, an
// optimiser's state. It may enter any number of graphs, and the programs of
// all of them read and write the same memory.
type Param struct {
	// Letter is what formulas call the parameter by, with a number that counts the
	// parameters of that letter: W1 for a first layer's "W". If it is empty they show
	// the parameter's name, and those of all parameters of a letter where one of the
	// symbols is the name of another node. A layer sets it when it makes the
	// parameter; errors show names.
	Letter string

	// Layer is the layer to which the parameter belongs, such as "hidden": pictures
	// put parameters of the same layer, and what is computed from them, into one
	// field with that title. If it is empty the parameter belongs to none. A layer
	// sets it as it sets Letter; nothing is read out of names.
	Layer string

	// Bias says that the parameter is no weight: a bias, or the scale or shift of a
	// normalisation. Rules that draw weights towards 0 leave it alone. A layer sets it.
	Bias bool

	name string
	storage
	err error
}

var errBareParam = errors.New("graph: a parameter was not made by NewParam")

// NewParam returns a parameter with a copy of the given value; its name must
// be unique in every graph that it enters. A mistake (no name, a nil tensor, a
// dtype other than float64 and float32) surfaces where the parameter is used.
func NewParam(name string, value *tensor.Dense) *Param {
	p := &Param{name: name}
	s, err := newStorage(value)
	if err == nil && name == "" {
		err = errors.New("the parameter needs a name")
	}
	if err != nil {
		p.err = mistake("NewParam "+quote(name), err)
		return p
	}
	p.storage = s
	return p
}

// Name returns the parameter's name.
func (p *Param) Name() string {
	if p == nil {
		return ""
	}
	return p.name
}

// Shape returns the parameter's sizes.
func (p *Param) Shape() tensor.Shape {
	if p == nil {
		return nil
	}
	return slices.Clone(p.shape)
}

// Dtype returns the type of the parameter's numbers.
func (p *Param) Dtype() tensor.Dtype {
	if p == nil {
		return tensor.Dtype{}
	}
	return p.dtype
}

// Err returns what was wrong with the arguments of NewParam, or nil.
func (p *Param) Err() error {
	if p == nil || p.err == nil && p.dtype == (tensor.Dtype{}) {
		return errBareParam
	}
	return p.err
}

// Value returns a copy of the parameter's present value, row-major; nil if
// NewParam was given a wrong one.
func (p *Param) Value() *tensor.Dense {
	if p.Err() != nil {
		return nil
	}
	return p.tensor()
}

// Set copies a value of the same dtype and shape into the parameter.
func (p *Param) Set(value *tensor.Dense) error {
	if err := p.Err(); err != nil {
		return err
	}
	if err := p.set(value); err != nil {
		return mistake("Set of parameter "+quote(p.name), err)
	}
	return nil
}

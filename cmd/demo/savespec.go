package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"reflect"
	"strings"

	"chainrule/cmd/demo/internal/netspec"
	"chainrule/internal/files"
	"chainrule/layers"
	"chainrule/optim/experiment"
	"gorgonia.org/tensor"
)

// specExamples is how many examples a spec has at most.
const specExamples = 1000

// isSpec tells a spec of demo grad from files of models.
func isSpec(path string) bool { return strings.EqualFold(filepath.Ext(path), ".json") }

// write writes the trained network to a file as its ending says.
func (p *problem) write(path string) error {
	if !isSpec(path) {
		return p.Save(path)
	}
	spec, err := p.spec()
	if err != nil {
		return err
	}
	err = files.Write(path, func(w io.Writer) error {
		_, err := spec.WriteTo(w)
		return err
	})
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// spec returns the network as it is now with examples that it is trained on, as it takes
// them, evenly chosen if there are many.
func (p *problem) spec() (*netspec.Spec, error) {
	cost := p.Settings.Cost
	switch {
	case p.net == nil:
		return nil, errors.New("a chain of dense layers expected, without --norm and --dropout")
	case !reflect.DeepEqual(cost, experiment.Cost{Kind: cost.Kind}):
		return nil, errors.New("a cost without weights and smoothing expected")
	}
	s := &netspec.Spec{Sizes: p.sizes(), Loss: netspec.Loss(cost.Kind)}
	for _, name := range p.activations() {
		if name == "" {
			name = layers.Identity.String()
		}
		a, err := netspec.ParseActivation(name)
		if err != nil {
			return nil, err
		}
		s.Activations = append(s.Activations, a)
	}
	for l := range p.net.W {
		s.W, s.B = append(s.W, matrix(p.net.W[l].Value())), append(s.B, matrix(p.net.B[l].Value()))
	}
	set := p.sample(specExamples)
	s.X, s.Y = matrix(set.Inputs(tensor.Float64)), matrix(set.Labels(tensor.Float64))
	return s, s.Check()
}

package layers

import "chainrule/graph"

// Sequential applies its layers one after the other. It is a layer itself;
// without layers it is the identity. A nil layer is an error.
type Sequential []Layer

var _ Layer = Sequential(nil)

// Apply returns the result of the last layer.
func (s Sequential) Apply(x *graph.Node) *graph.Node { return s.ApplyMasked(x, nil) }

// Params returns the parameters of all layers in order, each once.
func (s Sequential) Params() []*graph.Param {
	var params []*graph.Param
	for _, layer := range s {
		if layer != nil {
			params = append(params, layer.Params()...)
		}
	}
	return distinct(params...)
}

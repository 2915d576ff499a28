// Package draw makes pictures of graphs, as Graphviz source and as SVG.
//
// A picture shows the nodes that the given ones are computed from. The forward
// pass runs down the left side, layer by layer. The gradients that graph.Grad
// made climb up on its right, each at the height of the value that it belongs
// to; what is computed from gradients in turn, such as an update, stands apart.
// Values with a symbol show their formula in the notation of the notes, the
// steps between them are small, and dashed edges carry values of the forward
// pass to where the chain rule needs them again. The other edges show the shape
// of what goes along them; where none leaves a box, the shape stands in it. A
// constant whose entries are all the same is written where it is used.
//
// Graphviz is part of the program, as WebAssembly, so nothing needs to be
// installed. It is loaded when a program that imports this package starts,
// which takes some 50 ms, and a second when it is not yet in the cache that it
// keeps in the directory for temporary files. Pictures may be made by several
// goroutines; they are laid out one after the other.
package draw

import (
	"errors"
	"fmt"
	"io"

	"chainrule/graph"
)

// DOT returns the picture of the outputs, and of everything that they are
// computed from, as Graphviz source. Equal graphs give equal text. It returns
// the graph's first mistake, if it has one.
func DOT(outputs ...*graph.Node) (string, error) {
	p, err := newPicture(outputs)
	if err != nil {
		return "", err
	}
	return p.dot(), nil
}

// SVG returns the picture of the outputs as an SVG file that stands alone: it
// refers to no other file, has an opaque background and asks for common fonts.
func SVG(outputs ...*graph.Node) ([]byte, error) {
	source, err := DOT(outputs...)
	if err != nil {
		return nil, err
	}
	return renderSVG(source)
}

// WriteSVG writes the picture of the outputs as an SVG file. Nothing is written
// if the picture cannot be made.
func WriteSVG(w io.Writer, outputs ...*graph.Node) error {
	svg, err := SVG(outputs...)
	if err != nil {
		return err
	}
	if _, err := w.Write(svg); err != nil {
		return fmt.Errorf("draw: writing the picture: %w", err)
	}
	return nil
}

var errNoOutputs = errors.New("draw: no nodes given")

// check reports outputs that cannot be drawn.
func check(outputs []*graph.Node) error {
	if len(outputs) == 0 {
		return errNoOutputs
	}
	for i, n := range outputs {
		if err := n.Err(); err != nil {
			return fmt.Errorf("draw: output %d: %w", i, err)
		}
		if n.Graph() != outputs[0].Graph() {
			return fmt.Errorf("draw: output %d belongs to another graph than output 0", i)
		}
	}
	if err := outputs[0].Graph().Err(); err != nil {
		return fmt.Errorf("draw: %w", err)
	}
	return nil
}

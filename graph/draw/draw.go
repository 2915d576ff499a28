package draw

import (
	"errors"
	"fmt"
	"io"

	"chainrule/graph"
)

// Settings say how a graph is drawn. Those of its zero value are those of the
// functions of the same names.
type Settings struct {
	// Script calls the nodes and writes their formulas, as that of a derivation does
	// (explain.Derivation.Script). If it is nil that is as graph.Formulas does.
	Script *graph.Script

	// ClosedLoops draws loops as plain boxes. Else the box of a loop opens and shows
	// what one step does: the state and the rows that it is given, what it uses from
	// outside, and what becomes of its results. In DOT that stands in a cluster beside.
	ClosedLoops bool
}

// DOT returns the picture of the outputs, and of everything that they are
// computed from, as Graphviz source. Equal graphs give equal text. It returns
// the graph's first mistake, if it has one.
func DOT(outputs ...*graph.Node) (string, error) { return Settings{}.DOT(outputs...) }

// DOT is the function DOT.
func (s Settings) DOT(outputs ...*graph.Node) (string, error) {
	p, err := newPicture(s, outputs)
	if err != nil {
		return "", err
	}
	p.flatten("")
	return p.dot(), nil
}

// SVG returns the picture of the outputs as an SVG file that stands alone: it
// refers to no other file, has an opaque background and asks for common fonts.
func SVG(outputs ...*graph.Node) ([]byte, error) { return Settings{}.SVG(outputs...) }

// SVG is the function SVG.
func (s Settings) SVG(outputs ...*graph.Node) ([]byte, error) {
	p, err := arranged(s, outputs)
	if err != nil {
		return nil, err
	}
	return p.svg(), nil
}

// PNG returns the picture of the outputs as a PNG file with two pixels of each
// point of the SVG.
func PNG(outputs ...*graph.Node) ([]byte, error) { return Settings{}.PNG(outputs...) }

// PNG is the function PNG.
func (s Settings) PNG(outputs ...*graph.Node) ([]byte, error) {
	p, err := arranged(s, outputs)
	if err != nil {
		return nil, err
	}
	return p.png()
}

// arranged returns the picture with everything in its place.
func arranged(s Settings, outputs []*graph.Node) (*picture, error) {
	p, err := newPicture(s, outputs)
	if err != nil {
		return nil, err
	}
	return p, p.arrangeAll()
}

// WriteSVG writes the picture of the outputs as an SVG file. Nothing is written
// if the picture cannot be made.
func WriteSVG(w io.Writer, outputs ...*graph.Node) error { return Settings{}.WriteSVG(w, outputs...) }

// WriteSVG is the function WriteSVG.
func (s Settings) WriteSVG(w io.Writer, outputs ...*graph.Node) error {
	svg, err := s.SVG(outputs...)
	if err != nil {
		return err
	}
	if w == nil {
		return errors.New("draw: the writer is nil")
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

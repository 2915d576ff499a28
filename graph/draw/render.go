package draw

import (
	"bytes"
	"context"
	"fmt"
	"sync"

	"github.com/goccy/go-graphviz"
)

// The WebAssembly module has one memory and no locks of its own.
var engine sync.Mutex

// renderSVG lays a picture out and draws it.
func renderSVG(source string) ([]byte, error) {
	svg, err := render(source, graphviz.SVG)
	if err == nil {
		svg, err = tidy(svg)
	}
	if err != nil {
		return nil, fmt.Errorf("draw: graphviz: %w", err)
	}
	return svg, nil
}

func render(source string, format graphviz.Format) ([]byte, error) {
	engine.Lock()
	defer engine.Unlock()
	ctx := context.Background()
	gv, err := graphviz.New(ctx)
	if err != nil {
		return nil, err
	}
	// What Close returns is the count of all errors and warnings since the
	// program started, which says nothing about this picture.
	defer gv.Close()
	g, err := graphviz.ParseBytes([]byte(source))
	if err != nil {
		return nil, err
	}
	defer g.Close()
	var buf bytes.Buffer
	if err := gv.Render(ctx, g, format, &buf); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

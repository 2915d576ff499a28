package draw

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"chainrule/graph/draw/internal/privatecache"
	"github.com/goccy/go-graphviz"
)

func init() { privatecache.Restore() }

// The WebAssembly module has one memory and no locks of its own. Processes that
// layouts are made in come one after the other too, however many goroutines draw.
var engine sync.Mutex

// render lays source out and returns the places as JSON.
func render(source string) ([]byte, error) {
	engine.Lock()
	defer engine.Unlock()
	if limit > 0 {
		return renderApart(source, limit)
	}
	return renderHere(source)
}

// renderHere is render in this process.
func renderHere(source string) ([]byte, error) {
	ctx := context.Background()
	gv, err := graphviz.New(ctx)
	if err != nil {
		return nil, err
	}
	// What Close returns is the count of all errors and warnings since the
	// program started, which says nothing about this picture.
	defer gv.Close()
	g, err := graphviz.ParseBytes([]byte(source))
	if err == nil && g == nil { // so it answers what it cannot read
		err = errors.New("the source of the picture is no DOT")
	}
	if err != nil {
		return nil, err
	}
	defer g.Close()
	var buf bytes.Buffer
	if err := gv.Render(ctx, g, "json0", &buf); err != nil {
		return nil, err
	}
	// go-graphviz loses the errors of calls that have a result.
	if buf.Len() == 0 {
		return nil, errors.New("it stopped without a layout")
	}
	return buf.Bytes(), nil
}

// A layout is what Graphviz answers: numbers in points, in strings, from the
// lower left corner. Bounds are two corners; the course of an edge is a Bézier
// curve, before which stands "e," or "s," with the tip of its arrow.
type layout struct {
	Bounds  string `json:"bb"`
	Objects []place
	Edges   []place
	failed  error // the first string that could not be read
}

type place struct {
	Name, ID string
	Bounds   string `json:"bb"` // of a panel
	Label    string `json:"lp"` // the centre of a name
	Pos      string // the centre of a box, the course of an edge
}

// lay asks Graphviz for the places of everything.
func (p *picture) lay() error {
	var l layout
	data, err := render(p.dot())
	if err == nil {
		err = json.Unmarshal(data, &l)
	}
	if err == nil {
		err = p.take(&l)
	}
	if err != nil {
		return fmt.Errorf("draw: graphviz: %w", err)
	}
	return nil
}

// take gives all parts their places in a layout.
func (p *picture) take(l *layout) error {
	objects, edges := map[string]place{}, map[string]place{}
	for _, o := range l.Objects {
		objects[o.Name] = o
	}
	for _, e := range l.Edges {
		edges[e.ID] = e
	}
	for _, f := range p.panels {
		at := objects[f.id()]
		corners := l.points(at.Bounds, 2)
		f.rect = rect{corners[0], corners[0]}.union(rect{corners[1], corners[1]})
		f.name.centre = l.points(at.Label, 1)[0]
	}
	for _, b := range p.boxes {
		size := b.size()
		b.rect = around(l.points(objects[b.id()].Pos, 1)[0], size.x, size.y)
	}
	for i, e := range p.edges {
		at := edges[edgeID(i)]
		tip, course, _ := strings.Cut(at.Pos, " ")
		e.tip = l.points(strings.TrimLeft(tip, "es,"), 1)[0]
		e.curve = l.points(course, 4)
		if e.back {
			slices.Reverse(e.curve)
		}
		if e.label.s != "" {
			e.label.centre = l.points(at.Label, 1)[0]
		}
	}
	return l.failed
}

// points reads the points in s, least of them at least.
func (l *layout) points(s string, least int) curve {
	height := l.numbers(l.Bounds, 4)[3]
	v := l.numbers(s, 2*least)
	out := make(curve, len(v)/2)
	for i := range out {
		out[i] = point{v[2*i], height - v[2*i+1]}
	}
	return out
}

// numbers reads the numbers in s, least of them at least.
func (l *layout) numbers(s string, least int) []float64 {
	fields := strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
	out := make([]float64, max(len(fields), least))
	for i, field := range fields {
		v, err := strconv.ParseFloat(field, 64)
		if l.failed = cmp.Or(l.failed, err); err == nil {
			out[i] = v
		}
	}
	if len(fields) < least {
		l.failed = cmp.Or(l.failed, fmt.Errorf("%q, %d numbers expected", s, least))
	}
	return out
}

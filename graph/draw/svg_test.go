package draw

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"

	"chainrule/graph"
)

// readSVG checks that an SVG stands alone and returns its titles and texts.
func readSVG(t *testing.T, svg []byte) (titles, texts []string) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(svg))
	in := ""
	for {
		token, err := d.Token()
		if err == io.EOF {
			return titles, texts
		}
		if err != nil {
			t.Fatalf("not well-formed: %v\n%s", err, svg)
		}
		switch x := token.(type) {
		case xml.Directive, xml.ProcInst, xml.Comment:
			t.Errorf("unexpected %T", x)
		case xml.StartElement:
			in = x.Name.Local
			for _, a := range x.Attr {
				if a.Name.Local == "id" || strings.Contains(a.Value, "://") && a.Name.Local != "xmlns" {
					t.Errorf("<%s> has %s=%q", in, a.Name.Local, a.Value)
				}
			}
		case xml.EndElement:
			in = ""
		case xml.CharData:
			switch in {
			case "title":
				titles = append(titles, string(x))
			case "text":
				texts = append(texts, string(x))
			}
		}
	}
}

func TestSVG(t *testing.T) {
	_, out := network(t, 400, 3, 4, 1)
	svg, err := SVG(out...)
	if err != nil {
		t.Fatal(err)
	}
	titles, texts := readSVG(t, svg)
	p, _ := newPicture(Settings{}, out)
	if len(titles) != 1+len(p.boxes) || titles[0] != "Graph of cost, dW1, db1, dW2, db2" {
		t.Errorf("%d titles for the picture and %d boxes, first %q", len(titles), len(p.boxes), titles[0])
	}
	all := strings.Join(texts, "\n")
	for _, want := range []string{"forward", "backward", "hidden 1", "dZ1 = W2ᵀ·dZ2 ⊙ (1 − A1²)", "dA1 = W2ᵀ·dZ2", "(4,400)"} {
		if !strings.Contains(all, want) {
			t.Errorf("no text %q in\n%s", want, all)
		}
	}
	if !bytes.Contains(svg, []byte(`fill="#ffffff" stroke="none"`)) {
		t.Error("the background is not opaque")
	}
	var again bytes.Buffer
	if err := WriteSVG(&again, out...); err != nil || !bytes.Equal(again.Bytes(), svg) {
		t.Errorf("the same graph gives another picture, error %v", err)
	}
}

func TestEscaping(t *testing.T) {
	names := []string{`"quoted" <b>&amp; \N\n`, "two\nlines\x00end", "bad\xff\ufffeutf8", "größe 日本", `\`, "-->", "]]> ' id=\"x\""}
	want := []string{names[0], "two lines end", "bad\ufffd\ufffdutf8", names[3], names[4], names[5], names[6]}
	g := graph.New(graph.Settings{})
	var y *graph.Node
	for _, name := range names {
		w := graph.NewParam(name+".W", zeros(2, 2))
		w.Layer = name
		x := g.Use(w)
		if y == nil {
			y = x
		}
		y = graph.MatMul(x, y)
	}
	inputs := graph.Sum(y)
	for _, name := range names {
		inputs = graph.Add(inputs, g.Input(name))
	}
	svg, err := SVG(inputs)
	if err != nil {
		t.Fatal(err)
	}
	titles, texts := readSVG(t, svg)
	for _, w := range want {
		input, layer := 0, 0
		for _, s := range texts {
			if s == w {
				layer++ // once as an input, once as the name of a layer
			}
		}
		for _, s := range titles {
			if s == w+" scalar" {
				input++
			}
		}
		if input != 1 || layer != 2 {
			t.Errorf("%q: %d titles and %d texts in %q %q", w, input, layer, titles, texts)
		}
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

var errBroken = errors.New("broken")

func TestErrors(t *testing.T) {
	cost, _ := network(t, 400, 3, 1)
	other, _ := network(t, 400, 3, 1)
	failing := graph.New(graph.Settings{})
	fine := failing.Input("X", 2, 3)
	failed := graph.MatMul(fine, fine)
	for name, c := range map[string]struct {
		out  []*graph.Node
		want string
	}{
		"none":         {nil, "no nodes"},
		"nil":          {[]*graph.Node{cost, nil}, "output 1: a node is nil"},
		"failed":       {[]*graph.Node{failed}, "MatMul(X (2,3), X (2,3))"},
		"failed graph": {[]*graph.Node{fine}, "MatMul(X (2,3), X (2,3))"},
		"two graphs":   {[]*graph.Node{cost, other}, "another graph"},
	} {
		var w bytes.Buffer
		if err := WriteSVG(&w, c.out...); err == nil || !strings.Contains(err.Error(), c.want) || w.Len() > 0 {
			t.Errorf("%s: error %v with %d bytes written", name, err, w.Len())
		}
	}
	if cost.Graph().Err() != nil {
		t.Errorf("a picture that failed left an error in the graph: %v", cost.Graph().Err())
	}
	if _, err := render("digraph { a -> "); err == nil {
		t.Error("no error from Graphviz for a wrong source")
	}
	if err := WriteSVG(brokenWriter{}, cost); !errors.Is(err, errBroken) {
		t.Errorf("error %v", err)
	}
}

func TestTenLayers(t *testing.T) {
	_, out := network(t, 64, 3, 8, 8, 8, 8, 8, 8, 8, 8, 8, 1)
	svg, err := SVG(out...)
	if err != nil {
		t.Fatal(err)
	}
	if titles, _ := readSVG(t, svg); len(titles) != 1+115 {
		t.Errorf("%d boxes, want 115", len(titles)-1)
	}
}

func TestConcurrent(t *testing.T) {
	var wg sync.WaitGroup
	pictures := make([][]byte, 4)
	for i := range pictures {
		_, out := network(t, 64, 3, 4, 1)
		wg.Go(func() {
			svg, err := SVG(out...)
			if err != nil {
				t.Error(err)
			}
			pictures[i] = svg
		})
	}
	wg.Wait()
	for _, p := range pictures {
		if !bytes.Equal(p, pictures[0]) {
			t.Error("pictures of equal graphs differ")
		}
	}
}

func BenchmarkSVG(b *testing.B) {
	for name, sizes := range map[string][]int{"3-1": {3, 1}, "3-4-1": {3, 4, 1}, "ten layers": {3, 8, 8, 8, 8, 8, 8, 8, 8, 8, 1}} {
		b.Run(name, func(b *testing.B) {
			_, out := network(b, 64, sizes...)
			for b.Loop() {
				if _, err := SVG(out...); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

package main

import (
	"bytes"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestGraphFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	for line, name := range map[string]string{
		"":                                "graph.svg",
		"--format png":                    "graph.png",
		"--format dot":                    "graph.dot",
		"--out new/net.svg --forward":     "new/net.svg",
		"--out net.PNG --loss softmax":    "net.PNG",
		"--out noending --format svg":     "noending",
		"--hidden 0 --out regression.svg": "regression.svg",
	} {
		code, stdout, stderr := demo(t.Context(), append([]string{"graph"}, strings.Fields(line)...)...)
		if code != 0 || stderr != "" || !strings.HasPrefix(stdout, name+": the graph of ") {
			t.Errorf("%s: exit code %d, %q, %q", line, code, stdout, stderr)
		}
		data, err := os.ReadFile(name)
		if err != nil {
			t.Error(err)
			continue
		}
		switch {
		case bytes.HasPrefix(data, []byte("<svg")):
			checkWellFormed(t, data)
		case bytes.HasPrefix(data, []byte("\x89PNG")):
			if _, err := png.Decode(bytes.NewReader(data)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		case !bytes.HasPrefix(data, []byte("digraph {")):
			t.Errorf("%s begins with %.20q", name, data)
		}
	}
}

// What the picture shows: layers, shapes on edges, two colours.
func TestGraphPicture(t *testing.T) {
	code, dot, stderr := demo(t.Context(), "graph", "--inputs", "3", "--format", "dot", "--out", "-")
	if code != 0 || stderr != "" {
		t.Fatalf("exit code %d, %q", code, stderr)
	}
	checkText(t, dot, `label="forward"`, `label="backward"`, `label="layer 1"`, `label="layer 2"`, `label="cost"`,
		`label="  (3,400) "`, `label="dZ1 = W2ᵀ·dZ2 ⊙ (1 − A1²)"`, `color="#2b6cb0"`, `color="#c05621"`)
	_, forward, _ := demo(t.Context(), "graph", "--forward", "--format", "dot", "--out", "-")
	checkText(t, forward, `label="forward"`, "A2 = σ(Z2)")
	for _, word := range []string{"backward", "dZ"} {
		if strings.Contains(forward, word) {
			t.Errorf("%q in the forward pass:\n%s", word, forward)
		}
	}
}

// Ten layers of two sizes are drawn in seconds.
func TestGraphOfTenLayers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ten.svg")
	code, _, stderr := demo(t.Context(), "graph", "--hidden", "8,8,8,8,8,8,8,8,8", "--activation", "relu", "--out", path)
	data, err := os.ReadFile(path)
	if code != 0 || err != nil || !bytes.Contains(data, []byte(">layer 10<")) {
		t.Errorf("exit code %d, %q, error %v", code, stderr, err)
	}
}

// The PNG has the colours of the SVG where the SVG has them.
func TestRasterise(t *testing.T) {
	const svg = `<svg width="40pt" height="30pt" viewBox="0.00 0.00 40.00 30.00" xmlns="http://www.w3.org/2000/svg">
<g transform="scale(1 1) rotate(0) translate(4 26)">
<polygon fill="#ffffff" stroke="none" points="-4,4 -4,-26 36,-26 36,4 -4,4"/>
<g><title>not drawn</title>
<ellipse fill="#ff0000" stroke="#000000" cx="6" cy="-16" rx="4" ry="4"/>
<path fill="#00ff00" stroke="#0000ff" stroke-width="2" d="M14,-20C14,-20 24,-20 24,-20 24,-20 24,-12 24,-12 24,-12 14,-12 14,-12 14,-12 14,-20 14,-20"/>
<path fill="none" stroke="#ff00ff" stroke-width="2" stroke-dasharray="5,5" d="M0,-4C0,-4 30,-4 30,-4"/>
<text text-anchor="middle" x="30" y="-8" font-family="Helvetica" font-size="8.00" fill="#000000">⊙</text>
</g></g></svg>`
	data, err := rasterise([]byte(svg))
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if size := picture.Bounds().Size(); size.X != 80 || size.Y != 60 {
		t.Errorf("%v pixels, two of each point expected", size)
	}
	at := func(x, y float64) color.RGBA {
		r, g, b, a := picture.At(int(2*(x+4)), int(2*(y+26))).RGBA()
		return color.RGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), uint8(a >> 8)}
	}
	white := color.RGBA{0xff, 0xff, 0xff, 0xff}
	for what, c := range map[string]struct {
		x, y float64
		want color.RGBA
	}{
		"background":  {32, -22, white},
		"ellipse":     {6, -16, color.RGBA{0xff, 0, 0, 0xff}},
		"its corner":  {2.1, -19.9, white},
		"area":        {19, -16, color.RGBA{0, 0xff, 0, 0xff}},
		"its edge":    {19, -20, color.RGBA{0, 0, 0xff, 0xff}},
		"dash":        {2, -4, color.RGBA{0xff, 0, 0xff, 0xff}},
		"gap":         {7.5, -4, white},
		"dot of ⊙":    {30, -10.7, color.RGBA{0, 0, 0, 0xff}},
		"inside of ⊙": {31.3, -10.7, white},
	} {
		if got := at(c.x, c.y); got != c.want {
			t.Errorf("%s: %v, want %v", what, got, c.want)
		}
	}
}

// What is not understood is an error, and not left out.
func TestRasteriseErrors(t *testing.T) {
	svg := func(inside string) string { return `<svg viewBox="0 0 40 30">` + inside + "</svg>" }
	for source, words := range map[string]string{
		"":                                      "there is no SVG",
		"<svg":                                  "unexpected EOF",
		`<svg viewBox="0 0"/>`:                  "four numbers expected",
		svg(`<g transform="translate(1)"/>`):    "a translation expected",
		svg(`<image/>`):                         "element image",
		svg(`<path fill="none" d="M1,2L3,4"/>`): "M and C",
		svg(`<polygon points="1,x"/>`):          "pairs of numbers expected",
		svg(`<ellipse cx="1"/>`):                "four numbers expected",
		svg(`<polygon points="1,2 3,4" fill="red"/>`):                                       "colour \"red\"",
		svg(`<polygon points="1,2 3,4" fill="none" stroke="#000000" stroke-width="thin"/>`): "numbers expected",
		svg(`<text x="1">a</text>`):                                                         "numbers and a colour expected",
	} {
		if data, err := rasterise([]byte(source)); err == nil || data != nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%s: error %v, %q expected", source, err, words)
		}
	}
}

func TestUsageOfGraph(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for line, words := range map[string][]string{
		"--format pdf":                          {"--format pdf: svg, png or dot expected"},
		"--format sgv":                          {"did you mean svg?"},
		"--out net.pdf":                         {"--out net.pdf: a name that ends in .svg, .png or .dot expected, or --format"},
		"--out -":                               {"--out -: a format for standard output expected, --format svg, png or dot"},
		"--out=":                                {`--out "": the name of a file, or - for standard output, expected`},
		"--out " + dir + " --format svg":        {"that is a directory"},
		"--hidden 8" + strings.Repeat(",8", 19): {"21 layers, and a picture of more than 20 is too large to read"},
		"--hidden 0 --activation relu":          {"--activation has no effect"},
		"--loss softmax --outputs 1":            {"at least 2 expected"},
		"--numbers":                             {"unknown flag --numbers"},
		"net.svg":                               {`unexpected argument "net.svg"`, "run 'demo graph --help'"},
	} {
		checkUsage(t, dir, "graph "+line, words...)
	}
}

package draw

import (
	"bytes"
	"fmt"
	"image/color"
	"image/png"
	"testing"

	"git.sr.ht/~sbinet/gg"
	"golang.org/x/image/font"
)

// The PNG has the colours of the model where the model has them.
func TestPNGCanvas(t *testing.T) {
	page := rect{point{-4, -26}, point{36, 4}}
	c := pngCanvas{gg.NewContext(80, 60), page.min, map[text]font.Face{}}
	c.path(page.rounded(0, 0), stroke{fill: "#ffffff"})
	c.path(around(point{6, -16}, 8, 8).rounded(4, 4), stroke{fill: "#ff0000", line: "#000000", width: 1})
	c.path(rect{point{14, -20}, point{24, -12}}.rounded(0, 0), stroke{fill: "#00ff00", line: "#0000ff", width: 2})
	c.path(curve{{0, -4}}.line(point{30, -4}), stroke{line: "#ff00ff", width: 2, dashed: true})
	c.text(text{s: dot, size: 8, colour: "#000000", centre: point{30, -10.7}})
	at := func(x, y float64) color.RGBA {
		r, g, b, a := c.Image().At(int(2*(x+4)), int(2*(y+26))).RGBA()
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
		"gap":         {6.5, -4, white},
		"dot of ⊙":    {30, -10.7, color.RGBA{0, 0, 0, 0xff}},
		"inside of ⊙": {31.3, -10.7, white},
	} {
		if got := at(c.x, c.y); got != c.want {
			t.Errorf("%s: %v, want %v", what, got, c.want)
		}
	}
}

// A PNG shows the page that the SVG shows.
func TestPNG(t *testing.T) {
	p := sketch{sizes: []int{2, 4, 1}}.picture(t)
	data, err := p.png()
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if size := picture.Bounds().Size(); float64(size.X) < 2*p.page.width() || float64(size.X) > 2*p.page.width()+1 ||
		float64(size.Y) < 2*p.page.height() || float64(size.Y) > 2*p.page.height()+1 {
		t.Errorf("%v pixels for %v", size, p.page)
	}
	for _, b := range p.boxes {
		at := b.min.plus(point{b.rect.width() / 2, b.height() - 4}).minus(p.page.min).times(2)
		var want color.RGBA
		if _, err := fmt.Sscanf(b.look().fill, "#%02x%02x%02x", &want.R, &want.G, &want.B); err != nil {
			t.Fatal(err)
		}
		want.A = 0xff
		if got := color.RGBAModel.Convert(picture.At(int(at.x), int(at.y))); got != want {
			t.Errorf("%s has the colour %v, want %v", b.title(), got, want)
		}
	}
}

package plotting

import (
	"image/color"
	"strings"
	"unicode"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	pageWidth = 8 * vg.Inch // 1200 pixels at dpi
	dpi       = 150
	margin    = vg.Length(12)
)

var (
	paper = color.RGBA{0xff, 0xff, 0xff, 0xff}
	ink   = color.RGBA{0x22, 0x22, 0x22, 0xff}
	faint = color.RGBA{0xe2, 0xe2, 0xe2, 0xff} // grid lines
	edge  = color.RGBA{0x55, 0x55, 0x55, 0xff} // axes and frames
)

// hues are the colours of classes and series, after the palette of Okabe and
// Ito, which was made for colour-blind readers. The first two are blue and
// orange; the pale yellow of that palette is left out.
var hues = [...]color.RGBA{
	{0x00, 0x72, 0xb2, 0xff},
	{0xd5, 0x5e, 0x00, 0xff},
	{0x00, 0x9e, 0x73, 0xff},
	{0xcc, 0x79, 0xa7, 0xff},
	{0x56, 0xb4, 0xe9, 0xff},
	{0x99, 0x6f, 0x00, 0xff},
}

// mix returns the colour that lies at t in [0, 1] on the way from a to b.
func mix(a, b color.RGBA, t float64) color.RGBA {
	at := func(x, y uint8) uint8 { return uint8(float64(x) + t*(float64(y)-float64(x)) + 0.5) }
	return color.RGBA{at(a.R, b.R), at(a.G, b.G), at(a.B, b.B), 0xff}
}

// lettering returns the style of text of the given size.
func lettering(size vg.Length, bold bool) text.Style {
	f := font.Font{Typeface: "Liberation", Variant: "Sans", Size: size}
	if bold {
		f.Weight = 3 // WeightBold of golang.org/x/image/font
	}
	return text.Style{Color: ink, Font: f, Handler: plot.DefaultTextHandler}
}

// stroke returns the style of a line.
func stroke(c color.Color, width vg.Length, dashes ...vg.Length) draw.LineStyle {
	return draw.LineStyle{Color: c, Width: width, Dashes: dashes}
}

// newPlot returns an empty plot in the look of this package: no padding
// between axes and data, outward ticks, no lines along the axes (see border and
// corner), and no title or legend, which a header draws.
func newPlot(xLabel, yLabel string) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Padding = 0
		axis.LineStyle.Width = 0
		axis.Tick.LineStyle = stroke(edge, 0.8)
		axis.Tick.Length = 4
		axis.Tick.Label.Font = lettering(11, false).Font
		axis.Tick.Label.Color = ink
		axis.Label.TextStyle.Font = lettering(12, false).Font
		axis.Label.TextStyle.Color = ink
		axis.Label.Padding = 5
	}
	p.X.Label.Text = fit(lettering(12, false), xLabel, pageWidth*3/4)
	p.Y.Label.Text = fit(lettering(12, false), yLabel, pageWidth/3)
	return p
}

// clean replaces what a single line of text, or XML, cannot hold.
func clean(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " ")
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\uFFFE' || r == '\uFFFF' {
			return -1
		}
		return r
	}, s)
}

// fit cleans s and shortens it, with an ellipsis, to at most width.
func fit(style text.Style, s string, width vg.Length) string {
	s = clean(s)
	if style.Width(s) <= width {
		return s
	}
	runes := []rune(s)
	for len(runes) > 0 && style.Width(string(runes)+"…") > width {
		runes = runes[:len(runes)-1]
	}
	return strings.TrimRight(string(runes), " ") + "…"
}

// fitEnds is fit, but with the ellipsis in the middle: names of a list often differ in their
// ends.
func fitEnds(style text.Style, s string, width vg.Length) string {
	s = clean(s)
	if style.Width(s) <= width {
		return s
	}
	runes := []rune(s)
	head, tail := runes[:len(runes)/2], runes[len(runes)/2:]
	short := func() string {
		return strings.TrimRight(string(head), " ") + "…" + strings.TrimLeft(string(tail), " ")
	}
	for len(tail) > 0 && style.Width(short()) > width {
		if len(head) > len(tail) {
			head = head[:len(head)-1]
		} else {
			tail = tail[1:]
		}
	}
	return short()
}

// wrap breaks s at spaces into lines of at most width. A word that is wider
// alone is shortened.
func wrap(style text.Style, s string, width vg.Length) []string {
	var lines []string
	// A number and its % are one word.
	s = strings.ReplaceAll(clean(s), " %", "\u00a0%")
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' }) {
		word = fit(style, word, width)
		if n := len(lines) - 1; n >= 0 && style.Width(lines[n]+" "+word) <= width {
			lines[n] += " " + word
			continue
		}
		lines = append(lines, word)
	}
	return lines
}

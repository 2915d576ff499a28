package draw

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// A text is a line of text on the page.
type text struct {
	s      string
	size   float64
	bold   bool
	colour string
	left   bool // in a wider typeface it grows to the right, else to both sides
	centre point
}

// wider is how much wider than the typeface that is measured a reader's may be.
const wider = 1.2

// rect returns what the text covers at most.
func (t text) rect() rect { return around(t.centre, wider*width(t.s, t.size, t.bold), t.size) }

// baseline is how far the line on which letters stand is below the centre, of
// the size.
const baseline = 0.35

// typefaces returns the regular and the bold typeface. Pictures are laid out
// for its widths, which are those of Helvetica and Arial.
var typefaces = sync.OnceValue(func() (faces [2]*opentype.Font) {
	for i, data := range [][]byte{liberationsansregular.TTF, liberationsansbold.TTF} {
		f, err := opentype.Parse(data)
		if err != nil {
			panic(err) // it is part of the program
		}
		faces[i] = f
	}
	return faces
})

func typeface(bold bool) *opentype.Font {
	if bold {
		return typefaces()[1]
	}
	return typefaces()[0]
}

// width returns how wide a line is. What the typeface lacks counts as wide as
// the size.
func width(s string, size float64, bold bool) float64 {
	var b sfnt.Buffer
	face, total := typeface(bold), 0.0
	for _, r := range s {
		glyph, err := face.GlyphIndex(&b, r)
		advance, err2 := face.GlyphAdvance(&b, glyph, fixed.I(int(face.UnitsPerEm())), 0)
		if glyph == 0 || err != nil || err2 != nil {
			advance = fixed.I(int(face.UnitsPerEm()))
		}
		total += float64(advance) / 64
	}
	return total * size / float64(typeface(bold).UnitsPerEm())
}

func count(s string) int { return utf8.RuneCountInString(s) }

// clean replaces what an XML file cannot hold or a label should not.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
			return ' '
		case r == 0xFFFE, r == 0xFFFF:
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

var escaper = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "&", "&amp;")

// escape returns s as it stands in a string in double quotes.
func escape(s string) string { return escaper.Replace(clean(s)) }

// quote returns s as a string in double quotes that stands for itself.
func quote(s string) string { return `"` + escape(s) + `"` }

// quoteTooltip is quote for tooltips, in which Graphviz looks for escapes twice.
func quoteTooltip(s string) string { return quote(strings.ReplaceAll(s, `\`, `\\`)) }

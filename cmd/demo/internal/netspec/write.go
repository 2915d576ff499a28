package netspec

import (
	"bufio"
	"io"
	"strconv"

	"chainrule/internal/handgrad"
)

// WriteTo writes the spec as JSON, one row of a matrix a line. Reading it gives
// the same spec to the bit.
func (s *Spec) WriteTo(w io.Writer) (int64, error) {
	o := newObject(w)
	o.name("sizes")
	o.list(len(s.Sizes), func(i int) string { return strconv.Itoa(s.Sizes[i]) })
	o.name("activations")
	o.list(len(s.Activations), func(i int) string { return strconv.Quote(s.Activations[i].String()) })
	o.name("loss")
	o.text(strconv.Quote(string(s.Loss)))
	o.matrices("W", s.W)
	o.matrices("b", s.B)
	o.name("X")
	o.matrix("  ", s.X)
	o.name("Y")
	o.matrix("  ", s.Y)
	return o.close()
}

// WriteTo writes the result as JSON with its convention, one row of a matrix a
// line, every number with as many digits as tell it from its neighbours in float64.
func (r *Result) WriteTo(w io.Writer) (int64, error) {
	o := newObject(w)
	o.name("convention")
	o.text(strconv.Quote(string(r.Convention)))
	o.name("cost")
	o.text(formatted(r.Cost))
	o.matrices("Z", r.Z)
	o.matrices("A", r.A)
	o.matrices("dZ", r.DZ)
	o.matrices("dW", r.DW)
	o.matrices("db", r.DB)
	return o.close()
}

// An object writes a JSON object, and counts the bytes.
type object struct {
	w      *bufio.Writer
	fields int
	n      int64
}

func newObject(w io.Writer) *object {
	o := &object{w: bufio.NewWriter(w)}
	o.text("{")
	return o
}

// text writes s; the writer keeps an error until close.
func (o *object) text(s string) {
	n, _ := o.w.WriteString(s)
	o.n += int64(n)
}

// name begins a field.
func (o *object) name(name string) {
	if o.fields++; o.fields > 1 {
		o.text(",")
	}
	o.text("\n  " + strconv.Quote(name) + ": ")
}

// list writes n entries on one line.
func (o *object) list(n int, entry func(i int) string) {
	o.text("[")
	for i := range n {
		if i > 0 {
			o.text(", ")
		}
		o.text(entry(i))
	}
	o.text("]")
}

// matrices writes a field with a matrix for each layer.
func (o *object) matrices(name string, all []handgrad.Matrix) {
	o.name(name)
	o.text("[")
	for l, a := range all {
		if l > 0 {
			o.text(",")
		}
		o.text("\n    ")
		o.matrix("    ", a)
	}
	o.text("\n  ]")
}

// matrix writes one row a line, deeper than the indent.
func (o *object) matrix(indent string, a handgrad.Matrix) {
	o.text("[")
	for i := range a.Rows {
		if i > 0 {
			o.text(",")
		}
		o.text("\n" + indent + "  ")
		o.list(a.Cols, func(j int) string { return formatted(a.Data[i*a.Cols+j]) })
	}
	o.text("\n" + indent + "]")
}

// close ends the object.
func (o *object) close() (int64, error) {
	o.text("\n}\n")
	return o.n, o.w.Flush()
}

// formatted returns the shortest text that reads as v.
func formatted(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

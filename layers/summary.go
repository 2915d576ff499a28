package layers

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"chainrule/graph"
	"chainrule/internal/words"
)

// A Summary lists the layers of a network with what they give out and the numbers they hold.
type Summary struct {
	Inputs int // of the network
	Rows   []SummaryRow

	// Trained and Kept are the numbers of all parameters and of all that layers keep, each
	// counted once.
	Trained, Kept int
}

// A SummaryRow is a layer. One that holds others stands before them, and its numbers are
// those of its parts.
type SummaryRow struct {
	Depth   int    // of layers around it
	Layer   string // what it is: "dense hidden", "dropout 0.5"
	Outputs int    // numbers of its result for an example
	Shape   []int  // of these: the result has one axis more, of the m examples
	Trained int    // numbers of its parameters
	Kept    int    // numbers that it keeps and does not train, such as running means
}

// A titled layer says what a summary calls it.
type titled interface{ title() string }

// Summarize returns the summary of a network for so many inputs, at least 1. A layer that
// cannot be applied is an error. One of one's own is called by its type, and its parts are
// not listed.
func Summarize(net Layer, inputs int) (Summary, error) {
	s := Summary{Inputs: inputs}
	if inputs < 1 {
		return s, fmt.Errorf("layers: a summary of %d inputs asked for, at least 1 expected", inputs)
	}
	if net == nil {
		return s, fmt.Errorf("layers: a summary of a network asked for that is nil")
	}
	var settings graph.Settings
	for _, p := range slices.Concat(net.Params(), State(net)) {
		settings.Dtype = p.Dtype()
		break
	}
	g := graph.New(settings)
	y := s.add(net, g.Input("X", inputs, 1), 0)
	if err := y.Err(); err != nil {
		return Summary{Inputs: inputs}, err
	}
	s.Trained, s.Kept = countOf(distinct(net.Params()...)), countOf(State(net))
	return s, nil
}

// add lists a layer that is applied to x and returns its result.
func (s *Summary) add(l Layer, x *graph.Node, depth int) *graph.Node {
	row := SummaryRow{Depth: depth}
	at := len(s.Rows)
	var y *graph.Node
	switch l := l.(type) {
	case Sequential:
		return s.inside(l, x, depth)
	case *MLP:
		if y = l.Apply(x); y.Err() != nil {
			return y
		}
		return s.inside(l.parts(), x, depth)
	case Residual:
		s.Rows = append(s.Rows, row)
		s.inside(l.Layers, x, depth+1)
		y = l.Apply(x)
	case Parallel:
		s.Rows = append(s.Rows, row)
		for _, branch := range l {
			if branch != nil {
				s.add(branch, x, depth+1)
			}
		}
		y = l.Apply(x)
	case nil:
		return graph.Fail(graph.Errorf("Summarize", "a layer is nil"), x)
	default:
		s.Rows = append(s.Rows, row)
		y = l.Apply(x)
	}
	if y.Err() != nil {
		return y
	}
	row.Layer = titleOf(l)
	row.Trained, row.Kept = countOf(distinct(l.Params()...)), countOf(State(l))
	if shape := y.Shape(); len(shape) > 0 {
		row.Shape = shape[:len(shape)-1].Clone()
		row.Outputs = row.of()
	}
	s.Rows[at] = row
	return y
}

// of returns how many numbers the shape has.
func (r SummaryRow) of() int {
	n := 1
	for _, size := range r.Shape {
		n *= size
	}
	return n
}

func (s *Summary) inside(list []Layer, x *graph.Node, depth int) *graph.Node {
	for _, l := range list {
		if x = s.add(l, x, depth); x.Err() != nil {
			break
		}
	}
	return x
}

// parts returns the layers of a network one behind the other.
func (n *MLP) parts() []Layer {
	var list []Layer
	for l := range n.W {
		list = append(list, &Dense{W: n.W[l], B: n.B[l]}, n.activation(l))
	}
	return list
}

// countOf returns how many numbers parameters hold.
func countOf(params []*graph.Param) (n int) {
	for _, p := range params {
		n += p.Shape().TotalSize()
	}
	return n
}

// titleOf returns what a summary calls a layer.
func titleOf(l Layer) string {
	if t, ok := l.(titled); ok {
		return t.title()
	}
	return strings.TrimPrefix(fmt.Sprintf("%T", l), "*")
}

func (a Activation) title() string { return a.String() }

func (d *Dense) title() string {
	return "dense " + strings.TrimSuffix(d.W.Name(), ".W")
}

func (d *Dropout) title() string { return "dropout " + strconv.FormatFloat(d.Rate, 'g', 4, 64) }

func (b *BatchNorm) title() string { return "batch norm" }

func (l *LayerNorm) title() string { return "layer norm" }

func (s *Standardize) title() string { return "standardize" }

func (u *Unstandardize) title() string { return "unstandardize" }

func (r Residual) title() string { return "residual" }

func (p Parallel) title() string { return "parallel" }

func (i Image) title() string { return "image" }

func (c *Conv2D) title() string {
	return "conv " + windowTitle(c.W.Shape()[2:])
}

func (p MaxPool2D) title() string { return "max pool " + windowTitle(p.Size[:]) }

func (p AvgPool2D) title() string { return "average pool " + windowTitle(p.Size[:]) }

func (GlobalAvgPool) title() string { return "global average pool" }

func (Flatten) title() string { return "flatten" }

func (t Steps) title() string { return "steps " + strconv.Itoa(int(t)) }

func (StepMean) title() string { return "mean of steps" }

func (p Positions) title() string { return "positions" }

func (a *MultiHeadAttention) title() string {
	return "attention " + strings.TrimSuffix(a.In.Name(), ".in.W")
}

func (r *RNN) title() string { return "rnn " + strings.TrimSuffix(r.W.Name(), ".W") }

func (r *GRU) title() string { return "gru " + strings.TrimSuffix(r.W.Name(), ".W") }

func (l *LSTM) title() string { return "lstm " + strings.TrimSuffix(l.W.Name(), ".W") }

// windowTitle writes the size of a window.
func windowTitle(size []int) string { return words.Join(size, "×") }

// widest is how many letters a line of a summary has at most.
const widest = 80

// String returns the summary as a table of at most 80 letters a line, in which names that
// are too long are cut.
func (s Summary) String() string {
	head := [4]string{"layer", "output", "trained", "kept"}
	lines := [][4]string{head, {"input", "(" + strconv.Itoa(s.Inputs) + ", m)", "", ""}}
	for _, r := range s.Rows {
		lines = append(lines, [4]string{strings.Repeat("  ", r.Depth) + r.Layer, "(" + words.Join(r.Shape, ", ") + ", m)", count(r.Trained), count(r.Kept)})
	}
	total := [4]string{"total " + grouped(s.Trained+s.Kept), "", grouped(s.Trained), grouped(s.Kept)}
	lines = append(lines, total)
	var width [4]int
	for _, l := range lines {
		for i, cell := range l {
			width[i] = max(width[i], utf8.RuneCountInString(cell))
		}
	}
	const between = 2
	width[0] = min(width[0], widest-width[1]-width[2]-width[3]-3*between)
	rule := strings.Repeat("─", width[0]+width[1]+width[2]+width[3]+3*between) + "\n"
	var b strings.Builder
	for i, l := range lines {
		if i == 1 || i == len(lines)-1 {
			b.WriteString(rule)
		}
		line := padded(cut(l[0], width[0]), -width[0])
		for j := 1; j < 4; j++ {
			line += strings.Repeat(" ", between) + padded(l[j], width[j])
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

// count returns a number of parameters, nothing for none.
func count(n int) string {
	if n == 0 {
		return ""
	}
	return grouped(n)
}

// grouped returns a number with commas between thousands.
func grouped(n int) string {
	digits := []byte(strconv.Itoa(n))
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = slices.Insert(digits, i, ',')
	}
	return string(digits)
}

// padded returns text with spaces before it up to a width, or behind it up to −width.
func padded(text string, width int) string {
	n := utf8.RuneCountInString(text)
	if width < 0 {
		return text + strings.Repeat(" ", max(0, -width-n))
	}
	return strings.Repeat(" ", max(0, width-n)) + text
}

// cut returns the beginning of a text that is too long.
func cut(text string, width int) string {
	letters := []rune(text)
	if len(letters) <= width {
		return text
	}
	return string(letters[:max(0, width-1)]) + "…"
}

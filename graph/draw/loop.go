package draw

import (
	"cmp"
	"fmt"
	"strings"

	"chainrule/graph"
	"chainrule/internal/words"
)

const (
	loopMargin = 8.0  // around the picture inside a box
	loopTitle  = 34.0 // what stands above it
)

// openLoops draws what loops do at each step inside their boxes.
func (p *picture) openLoops(s Settings) error {
	for _, b := range p.boxes {
		step, ok := graph.StepOf(b.Node)
		if !ok {
			continue
		}
		inner, err := p.stepPicture(s, b, step)
		if err != nil {
			return err
		}
		b.body = inner
	}
	return nil
}

// stepPicture returns the picture of a step of the loop in b. Its boxes say what the
// inputs stand for outside, and what becomes of the results.
func (p *picture) stepPicture(s Settings, b *box, step graph.StepBody) (*picture, error) {
	roles := map[*graph.Node][]string{}
	add := func(n *graph.Node, format string, args ...any) {
		roles[n] = append(roles[n], fmt.Sprintf(format, args...))
	}
	in := b.Inputs()
	outside := func(prefix string, inputs []*graph.Node) {
		for i, n := range inputs {
			if name := p.referred(in[i]); name != "" && name != n.Name() {
				add(n, "%s %s", prefix, name)
			}
		}
		in = in[len(inputs):]
	}
	outside("from", step.State)
	outside("of", step.Rows)
	outside("is", step.Given)
	for i, n := range step.Next {
		if n != step.State[i] {
			add(n, "next %s", step.State[i].Name())
		}
	}
	for _, n := range step.Kept {
		if len(roles[n]) == 0 || roles[n][len(roles[n])-1] != "kept" {
			add(n, "kept")
		}
	}
	s.Script = nil // it knows no nodes of bodies
	inner, err := newPictureOf(s, step.Results(), roles)
	if err != nil {
		return nil, err
	}
	inner.name.s, inner.panels[0].name.s = "", stepName(step.ScanAttrs) // a body is of one side
	return inner, nil
}

// referred returns how a step refers to a node outside: its name, or what it does, if
// that is short.
func (p *picture) referred(n *graph.Node) string {
	name := p.called(n)
	if b := p.of[n]; name == "" && b != nil && count(b.action) <= maxInner {
		name = b.action
	}
	return name
}

// stepName is the name of the picture of a step.
func stepName(a graph.ScanAttrs) string {
	name := "each of "
	if a.Bounded {
		name += "at most "
	}
	name += words.Count(a.Steps, "step")
	if a.Reverse {
		name += ", the last first"
	}
	return name
}

// role is what a box of a step stands for outside, or what becomes of it.
func (b *box) role() string { return strings.Join(b.roles, ", ") }

// nameRoles gives boxes their roles. A result without a name that the step does not use
// itself is called by what becomes of it.
func (p *picture) nameRoles(roles map[*graph.Node][]string) {
	used := map[*box]bool{}
	for _, b := range p.boxes {
		for _, x := range p.operands(b) {
			used[x] = true
		}
	}
	for _, b := range p.boxes {
		b.roles = roles[b.Node]
		if len(b.roles) > 0 && b.Op() != nil && b.Name() == "" && !used[b] {
			b.symbol, b.roles = b.role(), nil
		}
	}
}

// titled returns the name of a box with its role.
func (b *box) titled() string {
	name, role := cmp.Or(b.symbol, b.step), b.role()
	switch {
	case role == "":
		return name
	case b.Op() == nil && !b.output:
		return name + " " + role
	}
	return name + ", " + role
}

// open reports whether the box shows a picture of its own.
func (b *box) open() bool { return b.body != nil && !b.flat }

// arrangeAll gives everything its place, in the bodies of loops first, whose sizes the
// boxes around them have.
func (p *picture) arrangeAll() error {
	for _, b := range p.boxes {
		if b.open() {
			if err := b.body.arrangeAll(); err != nil {
				return err
			}
		}
	}
	return p.arrange()
}

// flatten closes the boxes of loops, whose bodies are then written beside them, with
// ids that begin with those of the boxes.
func (p *picture) flatten(prefix string) {
	for _, f := range p.panels {
		f.prefix = prefix
	}
	for _, b := range p.boxes {
		b.prefix = prefix
		if b.body != nil {
			b.flat = true
			b.body.flatten(b.id() + "_")
		}
	}
}

// writeBody writes the body of a loop as a cluster, tied to its box by a dotted line.
func (b *box) writeBody(w *strings.Builder) {
	id := "cluster_" + b.id()
	fmt.Fprintf(w, "  subgraph %s {\n  label=%s labeljust=l fontname=%q fontcolor=%q style=\"filled,rounded\" color=%q fillcolor=%q margin=14\n",
		id, quote(b.title()), boldFont, b.look().text, b.look().line, paper)
	b.body.write(w)
	fmt.Fprintf(w, "  }\n  %s -> %s [style=dotted dir=none color=%q]\n", b.id(), b.body.boxes[0].id(), b.look().line)
}

// inside returns how far the picture inside an open box is moved.
func (b *box) inside() point {
	corner := point{b.rect.centre().x - b.body.page.width()/2, b.min.y + loopTitle}
	return corner.minus(b.body.page.min)
}

// A movedCanvas paints elsewhere.
type movedCanvas struct {
	canvas
	by point
}

func (c movedCanvas) path(outline curve, s stroke) {
	moved := make(curve, len(outline))
	for i, p := range outline {
		moved[i] = p.plus(c.by)
	}
	c.canvas.path(moved, s)
}

func (c movedCanvas) text(t text) {
	t.centre = t.centre.plus(c.by)
	c.canvas.text(t)
}

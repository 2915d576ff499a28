package plan

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
)

// String lists the instructions, one a line: number, label and shape of the
// result, what is done to which operands, and where the result lies. Operands
// are named by the instruction that made them (#3) or by what they are.
func (p *Plan) String() string {
	var s strings.Builder
	fmt.Fprintf(&s, "%d instructions, arena of %d elements, %d updates\n", len(p.code), p.arena, p.updates)
	w := tabwriter.NewWriter(&s, 0, 0, 2, ' ', 0)
	maker := make(map[int]int)
	for i, in := range p.code {
		n := in.node
		does := in.verb() + " " + p.operands(in, maker)
		if n.Text != "" {
			does = n.Text + ": " + does
		}
		fmt.Fprintf(w, "#%d\t%s\t%s\t%s\t→ %s\n", i, n.Label, shapeString(in.shape), does, p.where(in.out))
		maker[in.out] = i
	}
	w.Flush() // writing to a strings.Builder does not fail
	for i, in := range p.code {
		if l := in.node.Loop; l != nil && !in.isMap() {
			body := strings.TrimSuffix(l.Body.String(), "\n")
			fmt.Fprintf(&s, "body of #%d, %d steps: %s\n", i, l.Steps, strings.ReplaceAll(body, "\n", "\n  "))
		}
	}
	return s.String()
}

// verb names what the instruction does.
func (in *instr) verb() string {
	verb := in.kind.name
	if in.kind.verb != nil {
		verb = in.kind.verb(in)
	}
	if in.head != nil {
		verb = in.head.verb() + "·" + verb
	}
	if in.tail != nil {
		verb += "·" + in.tail.verb()
	}
	return verb
}

// operands lists what the instruction reads.
func (p *Plan) operands(in *instr, maker map[int]int) string {
	var names []string
	ops := in.ins
	if in.head != nil {
		ops = in.head.ins
	}
	if in.tail != nil {
		ops = slices.Concat(ops, in.tail.ins[:in.at], in.tail.ins[in.at+1:])
	}
	for _, op := range ops {
		name := ""
		if b := p.bufs[op.buf]; b.place == inArena {
			name = fmt.Sprintf("#%d", maker[op.buf])
		} else {
			name = p.where(op.buf)
		}
		if b := p.bufs[op.buf]; b.place != inConst && !op.identity() {
			name += " viewed"
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

// where says where a buffer lies.
func (p *Plan) where(buf int) string {
	switch b := p.bufs[buf]; b.place {
	case inFeed:
		return fmt.Sprintf("feed %d", b.index)
	case inParam:
		return fmt.Sprintf("param %d", b.index)
	case inData:
		return fmt.Sprintf("data %d", b.index)
	case inConst:
		return fmt.Sprintf("%g", b.value)
	default:
		s := fmt.Sprintf("arena[%d:%d]", b.offset, b.offset+b.size)
		if b.pinned {
			s += " (output)"
		}
		return s
	}
}

func shapeString(shape []int) string {
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(shape), "[]"), " ", "×")
}

package plan

import (
	"slices"
	"strings"

	"chainrule/internal/kernel"
)

// Map is an element-wise function of one or two arrays.
var Map = &kind{name: "map", lower: (*builder).mapping, verb: mapVerb,
	units: func(in *instr) int { return (in.size() + block - 1) / block },
	cost:  mapCost,
	flop:  func(in *instr) int64 { return int64(in.size()) * int64(len(in.steps)) },
	run:   runners{newMap[float64], newMap[float32]},
}

func (b *builder) mapping(n *Node) operand {
	in := &instr{dims: squeeze(n.Shape)}
	st := step{f: n.Func, y: -1, z: -1}
	x := b.vals[n.In[0]].broadcast(n.Shape).squeezed()
	st.x = in.operand(x)
	if len(n.In) == 2 {
		st.y = in.operand(b.vals[n.In[1]].broadcast(n.Shape).squeezed())
	}
	in.steps = []step{st}
	return b.emit(n, in)
}

// operand returns the number of op among the operands of in, adding it if it
// is not there.
func (in *instr) operand(op operand) int {
	if k := slices.IndexFunc(in.ins, op.equal); k >= 0 {
		return k
	}
	in.ins = append(in.ins, op)
	return len(in.ins) - 1
}

func mapCost(in *instr) float64 {
	size, total := float64(in.size()), 0.0
	for _, st := range in.steps {
		if st.f.Code == kernel.None {
			total += size * callCost
		} else {
			total += size * stepCost
		}
	}
	return total
}

// mapVerb lists the steps, and says what a copy is for.
func mapVerb(in *instr) string {
	names := make([]string, len(in.steps))
	for i, st := range in.steps {
		names[i] = st.f.Name
	}
	verb := strings.Join(names, "·")
	if in.note != "" {
		verb += " for " + in.note + " of"
	}
	return verb
}

var copyFunc = &kernel.Func{Name: "copy", Code: kernel.Copy, Unary: func(x float64) float64 { return x }}

// copying returns an instruction without a result that copies op, the value of n.
func copying(op operand, n *Node, note string) *instr {
	s := op.squeezed()
	return &instr{kind: Map, node: n, note: note, shape: op.dims, dims: s.dims,
		ins: []operand{s}, steps: []step{{f: copyFunc, x: 0, y: -1, z: -1}}}
}

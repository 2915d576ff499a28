package plan

// A pass is one stage of making a plan. A needed one belongs to every plan; any
// other may be left out and no bit of the results changes, only their price.
type pass struct {
	name   string
	needed bool
	run    func(b *builder)
}

// passes is what New does, in order.
var passes = []pass{
	{"lower nodes", true, (*builder).lowerNodes},
	{"lower outputs", true, (*builder).lowerOutputs},
	{"lower updates", true, (*builder).lowerUpdates},
	{"read ramps", false, (*builder).readRamps},
	{"fuse maps", false, (*builder).fuse},
	{"contract steps", false, (*builder).contract},
	{"fuse tails", false, (*builder).fuseTails},
	{"fuse heads", false, (*builder).fuseHeads},
	{"aim fresh updates", false, (*builder).aimFresh},
	{"aim updates", false, (*builder).aimUpdates},
	{"guard updates", true, (*builder).guardUpdates},
	{"emit updates", true, (*builder).emitUpdates},
}

// build makes the plan for s by the passes that want holds for, and those that
// are needed.
func build(s Source, want func(p pass) bool) *Plan {
	b := newBuilder(s)
	for _, pass := range passes {
		if pass.needed || want(pass) {
			pass.run(b)
		}
	}
	p := &Plan{code: b.code, bufs: b.bufs, outputs: b.outputs, updates: len(s.Updates),
		guards: s.Guarded, guarded: b.guarded, before: b.before, commits: b.commits}
	p.layOut()
	for _, in := range p.code {
		in.setUnits()
		p.slots = max(p.slots, in.assignSlots(p.bufs, 0))
	}
	return p
}

// lowerNodes makes the instructions for the nodes that are needed.
func (b *builder) lowerNodes() {
	for i := range b.src.Nodes {
		if n := &b.src.Nodes[i]; b.live[i] {
			b.vals[i] = n.Kind.lower(b, n)
		}
	}
}

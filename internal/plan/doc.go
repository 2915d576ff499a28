// Package plan turns a list of operations on arrays into a flat list of
// instructions over one arena, and runs it without allocation.
//
// A plan drops what is not needed, reads transposes and broadcasts as views,
// fuses chains of element-wise functions, reuses memory whose value is dead,
// and updates parameters at the end of a run. None of this changes a bit of
// the results.
//
// It imports internal/kernel and the standard library, and knows nothing of
// graphs or gorgonia.
//
// # Where things are
//
//   - plan.go: Node and Source, which a plan is made from, and instr, of which
//     it consists; view.go: how an operand is read.
//   - kind.go: what there is to know of a kind of node. Each kind is one value,
//     and stands with its lowering and its runner: views.go (arrays given from
//     outside, and views), map.go, product.go, reduce.go, concat.go, scan.go,
//     call.go.
//   - passes.go: the stages of making a plan. Any but the needed can be left
//     out with the same bits: ramps.go, fuse.go, contract.go with rules.go,
//     update.go with direct.go. layout.go gives buffers their memory.
//   - machine.go and pool.go: a plan in memory, run by one worker or several;
//     runmap.go, runtail.go and runreduce.go are the larger runners, access.go
//     reads a view in blocks.
//   - string.go, profile.go and cost.go: what a plan tells of itself.
//
// # How to add
//
// A kind of instruction is a variable of type Kind in a file of its own, as
// CumSum in scan.go; attributes that no Node has yet are fields of Node. A
// reduction is a row in reduce.go and a fold of package kernel. A contraction is
// a row of rules.go: what it matches, and the function with the same bits. A pass
// is a row of passes.go.
//
// The tests hold each to the naive evaluator (naive_test.go) in random programs
// (generate_test.go); both must know a new kind, and a test says by name which
// is missing. For a rule, contracted in rules_test.go must have a term.
package plan

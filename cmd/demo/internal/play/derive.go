package play

import (
	"cmp"
	"slices"

	"chainrule/graph"
	"chainrule/graph/explain"
	"chainrule/internal/words"
	"chainrule/optim/dataset"
	"gorgonia.org/tensor"
)

// deriveRequest asks for the step about to be taken.
type deriveRequest struct {
	Run        int    `json:"run"`
	Convention string `json:"convention"` // notes or mean; empty it is notes
	Examples   string `json:"examples"`   // batch, or few to have the first columns alone; empty it is batch
	Example    *int   `json:"example"`    // to have its column of the batch alone
}

// A derived is how a step is computed, with all numbers.
type derived struct {
	Step       int           `json:"step"` // that have been taken before it
	Convention string        `json:"convention"`
	Batch      int           `json:"batch"`    // m
	Columns    []int         `json:"columns"`  // of the batch that are shown
	Examples   []int         `json:"examples"` // which of the training examples these are
	Note       string        `json:"note"`
	Lines      []derivedLine `json:"lines"`
	FirstWrong string        `json:"firstWrong,omitempty"` // id of the first line that is not the right one
}

type derivedLine struct {
	stripLine
	Inputs []string    `json:"inputs"` // ids of the lines that it is computed from
	Value  value       `json:"value"`
	Wrong  *wrongValue `json:"wrong,omitempty"` // of a run with a mistake, whose value is another than the right one
}

// value holds the entries row by row, of a value with a column for each example only of
// those that are shown.
type value struct {
	Shape []int   `json:"shape"` // of all of it
	Cut   *cut    `json:"cut,omitempty"`
	Data  numbers `json:"data"`
}

type cut struct {
	Columns []int `json:"columns"`
}

// few is how many columns are shown of few examples, and maxEntries how many entries a
// line may have before only some of its columns are.
const few, maxEntries = 6, 20_000

func (s *Session) derive(r deriveRequest) (any, error) {
	run, convention, err := s.runOf(r.Run, r.Convention)
	if err != nil {
		return nil, err
	}
	step, err := run.next(convention)
	if err != nil {
		return nil, err
	}
	m := step.derivation.batch
	out := derived{Step: run.step(), Convention: string(convention), Batch: m, Note: step.derivation.explained.Note}
	shown := m
	for _, l := range step.derivation.lines {
		if step.derivation.perExample(l) {
			shown = min(shown, max(maxEntries/max(l.Shape[0], 1), 1))
		}
	}
	switch r.Examples {
	case "", "batch":
	case "few":
		shown = min(shown, few)
	default:
		return nil, badf("examples", "%q given, batch or few expected", r.Examples)
	}
	for j := range shown {
		out.Columns = append(out.Columns, j)
	}
	if r.Example != nil {
		if *r.Example < 0 || *r.Example >= m {
			return nil, badf("example", "%d given, the number of one of %s expected, from 0", *r.Example, words.Count(m, "example"))
		}
		out.Columns = []int{*r.Example}
	}
	for _, c := range out.Columns {
		out.Examples = append(out.Examples, step.order[c])
	}
	if err := step.run(); err != nil {
		return nil, err
	}
	ids := map[*graph.Node]string{}
	for _, l := range step.derivation.lines {
		if ids[l.node] == "" {
			ids[l.node] = l.ID
		}
	}
	faults, err := run.faults(step)
	if err != nil {
		return nil, err
	}
	for _, l := range step.derivation.lines {
		data, err := step.derivation.program.Float64s(nil, l.node)
		if err != nil {
			return nil, err
		}
		wrong := l.make(faults, &data)
		if wrong != nil && out.FirstWrong == "" {
			out.FirstWrong = l.ID
			s.reach(Goal{Kind: "first-wrong-is", Run: r.Run, Line: l.ID})
		}
		v := value{Shape: l.Shape, Data: data}
		if step.derivation.perExample(l) && len(out.Columns) < m {
			v.Cut = &cut{out.Columns}
			v.Data = columnsOf(data, m, out.Columns)
		}
		out.Lines = append(out.Lines, derivedLine{l.stripLine, inputsOf(l, ids), v, wrong})
	}
	return out, nil
}

// runOf returns a run by its number, and a convention by its name.
func (s *Session) runOf(number int, convention string) (*run, explain.Convention, error) {
	if err := s.ready(); err != nil {
		return nil, "", err
	}
	if number < 0 || number >= len(s.runs) {
		return nil, "", badf("run", "%d given, the number of one of %s expected, from 0", number, words.Count(len(s.runs), "run"))
	}
	if convention != "" && !slices.Contains(explain.ConventionNames(), convention) {
		return nil, "", badf("convention", "%q given, %s expected", convention, words.List(explain.ConventionNames(), "or"))
	}
	return s.runs[number], cmp.Or(explain.Convention(convention), explain.Notes), nil
}

// perExample reports whether a line has a column for each example.
func (d *derivation) perExample(l line) bool {
	shape := l.node.Shape()
	if l.Phase == "update" || len(shape) != 2 || shape[1] != d.batch || l.node.Param() != nil {
		return false
	}
	if slices.Contains(d.explained.Gradients(), l.node) {
		return false
	}
	return true
}

// columnsOf returns some columns of a matrix with m of them.
func columnsOf(data []float64, m int, columns []int) (out numbers) {
	for r := 0; r+m <= len(data); r += m {
		for _, c := range columns {
			out = append(out, data[r+c])
		}
	}
	return out
}

// inputsOf returns the ids of the lines that a line is computed from.
func inputsOf(l line, ids map[*graph.Node]string) []string {
	out := []string{}
	seen := map[*graph.Node]bool{}
	var visit func(n *graph.Node)
	visit = func(n *graph.Node) {
		if seen[n] {
			return
		}
		seen[n] = true
		if id := ids[n]; id != "" && id != l.ID {
			if !slices.Contains(out, id) {
				out = append(out, id)
			}
			return
		}
		for _, x := range n.Inputs() {
			visit(x)
		}
	}
	if id := ids[l.node]; id != l.ID && id != "" { // another name for the same
		return []string{id}
	}
	for _, x := range l.node.Inputs() {
		visit(x)
	}
	return out
}

// An upcoming step is about to be taken, on a batch.
type upcoming struct {
	derivation *derivation
	feeds      graph.Feeds // of all inputs
	order      []int       // which of the training examples the columns are
}

// next returns the step about to be taken, at the present parameters and state.
func (r *run) next(convention explain.Convention) (*upcoming, error) {
	at := r.training.State()
	batch, _, err := r.training.Data.Batch(at.Epoch, at.Batch)
	if err != nil {
		return nil, err
	}
	u := &upcoming{}
	if u.derivation, err = r.derivation(examples(batch), convention); err != nil {
		return nil, err
	}
	n := u.derivation.nodes
	u.feeds = graph.Feeds{n.X: batch["X"], n.Y: batch["Y"]}
	rates, err := r.training.Rates()
	if err != nil {
		return nil, err
	}
	for name, node := range u.derivation.rates {
		u.feeds[node] = scalarOf(r.exp.Dtype(), rates[name])
	}
	u.order, err = r.order(at.Epoch, at.Batch)
	return u, err
}

// learningRate is what rules call their rate.
const learningRate = "learning rate"

func scalarOf(dtype tensor.Dtype, v float64) *tensor.Dense {
	if dtype == tensor.Float32 {
		return graph.Tensor([]float32{float32(v)})
	}
	return graph.Tensor([]float64{v})
}

// order returns which of the training examples a batch has, by dealing their numbers as the
// examples are dealt.
func (r *run) order(epoch, batch int) ([]int, error) {
	m := r.exp.Train.Len()
	all := make([]int, m)
	for i := range all {
		all[i] = i
	}
	if r.settings.Batch == 0 {
		return all, nil
	}
	set := &dataset.Set{Features: []string{"number"}}
	for i := range all {
		set.X = append(set.X, float64(i))
	}
	b, err := set.Batches(dataset.BatchSettings{Size: r.settings.Batch, Seed: uint64(r.settings.Seed)})
	if err != nil {
		return nil, err
	}
	dealt, _, err := b.Batch(epoch, batch)
	if err != nil {
		return nil, err
	}
	out := []int{}
	for _, v := range float64s(dealt["X"]) {
		out = append(out, int(v))
	}
	return out, nil
}

// run computes all lines.
func (u *upcoming) run() error {
	d := u.derivation
	if d.program == nil {
		var outputs []*graph.Node
		for _, l := range d.lines {
			if !slices.Contains(outputs, l.node) {
				outputs = append(outputs, l.node)
			}
		}
		var err error
		if d.program, err = graph.Compile(graph.Spec{Outputs: outputs}); err != nil {
			return err
		}
	}
	return d.program.Run(usedFeeds(d.program, u.feeds))
}

package layers

import (
	"fmt"
	"math"
	"strconv"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// MultiHeadAttention lets every step of a sequence look at the others. Of x, of shape (T, n, m), each of
// h heads makes queries, keys and values with d = n/h features a step, and gives for every step
// the mean of the values, weighed by how well its query fits their keys:
//
//	A = softmax(Q·Kᵀ/√d)·V
//
// What the heads give is put below one another and multiplied by a matrix. The result has the
// shape of x.
//
// The rows of In are those of the queries of all heads, then of the keys, then of the values, and
// within each n/h rows a head: what torch.nn.MultiheadAttention calls in_proj_weight,
// with InBias its in_proj_bias, Out its out_proj.weight and OutBias its out_proj.bias.
//
// From A. Vaswani and others, "Attention is all you need", NIPS 2017, section 3.2.
type MultiHeadAttention struct {
	In, InBias   *graph.Param // (3n, n) and (3n, 1)
	Out, OutBias *graph.Param // (n, n) and (n, 1)

	Heads  int  // h, which divides n
	Causal bool // each step looks at itself and those before it only

	err error
}

var _ Masked = (*MultiHeadAttention)(nil)

// MultiHeadAttentionSettings configures a [MultiHeadAttention]. Name and Features must be set.
type MultiHeadAttentionSettings struct {
	// Name is what the parameters are called by: Name.in.W, Name.in.b, Name.out.W and
	// Name.out.b. It must be unique in the network.
	Name string

	Features int  // n, at least 1
	Heads    int  // h, which divides n; 0 is 1
	Causal   bool // each step looks at itself and those before it only

	// Init sets In and Out; if nil it is Glorot. The biases start at 0.
	Init Initializer

	// Dtype is tensor.Float64 or tensor.Float32, that of the graphs that use the
	// layer. If unset it is tensor.Float64.
	Dtype tensor.Dtype
}

// New returns a layer with new parameters, for which it draws from rng: first In, then Out.
func (s MultiHeadAttentionSettings) New(rng Source) *MultiHeadAttention {
	a, err := s.build(rng)
	if err != nil {
		return &MultiHeadAttention{err: graph.Errorf("MultiHeadAttention "+strconv.Quote(s.Name), "%w", err)}
	}
	return a
}

func (s MultiHeadAttentionSettings) build(rng Source) (*MultiHeadAttention, error) {
	dtype, err := sequenceSizes(s.Name, s.Dtype, s.Features, s.Features, "Features", "Features")
	if err != nil {
		return nil, err
	}
	if s.Features > maxWeights/3/s.Features {
		return nil, fmt.Errorf("%s is %d: at most %d weights are supported", "Features", s.Features, maxWeights)
	}
	a := &MultiHeadAttention{Heads: max(s.Heads, 1), Causal: s.Causal}
	if s.Heads < 0 || s.Features%a.Heads != 0 {
		return nil, fmt.Errorf("%s is %d and Features is %d, a number that divides these expected", "Heads", s.Heads, s.Features)
	}
	if s.Init == nil {
		s.Init = Glorot
	}
	n := s.Features
	if a.In, a.InBias, err = newAffine(s.Name+".in.W", s.Name+".in.b", n, 3*n, dtype, s.Init, rng); err != nil {
		return nil, err
	}
	if a.Out, a.OutBias, err = newAffine(s.Name+".out.W", s.Name+".out.b", n, n, dtype, s.Init, rng); err != nil {
		return nil, err
	}
	for _, p := range a.Params() {
		p.Layer, p.Letter = s.Name, "W"
		if p.Bias {
			p.Letter = "b"
		}
	}
	return a, nil
}

// Apply returns the result of shape (T, n, m) for x of that shape.
func (a *MultiHeadAttention) Apply(x *graph.Node) *graph.Node { return a.ApplyMasked(x, nil) }

// ApplyMasked returns the result where the examples have lengths of their own: no step looks at one behind
// the end of its example, and the result there is 0. See [Masked].
func (a *MultiHeadAttention) ApplyMasked(x, lengths *graph.Node) *graph.Node {
	switch {
	case a == nil:
		return graph.Fail(graph.Errorf("MultiHeadAttention", "the layer is nil"), x)
	case a.err != nil:
		return graph.Fail(a.err, x)
	}
	n, err := a.features()
	if err != nil {
		return graph.Fail(graph.Errorf("MultiHeadAttention", "%w", err), x)
	}
	if failed := rejectSequence("MultiHeadAttention", x, lengths, n); failed != nil {
		return failed
	}
	g := x.Graph()
	all := graph.Add(graph.MatMul(g.Use(a.In), x), g.Use(a.InBias))
	q, k, v := a.heads(all, 0), a.heads(all, 1), a.heads(all, 2)
	scores := graph.MatMulTrans(q.Times(1/math.Sqrt(float64(n/a.Heads))), false, k, true) // (m,h,T,T)
	weights := graph.Softmax(a.masked(scores, lengths), 3)
	steps, m := x.Shape()[0], x.Shape()[2]
	mixed := graph.Reshape(graph.Transpose(graph.MatMul(weights, v), 2, 1, 3, 0), steps, n, m)
	y := graph.Add(graph.MatMul(g.Use(a.Out), mixed), g.Use(a.OutBias))
	if lengths != nil {
		y = graph.Where(ofExamples(steps, lengths), y, g.Const(0))
	}
	return y
}

// heads returns queries, keys or values, by their place among the rows of all, with a matrix of
// a row for each step for every example and head: (m,h,T,d).
func (a *MultiHeadAttention) heads(all *graph.Node, place int) *graph.Node {
	s := all.Shape()
	steps, n, m := s[0], s[1]/3, s[2]
	part := graph.Slice(all, graph.Range{}, graph.Range{From: place * n, To: (place + 1) * n})
	return graph.Transpose(graph.Reshape(part, steps, a.Heads, n/a.Heads, m), 3, 1, 0, 2)
}

// unseen is what is added to the score of a step that is not looked at, so that its weight is 0. It is finite, so
// that an example without steps gets equal weights and no NaN.
const unseen = -1e30

// masked returns the scores (m,h,T,T), of which a row is what a step thinks of each, with unseen added where
// it does not look.
func (a *MultiHeadAttention) masked(scores, lengths *graph.Node) *graph.Node {
	g, s := scores.Graph(), scores.Shape()
	m, steps := s[0], s[3]
	if a.Causal {
		later := graph.Less(stepNumbers(g, steps, steps, 1), stepNumbers(g, steps, steps))
		scores = graph.Add(scores, later.Times(unseen))
	}
	if lengths != nil {
		behind := graph.GreaterEqual(stepNumbers(g, steps, steps), graph.Reshape(lengths, m, 1, 1, 1))
		scores = graph.Add(scores, behind.Times(unseen))
	}
	return scores
}

// features returns n, or what the layer lacks.
func (a *MultiHeadAttention) features() (int, error) {
	n := 0
	if a.Out.Err() == nil && len(a.Out.Shape()) == 2 {
		n = a.Out.Shape()[0]
	}
	err := lost([]*graph.Param{a.In, a.InBias, a.Out, a.OutBias}, [][]int{{3 * n, n}, {3 * n, 1}, {n, n}, {n, 1}})
	if err == nil && (a.Heads < 1 || n%a.Heads != 0) {
		err = fmt.Errorf("%d heads given for %d features, a number that divides these expected", a.Heads, n)
	}
	return n, err
}

// Params returns In, InBias, Out and OutBias, nil if the settings were wrong.
func (a *MultiHeadAttention) Params() []*graph.Param {
	if a == nil {
		return nil
	}
	return distinct(a.In, a.InBias, a.Out, a.OutBias)
}

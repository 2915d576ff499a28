package play

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"chainrule/graph"
	"chainrule/internal/experiment"
	"chainrule/internal/words"
	"chainrule/layers"
	"chainrule/optim"
	optimexperiment "chainrule/optim/experiment"
)

// A mistake is one that people make when they write a backward pass, as a network that is
// trained by it. Where it shows is found by comparison; nothing here says it.
type mistake struct {
	name, title, what string

	// fits says why the mistake cannot be made in a network, "" if it can; nil fits all.
	fits func(n chain) string

	wrong formulas                                             // of the backward pass
	rule  func(r optim.Rule, params []*graph.Param) optim.Rule // the update; nil for the right one
	start bool                                                 // all weights start at 0
}

// A chain is a network of dense layers with what a mistake asks about it.
type chain struct {
	settings optimexperiment.Settings
	net      *layers.MLP
	examples int // of a step
}

func (c chain) hidden() int { return len(c.net.W) - 1 }

// output returns the function of the outputs.
func (c chain) output() string { name, _ := c.settings.Output(); return name }

// needsHidden is fits of what is wrong in hidden layers.
func needsHidden(c chain) string {
	if c.hidden() == 0 {
		return "there is no hidden layer, through which a derivative goes back"
	}
	return ""
}

// needsBend is fits of what is wrong in the slope of a hidden activation.
func needsBend(c chain) string {
	if slices.ContainsFunc(c.net.Hidden, func(a layers.Activation) bool { return a != layers.Identity }) {
		return ""
	}
	return "no hidden layer has an activation other than the identity, whose derivative is 1"
}

func needsExamples(c chain) string {
	if c.examples < 2 {
		return "a step takes one example, of which the sum is the mean"
	}
	return ""
}

// needsPlainCost is fits of what stands in the place of the labels.
func needsPlainCost(c chain) string {
	cost := c.settings.Cost
	plain := cost.Kind == experiment.CrossEntropy && cost.Smoothing == 0 && len(cost.ClassWeights) == 0
	if !plain && !(cost.Kind == experiment.SquaredError && (c.output() == "" || c.output() == "identity")) {
		return "dZ of the outputs is A − Y only under cross-entropy without weights or smoothing, and 2·(A − Y) under the squared error of outputs as they are"
	}
	return needsExamples(c)
}

// mistakes returns all.
func mistakes() []mistake {
	return slices.Concat(outputMistakes(), hiddenMistakes(), gradientMistakes(), stepMistakes())
}

// outputMistakes are in dZ of the last layer.
func outputMistakes() []mistake {
	return []mistake{
		{name: "labels-shifted", title: "Labels shifted by one", what: "every example is compared with the label of the next one", fits: needsPlainCost,
			wrong: formulas{Output: shiftedLabels}},
		{name: "output-slope", title: "The output's slope twice", what: "A − Y is multiplied by the derivative of the output's activation, which is in it already",
			fits: func(c chain) string {
				if c.settings.Cost.Kind != experiment.CrossEntropy {
					return "only under cross-entropy the derivative of the output's activation cancels"
				}
				return ""
			},
			wrong: formulas{Output: func(p *pass, right *graph.Node) *graph.Node { return slopeRight(p, len(p.dZ)-1, right) }}},
	}
}

// hiddenMistakes are in dZ of hidden layers.
func hiddenMistakes() []mistake {
	return []mistake{
		{name: "no-slope", title: "1 − A² dropped", what: "dZ of a hidden layer is Wᵀ·dZ, without the derivative of the activation", fits: needsBend,
			wrong: formulas{Slope: func(_ *pass, _ int, dA *graph.Node) *graph.Node { return dA }}},
		{name: "wrong-slope", title: "The slope of another activation", what: "hidden layers have the derivative of σ, those of σ that of tanh", fits: needsBend,
			wrong: formulas{Slope: func(p *pass, l int, dA *graph.Node) *graph.Node {
				a := p.nodes.A[l]
				if a.Op() == sigmoidOp {
					return graph.Mul(dA, tanhSlope(a))
				}
				return graph.Mul(dA, sigmoidSlope(a))
			}}},
		{name: "slope-of-z", title: "1 − Z² in place of 1 − A²", what: "the derivative of tanh is written for A = tanh(Z), and Z is put in",
			fits: func(c chain) string {
				if slices.Contains(c.net.Hidden, layers.Tanh) {
					return ""
				}
				return "no hidden layer has tanh"
			},
			wrong: formulas{Slope: func(p *pass, l int, dA *graph.Node) *graph.Node {
				if p.nodes.A[l].Op() != tanhOp {
					return slopeRight(p, l, dA)
				}
				return graph.Mul(dA, tanhSlope(p.nodes.Z[l]))
			}}},
		{name: "not-transposed", title: "W in place of Wᵀ", what: "a square matrix goes back as it came forward: the shapes fit, and the numbers are of other units",
			fits: func(c chain) string {
				for _, w := range c.net.W[1:] {
					if s := w.Shape(); s[0] == s[1] && s[0] > 1 {
						return ""
					}
				}
				return "no matrix behind the first is square, so that the shapes would not fit"
			},
			wrong: formulas{Carry: func(w, dZ *graph.Node) *graph.Node {
				s := w.Shape()
				return graph.MatMulTrans(w, s[0] != s[1], dZ, false)
			}}},
		{name: "updated-too-early", title: "W updated before dZ is computed", what: "dZ of a hidden layer goes back through weights that have taken their step already",
			fits: func(c chain) string {
				if r := c.settings.Rule; r != (experiment.Rule{Kind: experiment.GradientDescent, Rate: r.Rate}) {
					return "plain gradient descent expected, whose step is α·dW"
				}
				return needsHidden(c)
			},
			wrong: formulas{Weights: func(p *pass, l int) *graph.Node { return graph.Sub(p.w(l), graph.Mul(p.dW[l], p.rate)) }}},
	}
}

// gradientMistakes are in dW and db.
func gradientMistakes() []mistake {
	return []mistake{
		{name: "no-activation", title: "Z in place of A", what: "dW is dZ times Z of the layer before, and not its A", fits: needsBend,
			wrong: formulas{Input: func(p *pass, l int) *graph.Node {
				if l == 0 {
					return p.nodes.X
				}
				return p.nodes.Z[l-1]
			}}},
		{name: "no-mean", title: "1/m forgotten", what: "dW and db are sums over the examples, and the cost is their mean", fits: needsExamples,
			wrong: formulas{MeanW: noMean, MeanB: noMean}},
		{name: "mean-twice", title: "1/m twice", what: "dW and db are divided by the number of examples once too often", fits: needsExamples,
			wrong: formulas{MeanW: meanTwice, MeanB: meanTwice}},
		{name: "no-mean-in-b", title: "1/m forgotten in db", what: "db alone is a sum over the examples, and the cost is their mean", fits: needsExamples,
			wrong: formulas{MeanB: noMean}},
		{name: "wrong-axis", title: "np.sum without an axis", what: "db is the sum over units and examples, the same for every unit of the layer",
			fits: func(c chain) string {
				if slices.ContainsFunc(c.net.B, func(b *graph.Param) bool { return b.Shape()[0] > 1 }) {
					return ""
				}
				return "no layer has several units"
			},
			wrong: formulas{Sum: func(dZ *graph.Node) *graph.Node {
				if units := dZ.Shape()[0]; units > 1 {
					return graph.BroadcastTo(graph.Reduce{KeepDims: true}.Sum(dZ), units, 1)
				}
				return sumOfExamples(dZ)
			}}},
	}
}

// stepMistakes are in the update, and in the start.
func stepMistakes() []mistake {
	return []mistake{
		{name: "sign", title: "W + α·dW", what: "the step goes up the slope, and the cost grows",
			rule: func(r optim.Rule, _ []*graph.Param) optim.Rule { return uphill{r} }},
		{name: "layer-rate", title: "The rate of another layer", what: fmt.Sprintf("the first layer moves by %d times the rate, one that was meant for another layer", otherRate),
			fits: needsHidden,
			rule: func(r optim.Rule, params []*graph.Param) optim.Rule {
				return optim.PerParameter{Rule: r, Factors: map[*graph.Param]float64{params[0]: otherRate, params[1]: otherRate}}
			}},
		{name: "biases-still", title: "Biases not updated", what: "the update has a line for every W and none for b",
			rule: func(r optim.Rule, params []*graph.Param) optim.Rule {
				factors := map[*graph.Param]float64{}
				for i := 1; i < len(params); i += 2 {
					factors[params[i]] = 0
				}
				return optim.PerParameter{Rule: r, Factors: factors}
			}},
		{name: "zero-init", title: "All weights start at 0", what: "hidden units that start equal have equal derivatives, and stay equal", fits: func(c chain) string {
			if !slices.ContainsFunc(c.settings.Layers, func(l optimexperiment.Layer) bool { return l.Init.Kind != "zeros" }) {
				return "the weights start at 0 as it is"
			}
			return needsHidden(c)
		}, start: true},
	}
}

// otherRate is by how much the rate of another layer is larger.
const otherRate = 10

// shiftedLabels is dZ of the outputs with the labels of the next example.
func shiftedLabels(p *pass, _ *graph.Node) *graph.Node {
	y, a := p.nodes.Y, p.nodes.Output()
	next := graph.Concat(1, graph.Slice(y, graph.Range{}, graph.Range{From: 1}), graph.Slice(y, graph.Range{}, graph.Range{To: 1}))
	dZ := graph.Sub(a, next)
	if a == p.nodes.Z[len(p.nodes.Z)-1] { // the squared error of outputs as they are
		return dZ.Times(2)
	}
	return dZ
}

// slopeRight is dA taken back through the activation of layer l, as the chain rule has it:
// dA ⊙ g′(Z), or what softmax, whose columns hang together, makes of dA.
func slopeRight(p *pass, l int, dA *graph.Node) *graph.Node {
	a, z := p.nodes.A[l], p.nodes.Z[l]
	if a == z {
		return dA
	}
	seed := dA
	if entrywise(a) {
		seed = a.Graph().Const(1, a.Shape()...)
	}
	products, err := graph.VJP(a, seed, z)
	switch {
	case err != nil:
		return graph.Fail(err, dA)
	case entrywise(a):
		return graph.Mul(dA, products[0])
	}
	return products[0]
}

// sigmoidSlope and tanhSlope are g′(Z) of an A, whatever it is of.
func sigmoidSlope(a *graph.Node) *graph.Node {
	return graph.Mul(a, graph.Sub(a.Graph().Const(1), a))
}
func tanhSlope(a *graph.Node) *graph.Node {
	return graph.Sub(a.Graph().Const(1), graph.Square(a))
}

var (
	scalar    = graph.New(graph.Settings{}).Input("x")
	sigmoidOp = graph.Sigmoid(scalar).Op()
	tanhOp    = graph.Tanh(scalar).Op()
)

func noMean(int) float64      { return 1 }
func meanTwice(m int) float64 { return 1 / float64(m) / float64(m) }

// uphill is a rule with the sign of the gradients exchanged.
type uphill struct{ optim.Rule }

func (r uphill) Apply(u *optim.Update) {
	for i, d := range u.Grads {
		u.Grads[i] = graph.Neg(d)
	}
	r.Rule.Apply(u)
}

// mistakeNames returns the names of the mistakes that a run can be told to make.
func mistakeNames() []string {
	var names []string
	for _, m := range mistakes() {
		names = append(names, m.name)
	}
	return names
}

// chainIn returns the network of an experiment, or why mistakes cannot be made in it.
func chainIn(e *optimexperiment.Experiment) (chain, string) {
	net, err := e.MLP()
	if err != nil {
		return chain{}, "mistakes are made in the backward pass of dense layers without names, one behind the other, and this network has others"
	}
	examples := e.Settings.Batch
	if e.Train != nil && (examples == 0 || examples > e.Train.Len()) {
		examples = e.Train.Len()
	}
	return chain{settings: e.Settings, net: net, examples: examples}, ""
}

// unfit says why a mistake cannot be made in an experiment, "" if it can.
func (m mistake) unfit(e *optimexperiment.Experiment) string {
	c, why := chainIn(e)
	if why == "" && m.fits != nil {
		why = m.fits(c)
	}
	return why
}

// mistakesNamed returns the mistakes of a text such as "no-mean+sign".
func mistakesNamed(text string, e *optimexperiment.Experiment) ([]mistake, error) {
	if text == "" {
		return nil, nil
	}
	var out []mistake
	all := mistakes()
	for _, name := range strings.Split(text, "+") {
		at := slices.IndexFunc(all, func(m mistake) bool { return m.name == name })
		if at < 0 {
			return nil, fmt.Errorf("unknown mistake %q%s", experiment.Shortened(name), experiment.Hint(name, mistakeNames()))
		}
		if why := all[at].unfit(e); why != "" {
			return nil, fmt.Errorf("%s cannot be made here: %s", name, why)
		}
		if slices.ContainsFunc(out, func(m mistake) bool { return m.name == name }) {
			return nil, fmt.Errorf("%s is there twice", name)
		}
		out = append(out, all[at])
	}
	if len(out) > mostMistakes {
		return nil, errors.New(words.Count(len(out), "mistake") + fmt.Sprintf(" given, at most %d expected", mostMistakes))
	}
	return out, nil
}

// mostMistakes is how many a run makes at once.
const mostMistakes = 4

package optim

// AdamW is [Adam] with decoupled weight decay (I. Loshchilov and F. Hutter,
// "Decoupled Weight Decay Regularization", ICLR 2019, algorithm 2): beside Adam's
// step every weight shrinks in proportion to itself,
//
//	W ← W − α·(m/c1) / (√(v/c2) + ε) − α·λ·W
//
// which the division by √v does not touch, as it would a decay that is part of
// the gradient. λ is multiplied by the present rate, as in PyTorch. What shrinks are
// weights and not biases, see [Decay]; PyTorch shrinks both unless told otherwise.
type AdamW struct {
	LearningRate float64 // α; if 0, 0.001
	Beta1        float64 // if 0, 0.9
	Beta2        float64 // if 0, 0.999
	Epsilon      float64 // ε; if 0, 1e-8

	// WeightDecay is λ, above 0. It must be given, and 0.01 is the usual one: the
	// rule with λ = 0 is Adam.
	WeightDecay float64
}

var _ Rule = AdamW{}

// Apply writes one step of the rule.
func (r AdamW) Apply(u *Update) {
	if !checkRate(u, "AdamW.WeightDecay", r.WeightDecay) {
		return
	}
	adam := Adam{LearningRate: r.LearningRate, Beta1: r.Beta1, Beta2: r.Beta2, Epsilon: r.Epsilon}
	if adam.apply(u, "AdamW") {
		u.shrink("AdamW", r.WeightDecay, u.weights("AdamW"))
	}
}

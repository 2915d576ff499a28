package lesson

import (
	"fmt"
	"slices"
	"strings"

	"chainrule/internal/words"
)

// A Verdict is what is to be thought of a claim as it is worded.
type Verdict int

// The verdicts. A claim is not tried if no check says anything of it.
const (
	NotTried Verdict = iota
	DoesNotHold
	HoldsInPart
	Holds
)

func (v Verdict) String() string {
	return [...]string{"not tried", "does not hold", "holds in part", "holds"}[v]
}

// ClaimFor returns the claim that is tried with some settings.
func (l Lesson) ClaimFor(s Values) string {
	if l.Reworded == nil {
		return l.Claim
	}
	return l.Reworded(s)
}

// Verdict returns what the checks make of the claim: it holds if they support it
// and none refutes it, does not hold if they refute it and none supports it, and
// holds in part if some do this and some that.
func (r *Report) Verdict() Verdict {
	holds, fails := len(r.parts(Supports)) > 0, len(r.parts(Refutes)) > 0
	switch {
	case holds && fails:
		return HoldsInPart
	case holds:
		return Holds
	case fails:
		return DoesNotHold
	}
	return NotTried
}

// parts returns the parts of the claim on which checks say the same, each once.
func (r *Report) parts(says Bearing) []string {
	var parts []string
	for _, c := range r.Checks() {
		if c.Says == says && !slices.Contains(parts, c.Part) {
			parts = append(parts, c.Part)
		}
	}
	return parts
}

// Explanation returns the sentences that go with the verdict: with a claim that
// holds in part what does hold and what does not, and a remark if the lesson's own
// finding was not reproduced. It is empty if there is nothing to explain.
func (r *Report) Explanation() string {
	var sentences []string
	if r.Verdict() == HoldsInPart {
		sentences = append(sentences, fmt.Sprintf("What holds: %s. What does not: %s.",
			strings.Join(r.parts(Supports), "; "), strings.Join(r.parts(Refutes), "; ")))
	}
	if n := len(r.Missing()); n > 0 {
		sentences = append(sentences, fmt.Sprintf("The lesson's own finding was not reproduced: %d of %s came out otherwise.",
			n, words.Count(len(r.Checks()), "check")))
	}
	return strings.Join(sentences, " ")
}

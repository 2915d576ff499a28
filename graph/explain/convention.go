package explain

import (
	"cmp"
	"fmt"
	"slices"

	"chainrule/graph"
	"chainrule/internal/words"
)

// A Convention tells what the d of dZ2 stands for. Its value is its name, as flags
// and files have it; "" is Notes.
type Convention string

const (
	// Notes is the convention of course notes: dZ2 holds the derivative of each
	// example's own loss, and the mean comes in with what the examples share:
	// dZ2 = A2 − Y and dW2 = (1/m)·dZ2·A1ᵀ. See [graph.ByExample].
	Notes Convention = "notes"

	// MeanCost is that every derivative is of the cost itself, as graph.Grad gives
	// it: dZ2 = (A2 − Y)/m and dW2 = dZ2·A1ᵀ.
	MeanCost Convention = "mean"
)

// ConventionNames returns the names of the conventions.
func ConventionNames() []string { return []string{string(Notes), string(MeanCost)} }

// check reports a convention that is none of them.
func (c Convention) check() error {
	if c == "" || slices.Contains(ConventionNames(), string(c)) {
		return nil
	}
	return graph.Errorf("Derive", "Convention %q given, Notes or MeanCost expected", string(c))
}

// Settings say how a derivation is written. Those of its zero value are those of
// the functions Derive and DeriveRaw.
type Settings struct {
	// Convention is Notes, as "" is too, or MeanCost. Another is an error. The values of dW and db are the same in
	// both. In Notes a value that goes into the losses of several examples, as
	// before a batch normalisation, keeps the derivative of the cost, which is then
	// written ∂J/∂Z1; and so do all values, by the names dZ1, if the cost is not
	// made of means over the examples. The Note of the derivation says so.
	Convention Convention
}

// differentiate takes the gradients of the cost in the convention.
func (e *explainer) differentiate(raw bool, xs []*graph.Node) ([]*graph.Node, error) {
	of := graph.Grad
	if raw {
		of = graph.GradRaw
	}
	if e.settings.Convention == MeanCost {
		return of(e.cost, xs...)
	}
	byExample := graph.GradByExample
	if raw {
		byExample = graph.GradByExampleRaw
	}
	b, err := byExample(e.cost, xs...)
	if err != nil {
		return nil, err
	}
	e.examples = b
	for _, c := range b.Coupled {
		e.script.NamePartial(e.cost, c.Value)
	}
	for i, x := range xs {
		if _, own := b.Own(x); own { // the mean is not in it
			e.script.Plain(slices.DeleteFunc(graph.Upstream(b.Gradients[i]), func(n *graph.Node) bool { return !n.IsBackward() })...)
		}
	}
	return b.Gradients, nil
}

// averages reports whether the gradient that comes from u to its operand x is a
// mean over several examples.
func (e *explainer) averages(u, x *graph.Node) bool {
	axis, own := e.examples.Own(u)
	_, too := e.examples.Own(x)
	return own && !too && u.Shape()[axis] > 1
}

// note says what the d of dZ2 stands for.
func (e *explainer) note() string {
	cost := e.costName()
	switch b := e.examples; {
	case b == nil:
		return fmt.Sprintf("Every derivative is that of %s itself.", cost)
	case len(b.Means) > 0:
		return e.noteOfOwn() + e.noteOfCoupled()
	case len(b.Bent) > 0:
		return fmt.Sprintf("Every derivative is that of %s itself: no example has a loss of its own, since the mean over the examples goes into %[1]s in a way that is not linear.", cost)
	}
	return fmt.Sprintf("Every derivative is that of %s itself, which was not built as a mean over examples.", cost)
}

// costName returns what sentences call the cost.
func (e *explainer) costName() string {
	if name := e.script.Called(e.cost); name != "cost" {
		return name
	}
	return "the cost"
}

// noteOfOwn says what is a derivative of own losses.
func (e *explainer) noteOfOwn() string {
	for _, n := range slices.Backward(graph.Upstream(append(slices.Clone(e.xs), e.cost)...)) {
		axis, own := e.examples.Own(n)
		if !own || !e.isShown(n) {
			continue
		}
		part := "slice"
		switch shape := n.Shape(); {
		case shape[axis] == 1:
			return "There is one example, whose loss is the cost."
		case len(shape) == 2:
			part = [...]string{"row", "column"}[axis]
		}
		text := fmt.Sprintf("Each %s of %s is the derivative of that example's own loss", part, e.script.GradientOf(n))
		if shared := e.sharing(); shared != "" {
			text += "; the mean over the examples comes in with " + shared
		}
		return text + "."
	}
	return fmt.Sprintf("The mean over the examples comes in with %s.", e.sharing())
}

// sharing returns what of what was asked for the examples share, "" for nothing.
func (e *explainer) sharing() string {
	shared := ""
	for _, x := range e.xs {
		if _, own := e.examples.Own(x); own {
			continue
		}
		if x.Param() == nil {
			return "what they share"
		}
		shared = "the parameters"
	}
	return shared
}

// isShown reports whether the way back has a line for the derivative of n.
func (e *explainer) isShown(n *graph.Node) bool {
	return slices.Contains(e.xs, n) || e.hasGradientLine(n) && slices.Contains(e.order, e.adjoints[n])
}

// noteOfCoupled says which values have derivatives of the cost itself, and why.
func (e *explainer) noteOfCoupled() string {
	var names, partials []string
	var first *graph.Coupling
	for _, c := range e.examples.Coupled {
		if !e.isShown(c.Value) {
			continue
		}
		if first == nil {
			first = &c
		}
		names, partials = append(names, e.script.Called(c.Value)), append(partials, e.script.GradientOf(c.Value))
	}
	if first == nil {
		return ""
	}
	by := cmp.Or(e.script.Symbol(first.By), first.By.Formula(e.script.Symbol))
	why := "Through " + by + " the values of one example go into the losses of others"
	if first.Aside {
		why = by + " goes into " + e.costName() + " beside the mean over the examples"
	}
	return fmt.Sprintf(" %s: for %s the derivative is that of %s itself, written %s.",
		why, words.List(names, "and"), e.costName(), words.List(partials, "and"))
}

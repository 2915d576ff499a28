package graph

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// The place of a mistake is outside the module, in a program or in a test,
// whatever the module's packages are called.
func TestCallers(t *testing.T) {
	for function, want := range map[string]bool{
		"chainrule/graph.Add":                         false,
		"chainrule/layers.(*Dense).Apply":             false,
		"chainrule/optim/experiment.Fit":              false,
		"chainrule/cmd/demo/internal/lesson.run":      false,
		"chainrule/no/such/package.F.func1":           false,
		"gorgonia.org/gorgonia.Backpropagate":         false,
		"runtime.goexit":                              false,
		"":                                            false,
		"main.main":                                   true,
		"main.(*problem).expression":                  true,
		"example.com/chainrule/graph.Build":           true,
		"example.com/net.(*Norm).Apply":               true,
		"chainrules/net.Build":                        true,
		"github.com/someone/layers.Residual[...].New": true,
	} {
		if got := isCaller(function, "file.go"); got != want {
			t.Errorf("%q taken for a caller: %v, %v expected", function, got, want)
		}
	}
	// The compiler puts a function of ours into the caller's, and calls it by both names.
	if isCaller("main.(*problem).fit.Repeat.func2", moduleRoot+"optim/fit.go") {
		t.Error("a function of the module inside a program's is taken for a caller")
	}
	for _, function := range []string{"chainrule/graph.TestX", "chainrule/layers_test.TestX", "chainrule/cmd/demo.TestX.func1"} {
		if !isCaller(function, "/somewhere/some_test.go") {
			t.Errorf("%q of a test is not taken for a caller", function)
		}
	}
}

// Go's library is passed over: it calls functions of ours back.
func TestLibraryIsNoCaller(t *testing.T) {
	var file string
	slices.SortFunc([]int{2, 1}, func(a, b int) int {
		_, file, _, _ = runtime.Caller(1)
		return a - b
	})
	if !strings.Contains(file, "slices") || isCaller("slices.insertionSortCmpFunc[...]", file) {
		t.Errorf("a function of %s is taken for a caller", file)
	}
	if !isCaller("slices.Of", "/home/someone/slices/of.go") {
		t.Error("a user's package is not taken for a caller")
	}
}

// A mistake inside a derivative rule is shown at the rule's line, one in what it
// returns at the call of Grad: gorgonia stands between the two.
func TestPlacesOfRules(t *testing.T) {
	here := func(lines int) string {
		_, _, line, _ := runtime.Caller(1)
		return fmt.Sprintf("errors_test.go:%d", line+lines)
	}
	check := func(err error, want string) {
		t.Helper()
		var located *Error
		if !errors.As(err, &located) || located.Place != want {
			t.Errorf("error %v, place %s expected", err, want)
		}
	}
	var inside string
	for _, wrong := range []func(dy *Node) []*Node{
		func(dy *Node) []*Node { inside = here(0); return []*Node{MatMul(dy, dy)} },
		func(dy *Node) []*Node { return []*Node{dy, dy} },
	} {
		op := &Op{Name: "wrong", Unary: math.Sin, Backward: func(_ []*Node, _, dy *Node) []*Node { return wrong(dy) }}
		g := New(Settings{})
		x := g.Input("x", 3)
		y := Sum(op.Apply(x))
		want := here(1)
		_, err := Grad(y, x)
		if inside != "" {
			want, inside = inside, ""
		}
		check(err, want)
	}
}

// Where nobody outside called, the outermost function of the module is the place.
func TestPlaceWithoutCaller(t *testing.T) {
	g := New(Settings{})
	x := g.Input("x")
	var pcs [2]uintptr
	op := &Op{Name: "looks", Unary: math.Sin, Backward: func(_ []*Node, _, dy *Node) []*Node {
		runtime.Callers(2, pcs[:]) // callRule and applyRule
		return []*Node{dy}
	}}
	mustGrad(t, op.Apply(x), x)
	inner, outer := placeOf(pcs[:1]), placeOf(pcs[:])
	if !strings.HasPrefix(inner, "walk.go:") || !strings.HasPrefix(outer, "walk.go:") || inner == outer {
		t.Errorf("places %s and %s, two lines of walk.go expected", inner, outer)
	}
}

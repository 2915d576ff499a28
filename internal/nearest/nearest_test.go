package nearest

import (
	"strings"
	"testing"
)

func TestName(t *testing.T) {
	names := []string{"sigmoid", "tanh", "relu", "leaky-relu", "Glorot", "2"}
	for _, c := range []struct {
		s, name string
		near    bool
	}{
		{"tanh", "tanh", true}, {"TANH", "tanh", true}, {"tnah", "tanh", true}, {"tan", "tanh", true},
		{"sig", "sigmoid", true}, {"leaky_relu", "leaky-relu", true}, {"glorott", "Glorot", true},
		{"xyzw", "tanh", false}, {"4", "2", false}, {"", "tanh", false}, {"σigmoid", "sigmoid", true},
		{strings.Repeat("x", 1000), "leaky-relu", false},
	} {
		name, near := Name(c.s, names)
		if near != c.near || near && name != c.name {
			t.Errorf("Name(%.20q) is %q, %t; want %q, %t", c.s, name, near, c.name, c.near)
		}
	}
	if name, near := Name("a", nil); name != "" || near {
		t.Errorf("without names: %q, %t", name, near)
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"abc", "abc", 0}, {"abc", "axc", 1}, {"abc", "acb", 1}, {"kitten", "sitting", 3}} {
		if d := distance(c.a, c.b); d != c.want {
			t.Errorf("distance of %q and %q is %d, want %d", c.a, c.b, d, c.want)
		}
		if d := distance(c.b, c.a); d != c.want {
			t.Errorf("distance of %q and %q is %d, want %d", c.b, c.a, d, c.want)
		}
	}
}

// Slips of the names of flags and columns are found, and other words of the same
// length are not taken for them.
func TestSlipsOfRealNames(t *testing.T) {
	flags := []string{"activation", "adam", "batch", "beta1", "data", "epochs", "examples", "hidden", "init", "learning-rate", "loss",
		"missing", "optimizer", "out", "seed", "separator", "speed", "steps", "watch", "weight-decay", "workers"}
	columns := []string{"sepal length", "sepal width", "petal length", "species", "alcohol", "malic acid", "proline", "age", "größe"}
	for _, c := range []struct {
		s, want string
		names   []string
	}{
		{"learnin-rate", "learning-rate", flags}, {"learning_rate", "learning-rate", flags}, {"lerning-rate", "learning-rate", flags},
		{"learningrate", "learning-rate", flags}, {"optimiser", "optimizer", flags}, {"seprator", "separator", flags}, {"hiden", "hidden", flags},
		{"step", "steps", flags}, {"sede", "seed", flags}, {"ephocs", "epochs", flags}, {"wieght-decay", "weight-decay", flags}, {"beta2", "beta1", flags},
		{"sepal_length", "sepal length", columns}, {"Specis", "species", columns}, {"alchohol", "alcohol", columns}, {"ages", "age", columns},
		{"groesse", "", columns}, {"große", "größe", columns},

		{"temperature", "", flags}, {"precision", "", flags}, {"momentum", "", flags}, {"report", "", flags}, {"colour", "", flags}, {"lines", "", flags},
		{"verbose", "", flags}, {"model", "", flags}, {"json", "", flags}, {"test", "", flags}, {"quiet", "", flags}, {"dropout-rate", "", flags},
		{"colour", "", columns}, {"diagnosis", "", columns}, {"quality", "", columns}, {"label", "", columns}, {"price", "", columns}, {"sex", "", columns},
	} {
		name, near := Name(c.s, c.names)
		if near != (c.want != "") || near && name != c.want {
			t.Errorf("Name(%q) is %q, %t; %q expected", c.s, name, near, c.want)
		}
	}
}

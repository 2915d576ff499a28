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

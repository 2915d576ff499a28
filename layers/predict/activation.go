package predict

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"chainrule/internal/kernel"
	"chainrule/internal/modelfile"
)

// softmax is the name of the activation that is not entry by entry, and identity that
// which is nothing.
const softmax, identity = "softmax", "identity"

// activations are the functions of the others by the names of package layers.
var activations = map[string]kernel.Code{
	"tanh": kernel.Tanh, "sigmoid": kernel.Sigmoid, "relu": kernel.ReLU, "leaky-relu": kernel.LeakyReLU, "elu": kernel.ELU,
	"silu": kernel.SiLU, "gelu": kernel.GELU, "softplus": kernel.Softplus,
}

// activation adds the activation of a layer, for its number of outputs.
func (c *compiler[T]) activation(of modelfile.Step, in value) (value, error) {
	name := strings.ToLower(of.Activation)
	if name == identity {
		return in, nil
	}
	code, known := activations[name]
	if !known && name != softmax {
		return in, unknownActivation(of.Activation)
	}
	width := of.Out
	out := c.over(in, width)
	if name == softmax {
		c.softmax(in, out, of.Rows, width/of.Rows)
		return out, nil
	}
	loop := kernel.UnaryLoop[T](&kernel.Func{Code: code})
	c.add(func(s *scratch[T], m int) { loop(s.bufs[out.buf][:m*width], s.bufs[in.buf]) })
	return out, nil
}

func unknownActivation(name string) error {
	names := append(slices.Sorted(maps.Keys(activations)), softmax, identity)
	return fmt.Errorf("unknown activation %q (known: %s)", name, strings.Join(names, ", "))
}

// softmax adds e^z / Σ e^z over each row of an example, with z less its largest entry.
func (c *compiler[T]) softmax(in, out value, rows, width int) {
	exp := kernel.UnaryLoop[T](&kernel.Func{Code: kernel.Exp})
	sub, div := scalarLoop[T](kernel.Sub), scalarLoop[T](kernel.Div)
	c.add(func(s *scratch[T], m int) {
		x, y := s.bufs[in.buf], s.bufs[out.buf]
		for i := 0; i < m*rows*width; i += width {
			z := x[i : i+width]
			sub(y[i:i+width], z, kernel.Largest(z))
		}
		exp(y[:m*rows*width], y)
		for i := 0; i < m*rows*width; i += width {
			p := y[i : i+width]
			div(p, p, kernel.Sum16(p))
		}
	})
}

// scalarLoop returns the loop of a function of an entry and a number.
func scalarLoop[T Float](f kernel.Code) func(dst, x []T, c T) {
	return kernel.ScalarLoop[T](&kernel.Func{Code: f}, false)
}

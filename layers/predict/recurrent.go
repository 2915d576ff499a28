package predict

import (
	"cmp"
	"strings"

	"chainrule/internal/kernel"
	"chainrule/internal/modelfile"
)

// A cell takes a step of an example: it sets the state h from what comes of the step's input, z, and of the state
// before it, u, both with the biases, and from what else it remembers.
type cell[T Float] func(h, memory, z, u []T)

// recurrent adds a layer with a cell, of which remembers says whether it has a memory beside its state.
func (c *compiler[T]) recurrent(of modelfile.Step, in value, step cell[T], remembers bool) (value, error) {
	steps, hidden, rows := of.Rows, of.Units, of.Gates()*of.Units
	z := c.affine(of, 0, rows, of.In/steps, in, c.take(steps*rows))
	c.giveBack(in)
	c.byRow(kernel.Add, z, z, steps, c.tensor(of, 2))
	c.products = append(c.products, product{1, rows, hidden})
	w := kernel.NewPanels(c.weights(of, 1), rows, hidden, c.panel(kernel.PanelWork[T](rows, hidden)))
	bias, add := c.tensor(of, 3), kernel.BinaryLoop[T](&kernel.Func{Code: kernel.Add})
	state, gates, out, memory := c.take(hidden), c.take(rows), value{}, value{}
	if remembers {
		memory = c.take(hidden)
	}
	if !of.Last {
		out = c.take(of.Out)
	}
	c.add(func(s *scratch[T], m int) {
		h, u := s.bufs[state.buf][:m*hidden], s.bufs[gates.buf][:m*rows]
		var kept []T
		if remembers {
			kept = s.bufs[memory.buf][:m*hidden]
		}
		clear(h)
		clear(kept)
		for t := range steps {
			w.Product(m, h, u, s.work)
			for i := range m {
				own, of := h[i*hidden:][:hidden], u[i*rows:][:rows]
				add(of, of, bias)
				var mine []T
				if remembers {
					mine = kept[i*hidden:][:hidden]
				}
				step(own, mine, s.bufs[z.buf][(i*steps+t)*rows:][:rows], of)
				if out.mine {
					copy(s.bufs[out.buf][(i*steps+t)*hidden:], own)
				}
			}
		}
	})
	c.giveBack(z)
	c.giveBack(gates)
	c.giveBack(memory)
	if of.Last {
		return state, nil
	}
	c.giveBack(state)
	return out, nil
}

// rnn adds h = f(z + u).
func (c *compiler[T]) rnn(of modelfile.Step, in value) (value, error) {
	add := kernel.BinaryLoop[T](&kernel.Func{Code: kernel.Add})
	name := cmp.Or(strings.ToLower(of.Activation), "tanh")
	f := func(dst, x []T) {}
	if code, known := activations[name]; known {
		f = kernel.UnaryLoop[T](&kernel.Func{Code: code})
	} else if name != identity {
		return in, unknownActivation(of.Activation)
	}
	return c.recurrent(of, in, func(h, _, z, u []T) {
		add(h, z, u)
		f(h, h)
	}, false)
}

// gru adds h = n + q⊙(h − n), where q is what layers.GRU calls z.
func (c *compiler[T]) gru(of modelfile.Step, in value) (value, error) {
	hidden := of.Units
	add, sub, mul := kernel.BinaryLoop[T](&kernel.Func{Code: kernel.Add}), kernel.BinaryLoop[T](&kernel.Func{Code: kernel.Sub}), kernel.BinaryLoop[T](&kernel.Func{Code: kernel.Mul})
	sigmoid, tanh := kernel.UnaryLoop[T](&kernel.Func{Code: kernel.Sigmoid}), kernel.UnaryLoop[T](&kernel.Func{Code: kernel.Tanh})
	return c.recurrent(of, in, func(h, _, z, u []T) {
		both, n := u[:2*hidden], u[2*hidden:]
		add(both, both, z[:2*hidden])
		sigmoid(both, both)
		r, q := both[:hidden], both[hidden:]
		mul(n, n, r)
		add(n, n, z[2*hidden:])
		tanh(n, n)
		sub(h, h, n)
		mul(h, h, q)
		add(h, h, n)
	}, false)
}

// lstm adds memory = f⊙memory + i⊙g and h = o⊙tanh(memory).
func (c *compiler[T]) lstm(of modelfile.Step, in value) (value, error) {
	hidden := of.Units
	add, mul := kernel.BinaryLoop[T](&kernel.Func{Code: kernel.Add}), kernel.BinaryLoop[T](&kernel.Func{Code: kernel.Mul})
	sigmoid, tanh := kernel.UnaryLoop[T](&kernel.Func{Code: kernel.Sigmoid}), kernel.UnaryLoop[T](&kernel.Func{Code: kernel.Tanh})
	return c.recurrent(of, in, func(h, memory, z, u []T) {
		add(u, u, z)
		i, f, g, o := u[:hidden], u[hidden:2*hidden], u[2*hidden:3*hidden], u[3*hidden:]
		sigmoid(u[:2*hidden], u)
		sigmoid(o, o)
		tanh(g, g)
		mul(memory, memory, f)
		mul(g, g, i)
		add(memory, memory, g)
		tanh(h, memory)
		mul(h, h, o)
	}, true)
}

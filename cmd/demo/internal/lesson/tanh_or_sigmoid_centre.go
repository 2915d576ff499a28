package lesson

import (
	"context"
	"math"

	"chainrule/graph"
	"chainrule/optim/dataset"
	"gonum.org/v1/gonum/mat"
	"gorgonia.org/tensor"
)

// A centring is what the first hidden layer hands on to the next one.
type centring struct {
	mean    float64 // of all entries of A1
	unit    float64 // how far from 0 the mean of a unit is, mean over the units
	oneSign float64 // share of the examples whose entries of A1 all have one sign
	steep   float64 // λmax of 2/m·Σ (a1, 1)·(a1, 1)ᵀ
}

// hiddenValues returns A1 row by row, a row for each unit of the first hidden
// layer.
func (s stack) hiddenValues(data *dataset.Set) ([]float64, error) {
	x := graph.New(graph.Settings{}).Input("X", 2, data.Len())
	return valuesOf(s.g.apply(s.dense[0].Apply(x)), graph.Feeds{x: data.Inputs(tensor.Float64)})
}

// newCentring measures A1 of m examples.
func newCentring(a1 []float64, m int) (c centring, err error) {
	units := len(a1) / m
	h, one := mat.NewSymDense(units+1, nil), 0
	for i := range units {
		mean := sample(a1[i*m : (i+1)*m]).mean()
		c.mean += mean / float64(units)
		c.unit += math.Abs(mean) / float64(units)
	}
	for j := range m {
		column, least, most := make([]float64, units+1), math.Inf(1), math.Inf(-1)
		column[units] = 1 // what weighs the bias
		for i := range units {
			v := a1[i*m+j]
			column[i], least, most = v, min(least, v), max(most, v)
		}
		if least > 0 || most < 0 {
			one++
		}
		h.SymRankOne(h, 2/float64(m), mat.NewVecDense(units+1, column))
	}
	c.oneSign = float64(one) / float64(m)
	values, err := eigenvalues(h)
	if err == nil {
		c.steep = values[units]
	}
	return c, err
}

// centrings are those of all sets and seeds.
type centrings []centring

// mean returns the mean of one of the measures.
func (all centrings) mean(of func(centring) float64) float64 {
	var s sample
	for _, c := range all {
		s = append(s, of(c))
	}
	return s.mean()
}

// centre measures what a hidden layer of each kind hands on, at the start and
// after training.
func (r race) centre(ctx context.Context, sets []string, hidden []int, g sigmoidal, rate float64) (first, trained centrings, err error) {
	n := len(sets) * r.seeds
	first, trained = make(centrings, n), make(centrings, n)
	err = forEach(ctx, n, func(i int) error {
		data := r.data[sets[i/r.seeds]]
		s := newStack(hidden, g, uint32(i%r.seeds+1))
		for k, out := range []centrings{first, trained} {
			if k == 1 {
				if _, err := s.train(ctx, data, rate, r.target, r.most); err != nil {
					return err
				}
			}
			a1, err := s.hiddenValues(data)
			if err != nil {
				return err
			}
			if out[i], err = newCentring(a1, data.Len()); err != nil {
				return err
			}
		}
		return nil
	})
	return first, trained, err
}

// compareCentres shows what centred values are worth to the next layer.
func compareCentres(ctx context.Context, s Values, r *Report, e race) error {
	tanh, shifted, flat, sigmoid := sigmoidals()
	kinds := []sigmoidal{tanh, shifted, flat, sigmoid}
	t := Table{Header: []string{"hidden units", "mean of A1, start", "mean of A1, trained", "of a unit, start", "of a unit, trained", "one sign, start", "λmax, start", "λmax, trained"}}
	var first, trained []centrings
	for _, g := range kinds {
		a, b, err := e.centre(ctx, s.Texts("sets"), []int{s.Int("units")}, g, s.Float("rate"))
		if err != nil {
			return err
		}
		first, trained = append(first, a), append(trained, b)
		row := []string{g.name}
		both := func(format string, of func(centring) float64) {
			row = append(row, sentence(format, a.mean(of)), sentence(format, b.mean(of)))
		}
		both("%.2f", func(c centring) float64 { return c.mean })
		both("%.2f", func(c centring) float64 { return c.unit })
		row = append(row, inPercent(a.mean(func(c centring) float64 { return c.oneSign })))
		both("%.1f", func(c centring) float64 { return c.steep })
		t.Rows = append(t.Rows, row)
	}
	r.Say("Are the values of tanh centred, and what is that to the next layer? A1 of the networks of one hidden layer, over the examples of each set, mean over sets and seeds, "+
		"before the first step and after the last, to a cost of %v. Of a unit: how far from 0 its own mean is. One sign: the share of the examples of which all entries of A1 have one sign. For such an example dW2 = dZ2·A1ᵀ has one sign too: "+
		"all weights of a unit of the next layer rise together or fall together. λmax is the sharpest curvature of squared error in the weights and the bias of the next layer, "+
		"that of 2/m·Σ (a1, 1)·(a1, 1)ᵀ: the larger it is, the smaller a learning rate must be (lesson gradient-descent).", e.target)
	r.Table(t)
	judgeCentres(r, [4]centrings(first), [4]centrings(trained))
	return nil
}

// judgeCentres judges what the kinds hand on: tanh, tanh + 1, σ − ½ and σ.
func judgeCentres(r *Report, first, trained [4]centrings) {
	mean := func(c centring) float64 { return c.mean }
	unit := func(c centring) float64 { return c.unit }
	one := func(c centring) float64 { return c.oneSign }
	steep := func(c centring) float64 { return c.steep }
	start, end := first[0].mean(mean), trained[0].mean(mean)
	sigmoidStart, sigmoidEnd := first[3].mean(mean), trained[3].mean(mean)
	r.Check(max(math.Abs(start), math.Abs(end)) < 0.2 && min(sigmoidStart, sigmoidEnd) > 0.3,
		"The mean of A1 is near 0 with tanh, %.2f at the start and %.2f after training, and near ½ with the sigmoid, %.2f and %.2f. "+
			"That of a single unit is %.2f from 0 with tanh after training, with the sigmoid %.2f.", start, end, sigmoidStart, sigmoidEnd, trained[0].mean(unit), trained[3].mean(unit))
	r.Check(first[3].mean(one) == 1 && first[0].mean(one) < 0.5, "With the sigmoid all entries of dW2 have one sign for %s of the examples, with tanh for %s.",
		inPercent(first[3].mean(one)), inPercent(first[0].mean(one)))
	r.Check(first[1].mean(steep) > 1.5*first[0].mean(steep), "Values of the same spread that are not centred, tanh + 1, make the next layer %.1f times as sharply curved as those of tanh: "+
		"this is what is meant by centred values making it easier for the next layer.", first[1].mean(steep)/first[0].mean(steep))
}

package lesson

import (
	"math"
	"testing"

	"chainrule/internal/words"
)

func TestSentence(t *testing.T) {
	for _, c := range []struct {
		got, want string
	}{
		{sentence("%d seeds", 1), "1 seed"},
		{sentence("%d seeds", 2), "2 seeds"},
		{sentence("%d seeds", 0), "0 seeds"},
		{sentence("%d of %d seeds, %d steps", 0, 1, 1), "0 of 1 seed, 1 step"},
		{sentence("%s %d hidden ones of %d units", "x", 1, 1), "x 1 hidden one of 1 unit"},
		{sentence("in 100 %% of %d cases, %d different starts each", 1, 1), "in 100 % of 1 case, 1 different start each"},
		{sentence("layer %d is the input, layer %d has it, %d was", 1, 1, 1), "layer 1 is the input, layer 1 has it, 1 was"},
		{sentence("%.0f seeds and %v units", 1.0, 1), "1 seeds and 1 units"}, // no verb %d
		{sentence("rate %v, %v and %v", 1e-8, -0.5, 0.1+0.2), "rate 1e-8, −0.5 and 0.3"},
		{sentence("%5.2f|%6.1f|%.1e|%.1e|%.0f", 3.14159, -2.0, 2e-7, 0.0, -0.5), " 3.14|  −2.0|2.0e-07|0|0"},
		{sentence("%v %v %v", math.Inf(1), math.NaN(), 1e21), "– – 1e21"},
		{inPercent(math.Inf(1)), "–"},
		{words.PercentTo(math.NaN(), 2), "–"},
		{inPercent(0.5), "50.0 %"},
		{seedsText(1), "seed 0"},
		{seedsText(10), "seeds 0 to 9"},
	} {
		if c.got != c.want {
			t.Errorf("%q, %q expected", c.got, c.want)
		}
	}
}

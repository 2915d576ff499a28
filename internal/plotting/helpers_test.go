package plotting

import (
	"math"
	"math/rand/v2"
)

// flower returns m points of the two-class flower.
func flower(m int) []Point {
	rng := rand.New(rand.NewPCG(1, 2))
	pts := make([]Point, m)
	for i := range pts {
		class := i * 2 / m
		t := 3.12*(float64(class)+2*float64(i%(m/2))/float64(m)) + 0.2*rng.NormFloat64()
		r := 4*math.Sin(4*t) + 0.2*rng.NormFloat64()
		pts[i] = Point{r * math.Sin(t), r * math.Cos(t), class}
	}
	return pts
}

// petals is a smooth classifier whose boundary has several branches.
func petals(x, y []float64) ([]float64, error) {
	p := make([]float64, len(x))
	for i := range p {
		a := math.Tanh(1.3*x[i]+0.7*y[i]) - math.Tanh(1.1*x[i]-1.2*y[i])
		b := math.Tanh(0.4*x[i]-1.9*y[i]+0.5) + math.Tanh(2*x[i]+0.3*y[i]-1)
		p[i] = 1 / (1 + math.Exp(-2*a*b+1.5*math.Sin(x[i])))
	}
	return p, nil
}

// sectors returns a classifier of k classes.
func sectors(k int) func(x, y []float64) ([]float64, error) {
	return func(x, y []float64) ([]float64, error) {
		var p []float64
		for i := range x {
			sum, from := 0.0, len(p)
			for c := range k {
				angle := 2 * math.Pi * float64(c) / float64(k)
				v := math.Exp(1.2 * (math.Cos(angle)*x[i] + math.Sin(angle)*y[i] + 0.3*math.Sin(2*x[i]*float64(c))))
				p = append(p, v)
				sum += v
			}
			for j := from; j < len(p); j++ {
				p[j] /= sum
			}
		}
		return p, nil
	}
}

// learning returns n costs that fall from about ln 2.
func learning(n int, rate, floor float64) []float64 {
	rng := rand.New(rand.NewPCG(3, 4))
	cost := make([]float64, n)
	for i := range cost {
		cost[i] = floor + (math.Ln2-floor)*math.Exp(-rate*float64(i)) + 0.004*rng.Float64()
	}
	return cost
}

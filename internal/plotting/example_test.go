package plotting_test

import (
	"bytes"
	"fmt"
	"image/png"
	"log"
	"math"

	"chainrule/internal/plotting"
)

func ExampleWrite() {
	b := plotting.Boundary{
		Title:  "the circle x1² + x2² = 1",
		Points: []plotting.Point{{X1: 0.2, X2: 0.1, Class: 1}, {X1: 1.5, X2: -1, Class: 0}},
		Predict: func(x, y []float64) ([]float64, error) {
			p := make([]float64, len(x))
			for i := range p {
				p[i] = 1 / (1 + math.Exp(3*(x[i]*x[i]+y[i]*y[i]-1)))
			}
			return p, nil
		},
		Classes: []string{"outside", "inside"},
	}
	var buf bytes.Buffer
	if err := plotting.Write(&buf, plotting.PNG, b); err != nil {
		log.Fatal(err)
	}
	config, err := png.DecodeConfig(&buf)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(config.Width, "pixels wide")
	// Output: 1200 pixels wide
}

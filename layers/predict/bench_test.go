package predict_test

import (
	"fmt"
	"testing"

	"chainrule/graph"
	"chainrule/layers"
	"gorgonia.org/tensor"
)

// BenchmarkDigits compares a prediction with the forward pass of a graph's program with
// one worker, which reads the same numbers: those of one example after the other.
func BenchmarkDigits(b *testing.B) {
	s := networks()["digits"]
	for _, dtype := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
		s.Dtype = dtype.String()
		net := network(b, s)
		p := model(b, layers.Model{Network: net, Settings: s})
		for _, m := range []int{1, 2, 4, 8, 64, 1024} {
			x := examples(m, s.Inputs)
			x32 := make([]float32, len(x))
			for i, v := range x {
				x32[i] = float32(v)
			}
			name := fmt.Sprintf("%v/m=%d", dtype, m)
			b.Run(name+"/graph", func(b *testing.B) {
				g := graph.New(graph.Settings{Dtype: dtype})
				in := g.Input("X", s.Inputs, m)
				prog, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{net.Apply(in)}, Workers: 1})
				if err != nil {
					b.Fatal(err)
				}
				defer prog.Close()
				columns := tensor.New(tensor.WithShape(s.Inputs, m), tensor.Of(dtype), tensor.AsFortran(nil))
				if dtype == tensor.Float32 {
					copy(columns.Float32s(), x32)
				} else {
					copy(columns.Float64s(), x)
				}
				feeds := graph.Feeds{in: columns}
				for b.Loop() {
					if err := prog.Run(feeds); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run(name+"/predict", func(b *testing.B) {
				dst, dst32 := make([]float64, m*10), make([]float32, m*10)
				for b.Loop() {
					var err error
					if dtype == tensor.Float32 {
						err = p.Predict32(dst32, x32)
					} else {
						err = p.Predict(dst, x)
					}
					if err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

package lesson

import (
	"context"
	"fmt"
	"math"

	"chainrule/internal/handgrad"
	"chainrule/internal/plotting"
	"chainrule/internal/words"
	"chainrule/layers"
	"chainrule/optim/experiment"
)

// linearOutput fits a line by a unit without and with a sigmoid.
func linearOutput(ctx context.Context, r *Report, target float64) error {
	x, y := targets(target)
	bare, bareCost, err := fitUnit(ctx, layers.Identity, x, y)
	if err != nil {
		return err
	}
	bent, bentCost, err := fitUnit(ctx, layers.Sigmoid, x, y)
	if err != nil {
		return err
	}
	least := 0.0 // no value of a sigmoid is nearer
	for _, v := range y.Data {
		d := math.Max(0, math.Max(v-1, -v))
		least += d * d / float64(len(y.Data))
	}
	r.Say("4. \"The output of a linear regression is σ(w·x + b).\" A sigmoid ends at 1 and never is below 0, and what is to be predicted need not: prices, temperatures. "+
		"One unit is fitted to %s from 0 to %v by squared error, without a sigmoid and with it.", words.Count(len(y.Data), "value"), target)
	r.Table(Table{Header: []string{"output", "cost"}, Rows: [][]string{
		{"w·x + b", fmt.Sprintf("%.3g", bareCost)}, {"σ(w·x + b)", fmt.Sprintf("%.3g", bentCost)}, {"nearest that any sigmoid comes", fmt.Sprintf("%.3g", least)}}})
	r.Draw("regression", "The line goes through the points; the sigmoid cannot leave the band from 0 to 1.", plotting.Chart{
		Title: "A regression without and with a sigmoid", XLabel: "x", YLabel: "y",
		Lines: []plotting.Line{{Name: "w·x + b", X: x.Data, Y: bare}, {Name: "σ(w·x + b)", X: x.Data, Y: bent}, {Name: "to be predicted", X: x.Data, Y: y.Data, NoLine: true}},
	})
	r.Weigh("the sentence on the output of a regression is a slip", bearing(least > 0.01), bareCost < 1e-6 && bentCost >= least && least > 0.01,
		"Without a sigmoid the cost ends at %.2g. With it the cost is %.3g and can never be below %.3g.", bareCost, bentCost, least)
	return nil
}

// targets returns values on a line from 0 to the target.
func targets(target float64) (x, y handgrad.Matrix) {
	const m = 21
	x, y = handgrad.Matrix{Rows: 1, Cols: m}, handgrad.Matrix{Rows: 1, Cols: m}
	for i := range m {
		at := float64(i)/(m-1)*2 - 1
		x.Data, y.Data = append(x.Data, at), append(y.Data, target*(at+1)/2)
	}
	return x, y
}

// fitUnit fits one unit by squared error and returns its outputs and the cost.
func fitUnit(ctx context.Context, output layers.Activation, x, y handgrad.Matrix) ([]float64, float64, error) {
	e := experiment.Settings{
		Cost:  experiment.Cost{Kind: "squared-error"},
		Rule:  experiment.Rule{Kind: "adam", Rate: 0.05},
		Steps: 3000,
	}
	e.Inputs, e.Layers = experiment.Chain([]int{1, 1}, []string{output.String()})
	e.Layers[0].Init.Kind = "zeros"
	cost, outputs, err := fitNumbers(ctx, e, x.Data, y.Data)
	return outputs, cost, err
}

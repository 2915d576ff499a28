package oracletest

import (
	"testing"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// withinOthers are operations that no function makes alone.
var withinOthers = map[string]string{
	"Placed":   "what flows back from a part of a loop's result; the loop's rule takes it apart again",
	"PoolPick": "second derivatives of MaxPool2D, which its rows have",
	"XMulY":    "XLogY of probabilities; PyTorch has no such product, and the rows of XLogY are of inputs",
}

// Every operation is in the computation of some row of the table.
func TestEveryOperationIsCompared(t *testing.T) {
	rows, err := readTable()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, r := range rows {
		op, ok := r.(*opRow)
		if !ok {
			continue
		}
		build, ok := builders[op.Name]
		if !ok {
			continue // TestEveryOperationHasRows says so
		}
		c := newComputation(tensor.Float64)
		xs := c.inputs("x", op.In)
		y := build(xs, op.Args)
		if _, err := graph.GradRaw(graph.Sum(y), xs...); err != nil {
			t.Fatalf("%s: %v", r.label(), err)
		}
		for _, n := range c.g.Nodes() {
			if n.Op() != nil {
				seen[n.Op().Name] = true
			}
		}
	}
	for _, op := range graph.Operations() {
		_, excepted := withoutRow[op.Name]
		if _, within := withinOthers[op.Name]; seen[op.Name] == (excepted || within) {
			t.Errorf("operation %s: exactly one of a row of pytorch.py and a reason in withoutRow expected", op.Name)
		}
	}
}

package gradtest

import (
	"context"
	"testing"

	"chainrule/graph"
)

// An entry that is zero among tiny ones is moved by steps of their size: by steps of
// a number around 1 the sine would have turned many times.
func TestZeroAmongTinyEntries(t *testing.T) {
	g := graph.New(graph.Settings{})
	x := g.Input("x", 2)
	feeds := graph.Feeds{x: graph.Tensor([]float64{0, 1e-12}, 2)}
	report, err := Compare(context.Background(), Settings{}, graph.Sum(graph.Sin(x.Times(1e12))), feeds, x)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range report.Rows[0].Entries {
		if e.Verdict != Right {
			t.Errorf("entry %v is %v: %s", e.Index, e.Verdict, e.Reason)
		}
	}
}

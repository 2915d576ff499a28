package terminal

import (
	"strings"
	"testing"
)

// Costs of validation are dots in the scale of the others, and hide no line.
func TestChartOfValidation(t *testing.T) {
	steps := []float64{0, 1, 2, 3, 4}
	c := Curve{Steps: steps, Costs: []float64{4, 3, 2, 1, 0}}
	alone := c.chart()
	c.Val = []float64{4, 3.5, 3, 3.5, 8}
	both := c.chart()
	if len(both) != len(alone) {
		t.Fatalf("%d lines, %d expected", len(both), len(alone))
	}
	text := strings.Join(both, "\n")
	if !strings.Contains(text, "·") || !strings.Contains(text, "╮") || !strings.Contains(both[0], " 8 ") || strings.Contains(strings.Join(alone, ""), "·") {
		t.Errorf("no dots, no line, or no 8 at the top:\n%s", text)
	}
	if last := both[0]; !strings.HasSuffix(strings.TrimRight(last, " "), "·") {
		t.Errorf("the largest is not at the upper right:\n%s", text)
	}
}

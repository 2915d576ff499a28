package experiment

import (
	"encoding/json"
	"reflect"
	"strconv"
)

// Schedule says how the rate goes on from step to step: constant, step, exponential,
// cosine, one-cycle or plateau. It is a factor of the rule's rate.
type Schedule struct {
	Kind string `json:"kind"`

	Warmup int `json:"warmup,omitempty"` // the first so many steps, in which the rate grows; 0 is none

	Every int     `json:"every,omitempty"` // steps after which, of step, or over which, of exponential (0 is 1), the rate is multiplied by ratio
	Ratio float64 `json:"ratio,omitempty"` // above 0; of step and plateau 0 is 0.1

	Steps int     `json:"steps,omitempty"` // of cosine and one-cycle; 0 is all of the experiment but the warm-up
	Least float64 `json:"least,omitempty"` // factor that the rate does not go below, of cosine and plateau; from 0 to below 1

	Rise     float64 `json:"rise,omitempty"`      // share of the steps of one-cycle that rise; 0 is 0.3
	Div      float64 `json:"div,omitempty"`       // what the rate of one-cycle begins as a part of; 0 is 25
	FinalDiv float64 `json:"final-div,omitempty"` // what it ends as a part of what it began; 0 is 10,000

	Patience  int     `json:"patience,omitempty"`  // costs in a row that are not better before a plateau's rate falls; 0 is 11
	Threshold float64 `json:"threshold,omitempty"` // part by which a better cost is below the best, of plateau
	Rest      int     `json:"rest,omitempty"`      // costs after a fall that are not counted, of plateau
}

// The kinds of schedules.
const (
	Constant    = "constant"
	Staircase   = "step"
	Exponential = "exponential"
	Cosine      = "cosine"
	OneCycle    = "one-cycle"
	Plateau     = "plateau"
)

func (Schedule) kinds() []kind {
	warmup := field{"warmup", count}
	return []kind{
		{name: Constant, fields: []field{warmup}},
		{name: Staircase, fields: []field{warmup, {"every", neededCount}, {"ratio", rate}}},
		{name: Exponential, fields: []field{warmup, {"every", count}, {"ratio", neededRate}}},
		{name: Cosine, fields: []field{warmup, {"steps", count}, {"least", share}}},
		{name: OneCycle, fields: []field{warmup, {"steps", count}, {"rise", share}, {"div", divisor}, {"final-div", divisor}}},
		{name: Plateau, fields: []field{warmup, {"ratio", share}, {"patience", count}, {"threshold", share}, {"least", share}, {"rest", count}}},
	}
}

// NewSchedule returns the schedule of a kind with the numbers of its fields by their names
// in the JSON, checked.
func NewSchedule(kind string, numbers map[string]float64) (Schedule, error) {
	fields := map[string]any{}
	for name, v := range numbers {
		fields[name] = v
	}
	s, err := ofFields[Schedule]("schedule", kind, fields)
	if err == nil {
		_, err = checkKind("schedule", s, "")
	}
	return s, err
}

// ofFields returns a struct of a kind whose fields have these values, not checked.
func ofFields[T kinded](path, kind string, fields map[string]any) (made T, err error) {
	tree := map[string]any{"kind": kind}
	for name, v := range fields {
		if number, ok := v.(float64); ok {
			v = json.Number(strconv.FormatFloat(number, 'f', -1, 64))
		}
		tree[name] = v
	}
	err = fill(path, tree, reflect.ValueOf(&made).Elem())
	return made, err
}

func (s Settings) checkSchedule() error {
	if err := s.checkGiven("schedule", s.Schedule); err != nil {
		return err
	}
	switch c := s.Schedule; {
	case s.Steps > 0 && c.Warmup >= s.Steps:
		return Errorf("schedule.warmup", "%d given, below the %d steps expected", c.Warmup, s.Steps)
	case c.Kind == OneCycle && (c.Steps == 1 || c.Steps == 0 && s.Steps-c.Warmup == 1):
		return Errorf("schedule.steps", "one-cycle has 1 step, at least 2 expected")
	}
	return nil
}

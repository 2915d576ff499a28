package play

import (
	_ "embed"
	"encoding/json"
)

//go:generate go run ../lesson/gen -docs ../../../../docs/lessons -out lessons.json

// lessonsJSON is what the lessons open, with claim, verdict and the numbers that their own
// trainings come to: a list of objects with name, title, claim, verdict, finding, page,
// section, screen, experiment, other, difference, steps and numbers.
//
//go:embed lessons.json
var lessonsJSON []byte

// askLessons returns them as they are.
func (s *Session) askLessons(nothing) (any, error) { return json.RawMessage(lessonsJSON), nil }

package page

import (
	"context"
	"reflect"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"chainrule/cmd/demo/internal/lesson"
)

// quick makes every lesson short; of the settings those count that a lesson has.
var quick = lesson.Values{"steps": 30, "deep-steps": 10, "seeds": 2, "deep-seeds": 2, "held": 60, "elements": 1000,
	"budget": 1, "limit": 0.01, "examples": []int{1, 10}, "widest": 3, "rates": []float64{0.5, 1.2}}

// shortened are the settings of a lesson with those of quick.
func shortened(l lesson.Lesson) lesson.Values {
	values := l.Defaults()
	for name, v := range quick {
		if reflect.TypeOf(values[name]) == reflect.TypeOf(v) {
			values[name] = v
		}
	}
	return values
}

// runs are the lessons that result has run.
var runs sync.Map // func() (Result, error) by name

// result returns what a lesson finds with short settings; it runs once.
func result(t *testing.T, l lesson.Lesson) Result {
	t.Helper()
	run, _ := runs.LoadOrStore(l.Name, sync.OnceValues(func() (Result, error) {
		r := Result{l, shortened(l), &lesson.Report{}}
		return r, l.Run(context.Background(), r.Values, r.Report)
	}))
	r, err := run.(func() (Result, error))()
	if err != nil {
		t.Fatalf("%s: %v", l.Name, err)
	}
	return r
}

// Every line of every lesson has room, in a terminal as in a pipe.
func TestLessonsFitTheirWidth(t *testing.T) {
	for _, l := range lesson.All() {
		t.Run(l.Name, func(t *testing.T) {
			t.Parallel()
			r := result(t, l)
			for _, width := range []int{40, 80} {
				for line := range strings.Lines(Text(r, width)) {
					if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > width {
						t.Errorf("width %d: %d columns in %q", width, n, line)
					}
				}
			}
		})
	}
}

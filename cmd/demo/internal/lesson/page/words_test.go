package page

import (
	"reflect"
	"regexp"
	"strings"
	"testing"

	"chainrule/cmd/demo/internal/lesson"
	"chainrule/internal/plotting"
)

// smallest are settings of which there is one, or as few as can be, of everything.
func smallest(l lesson.Lesson) lesson.Values {
	values := l.Defaults()
	for _, s := range l.Settings {
		switch v := values[s.Name].(type) {
		case int:
			values[s.Name] = max(1, int(s.Least))
		case []int:
			if s.Name != "sizes" {
				values[s.Name] = []int{max(1, int(s.Least))}
			}
		case []float64:
			values[s.Name] = v[:1]
		case []string:
			values[s.Name] = v[:1]
		}
	}
	return values
}

// mistakes are what no text may hold: a plural of one, a share of nothing, what is
// no number, and more digits than anyone reads.
var mistakes = map[string]*regexp.Regexp{
	"a plural of one": regexp.MustCompile(`(^|[^.0-9±:,m-])\b1 ((different|hidden|fresh|published|random) )?(layer|unit|seed|step|row|point|example|entrie|network|set|run|time|update|one|check|start|value|line|slip)s\b`),
	"none of none":    regexp.MustCompile(`\b0 of 0\b`),
	"no number":       regexp.MustCompile(`Inf(inity)?\b|NaN %`),
	"too many digits": regexp.MustCompile(`[0-9]\.[0-9]{11,}`),
	"a padded power":  regexp.MustCompile(`(^|[^.0-9])1e[-−]0[0-9]`),
	"a hyphen":        regexp.MustCompile(`(^| )-[0-9]+\.[0-9]`),
	"a long zero":     regexp.MustCompile(`\b0\.0+e`),
}

// What lessons say is well said, with the default settings' kind of numbers and
// with one of everything.
func TestLessonsAreWellSaid(t *testing.T) {
	for _, l := range lesson.All() {
		t.Run(l.Name, func(t *testing.T) {
			t.Parallel()
			least := Result{l, smallest(l), &lesson.Report{}}
			if err := l.Run(t.Context(), least.Values, least.Report); err != nil {
				t.Fatal(err)
			}
			for name, r := range map[string]Result{"short": result(t, l), "smallest": least} {
				_, found, _ := strings.Cut(Text(r, 0), "\n\n") // below the title
				if len(l.Settings) > 0 {                       // which users type as they like
					_, found, _ = strings.Cut(found[strings.Index(found, "Settings:\n"):], "\n\n")
				}
				for line := range strings.Lines(found) {
					for what, mistake := range mistakes {
						if mistake.MatchString(line) {
							t.Errorf("%s: %s in %q", name, what, line)
						}
					}
				}
			}
		})
	}
}

// Every picture has a title, and so has each of several panels.
func TestPicturesHaveTitles(t *testing.T) {
	for _, l := range lesson.All() {
		t.Run(l.Name, func(t *testing.T) {
			t.Parallel()
			r := result(t, l)
			for _, b := range r.Report.Blocks {
				p, ok := b.(lesson.Picture)
				if !ok {
					continue
				}
				if reflect.ValueOf(p.Drawing).FieldByName("Title").String() == "" {
					t.Errorf("picture %s has no title", p.Name)
				}
				if grid, ok := p.Drawing.(plotting.Grid); ok {
					for i, panel := range grid.Panels {
						if panel.Title == "" {
							t.Errorf("panel %d of picture %s has no title", i+1, p.Name)
						}
					}
				}
			}
		})
	}
}

package experiment_test

import (
	"testing"

	"chainrule/internal/experiment"
)

// Fill reads structs of others as strictly as experiments, with those in them.
func TestFill(t *testing.T) {
	type sheet struct {
		Title string              `json:"title"`
		List  []float64           `json:"list"`
		Inner experiment.Settings `json:"inner"`
	}
	for text, want := range map[string]string{
		`{"title":"a","list":[1,2],"inner":{"version":1,"seed":3}}`: "",
		`{"titel":"a"}`:    "titel: unknown field, did you mean title?",
		`{"list":[1,"2"]}`: `list[1]: "2" given, a number of float64 expected`,
		`{"inner":{"rule":{"kind":"gd","beta":1}}}`: "inner.rule.beta: gd has no such field: kind, rate, l1, l2, weight-decay, clip, clip-norm, average are known",
		`[]`: "a list given, an object expected",
	} {
		tree, err := experiment.Tree([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		var s sheet
		err = experiment.Fill(tree, &s)
		switch {
		case want == "" && (err != nil || s.Title != "a" || len(s.List) != 2 || s.Inner.Seed != 3):
			t.Errorf("%s: %v, %+v", text, err, s)
		case want != "" && (err == nil || err.Error() != want):
			t.Errorf("%s: %v", text, err)
		}
	}
}

package experiment

import (
	"math"
	"reflect"
	"slices"
	"testing"
)

// Every field that a kind names is its struct's, every field of a struct is some
// kind's, and every number of a rule has a range.
func TestKindsNameTheirFields(t *testing.T) {
	for _, of := range []kinded{Layer{}, Cost{}, Rule{}, Schedule{}, Data{}} {
		structure, owned := reflect.TypeOf(of), []string{"kind"}
		var has []string
		for i := range structure.NumField() {
			has = append(has, tag(structure.Field(i)))
		}
		for _, k := range of.kinds() {
			owned = append(owned, k.names()...)
			for _, f := range k.fields {
				at := slices.Index(has, f.name)
				if at < 0 {
					t.Errorf("%v: %s names %s, which is no field", structure, k.name, f.name)
					continue
				}
				zero := reflect.Zero(structure.Field(at).Type)
				if zero.CanFloat() && (f.check == nil || f.check(f.name, reflect.ValueOf(math.NaN()), "") == nil) {
					t.Errorf("%v: %s has no range for %s", structure, k.name, f.name)
				}
			}
		}
		for _, name := range has {
			if !slices.Contains(owned, name) {
				t.Errorf("%v: %s is no kind's", structure, name)
			}
		}
	}
}

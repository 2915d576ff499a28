package play

import (
	"encoding/json"
	"math"
	"strconv"
	"testing"
)

func readNumber(text []byte) (float64, error) {
	var quoted string
	if json.Unmarshal(text, &quoted) == nil {
		return strconv.ParseFloat(quoted, 64)
	}
	return strconv.ParseFloat(string(text), 64)
}

// Every number is read back as the same, and those that JSON has no text for are in quotes.
func TestNumbersAreReadBackAsTheyAre(t *testing.T) {
	all := numbers{0, math.Copysign(0, -1), 1. / 3, -1e-320, math.MaxFloat64, 1e21, 1e-7, math.NaN(), math.Inf(1), math.Inf(-1)}
	raw, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	var back numbers
	if err := json.Unmarshal(raw, &back); err != nil {
		t.Fatal(err)
	}
	for i, v := range all {
		if math.Float64bits(v) != math.Float64bits(back[i]) && !(math.IsNaN(v) && math.IsNaN(back[i])) {
			t.Errorf("%v became %v by %s", v, back[i], raw)
		}
	}
	if want := `[0,-0,0.3333333333333333,-1e-320,1.7976931348623157e+308,1e+21,1e-07,"NaN","Infinity","-Infinity"]`; string(raw) != want {
		t.Errorf("%s, %s expected", raw, want)
	}
}

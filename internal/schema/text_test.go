package schema_test

import (
	"strings"
	"testing"

	"chainrule/internal/schema"
)

// A name is written as it is, and escaped only where it cannot be printed or where
// quotes stand around it.
func TestNamesInMessages(t *testing.T) {
	for name, want := range map[string][3]string{
		"Grüner Frosch":         {"Grüner Frosch", `"Grüner Frosch"`, "Grüner Frosch"},
		`O'Brien, "klein"`:      {`O'Brien, "klein"`, `"O'Brien, \"klein\""`, `"O'Brien, \"klein\""`},
		`6" pipe\large`:         {`6" pipe\large`, `"6\" pipe\\large"`, `6" pipe\large`},
		" x":                    {" x", `" x"`, `" x"`},
		"":                      {"", `""`, `""`},
		"a\nb\xff\u202e":        {`a\nb\xff\u202e`, `"a\nb\xff\u202e"`, `a\nb\xff\u202e`},
		strings.Repeat("ä", 50): {strings.Repeat("ä", 40) + "…", `"` + strings.Repeat("ä", 40) + `…"`, strings.Repeat("ä", 40) + "…"},
	} {
		if got := [3]string{schema.Plain(name), schema.Quote(name), schema.List([]string{name})}; got != want {
			t.Errorf("%q: %q, %q expected", name, got, want)
		}
	}
	if got, want := schema.List([]string{"a", "b, c", "d"}), `a, "b, c", d`; got != want {
		t.Errorf("%s, %s expected", got, want)
	}
}

package experiment

import (
	"runtime"
	"strings"
	"testing"
)

// Whatever a text says, reading it takes no more than 2.5 times the text, of which
// what is too long for an experiment is not kept, and 1 MB.
func TestMemoryOfRead(t *testing.T) {
	if race {
		t.Skip("with the race detector io.ReadAll takes more")
	}
	const most = 256 << 10
	line := func(layers string) string {
		return `{"version": 1, "inputs": 1, "cost": {"kind": "squared-error"}, "layers": ` + layers + "}"
	}
	list := func(entry string) string {
		return "[" + strings.Repeat(entry+",", 250_000/(len(entry)+1)-1) + entry + "]"
	}
	for _, c := range []struct{ name, text, want string }{
		{"brackets", strings.Repeat("[", 17_000_000), "the JSON has more than 256 KiB, which is the limit"},
		{"some brackets", strings.Repeat("[", 250_000), "line 1, column 10001: no JSON: invalid character"},
		{"numbers", line(list("1")), "more than 2048 values, which is the limit"},
		{"objects", line(list(`{"a":1}`)), "more than 2048 values, which is the limit"},
		{"nested lists", line(strings.Repeat("[", 9000) + strings.Repeat("]", 9000)), "nested more than 16 deep, which is the limit"},
		{"nested objects", line(strings.Repeat(`{"a":`, 9000) + "1" + strings.Repeat("}", 9000)), "nested more than 16 deep, which is the limit"},
		{"a long name", line(`[{"kind": "` + strings.Repeat("é", 120_000) + `"}]`), "layers[0].kind"},
		{"a long field", line(`[{"` + strings.Repeat("x", 240_000) + `": 1}]`), "layers[0]"},
		{"blanks", line(strings.Repeat(" ", 250_000) + "[]"), "layers"},
	} {
		var err error
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err = Read(strings.NewReader(c.text))
		runtime.ReadMemStats(&after)
		if err == nil || !strings.Contains(err.Error(), c.want) || len(err.Error()) > 1000 {
			t.Errorf("%s: error %.300v, %q expected", c.name, err, c.want)
		}
		got, allowed := float64(after.TotalAlloc-before.TotalAlloc), 2.5*float64(min(len(c.text), most))+1e6
		if got > allowed {
			t.Errorf("%s: %.2f MB taken, %.2f MB allowed", c.name, got/1e6, allowed/1e6)
		}
	}
}

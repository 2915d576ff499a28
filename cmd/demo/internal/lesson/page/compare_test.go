package page

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// documentation returns the files of one lesson, and as a folder.
func documentation(t *testing.T, cost, seconds float64) ([]File, fstest.MapFS, []*Drawn) {
	t.Helper()
	all := []*Drawn{drawn(t, sample("a", cost, seconds))}
	files, err := All(all)
	if err != nil {
		t.Fatal(err)
	}
	folder := fstest.MapFS{}
	for _, f := range files {
		folder[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return files, folder, all
}

func TestDifferences(t *testing.T) {
	_, folder, _ := documentation(t, 0.5, 3)
	for name, test := range map[string]struct {
		cost, seconds float64
		measured      bool
		change        func()
		want          []string // what differs
	}{
		"nothing":               {0.5, 3, true, func() {}, nil},
		"only times":            {0.5, 4, true, func() {}, nil},
		"a verdict by times":    {0.5, 7, true, func() {}, nil},
		"a number":              {0.25, 3, true, func() {}, []string{"a-cost.svg", "a.md", "index.html"}},
		"a number, elsewhere":   {0.25, 3, false, func() {}, nil},
		"a file is missing":     {0.5, 3, true, func() { delete(folder, "a-times.svg") }, []string{"a-times.svg"}},
		"a file is left":        {0.5, 3, true, func() { folder["b.md"] = &fstest.MapFile{} }, []string{"b.md"}},
		"a note of one's own":   {0.5, 3, true, func() { folder["notes.txt"] = &fstest.MapFile{} }, nil},
		"a claim, elsewhere":    {0.5, 3, false, func() { edit(folder, "a.md", "It holds", "It is so") }, []string{"a.md"}},
		"a setting, elsewhere":  {0.5, 3, false, func() { edit(folder, "a.md", "1.2", "1.3") }, []string{"a.md"}},
		"a mark of times added": {0.5, 3, true, func() { edit(folder, "a.md", "The cost is 0.5.", timedOpen+timedClose) }, []string{"a.md"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, folder, _ = documentation(t, 0.5, 3)
			test.change()
			files, _, all := documentation(t, test.cost, test.seconds)
			lines, err := Comparison{Measured: test.measured}.Differences(folder, files, all)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, l := range lines {
				file, _, _ := strings.Cut(l, ": ")
				got = append(got, file)
			}
			if slices.Sort(got); !slices.Equal(got, test.want) {
				t.Errorf("%q, want %q", lines, test.want)
			}
		})
	}
}

// edit replaces a text in a file.
func edit(folder fstest.MapFS, name, old, new string) {
	folder[name] = &fstest.MapFile{Data: []byte(strings.Replace(string(folder[name].Data), old, new, 1))}
}

func TestDifference(t *testing.T) {
	long := strings.Repeat("x", 500)
	for _, test := range []struct{ old, new, want string }{
		{"a\nb", "a\nb", ""},
		{"a\nb", "a\nc", `"b" there, "c" now`},
		{"a", "a\nc", `the end there, "c" now`},
		{"a\nb", "a", `"b" there, the end now`},
		{long + "1" + long, long + "2" + long, `"…` + long[:40] + "1" + long[:59] + `…" there, "…` + long[:40] + "2" + long[:59] + `…" now`},
	} {
		if got := difference([]byte(test.old), []byte(test.new)); got != test.want {
			t.Errorf("%s, want %s", got, test.want)
		}
	}
}

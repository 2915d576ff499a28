package page

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

// A Comparison says what of the documentation is compared.
type Comparison struct {
	// Measured compares what was measured too, apart from times. The numbers
	// are the same on all machines whose kernels compute alike.
	Measured bool
}

var (
	timedPart    = regexp.MustCompile(`(?s)` + timedOpen + `.*?` + timedClose)
	measuredPart = regexp.MustCompile(`(?s)` + measuredOpen + `.*?` + measuredClose)
)

// Differences returns how the files that lie in a folder differ from those that
// would be written, a line for each file that does.
func (c Comparison) Differences(folder fs.FS, files []File, all []*Drawn) ([]string, error) {
	timed := timedPictures(all)
	var out []string
	for _, f := range files {
		old, err := fs.ReadFile(folder, f.Name)
		if err != nil {
			out = append(out, fmt.Sprintf("%s: missing", f.Name))
			continue
		}
		picture := path.Ext(f.Name) == ".svg"
		if picture && (!c.Measured || timed[f.Name]) {
			continue
		}
		if d := difference(c.rest(old), c.rest(f.Data)); d != "" {
			out = append(out, f.Name+": "+d)
		}
	}
	left, err := leftovers(folder, files)
	return append(out, left...), err
}

// rest returns what is compared of a text.
func (c Comparison) rest(text []byte) []byte {
	text = timedPart.ReplaceAll(text, nil)
	if !c.Measured {
		text = measuredPart.ReplaceAll(text, nil)
	}
	return text
}

// timedPictures returns the files whose content differs from run to run.
func timedPictures(all []*Drawn) map[string]bool {
	timed := map[string]bool{}
	for _, d := range all {
		for _, p := range d.pictures() {
			timed[d.file(p)] = p.Timed
		}
	}
	return timed
}

// difference returns the first line in which two texts differ, "" if none does.
func difference(old, new []byte) string {
	if bytes.Equal(old, new) {
		return ""
	}
	a, b := strings.Split(string(old), "\n"), strings.Split(string(new), "\n")
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	switch {
	case i == len(a):
		return fmt.Sprintf("the end there, %q now", short([]rune(b[i]), 0))
	case i == len(b):
		return fmt.Sprintf("%q there, the end now", short([]rune(a[i]), 0))
	}
	x, y := []rune(a[i]), []rune(b[i])
	at := 0
	for at < len(x) && at < len(y) && x[at] == y[at] {
		at++
	}
	return fmt.Sprintf("%q there, %q now", short(x, at), short(y, at))
}

// short returns a line, or the part of a long one around a place.
func short(line []rune, at int) string {
	const before, behind = 40, 60
	from, to := max(at-before, 0), min(at+behind, len(line))
	text := string(line[from:to])
	if from > 0 {
		text = "…" + text
	}
	if to < len(line) {
		text += "…"
	}
	return text
}

// leftovers returns the pages and pictures in a folder that are not written any
// more.
func leftovers(folder fs.FS, files []File) ([]string, error) {
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		ours := slices.Contains([]string{".md", ".svg", ".html"}, path.Ext(e.Name()))
		if ours && !slices.ContainsFunc(files, func(f File) bool { return f.Name == e.Name() }) {
			out = append(out, e.Name()+": not written any more")
		}
	}
	return out, nil
}

package graph_test

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const goldenFile = "testdata/golden.txt.gz"

// The file, 2 MB of text that zcat shows, holds the formulas of a case and its
// bits, vectorised and portable, one of them where both are the same. What
// GradRaw has in common with Grad is left out.
const goldenHead = `# What the graph package computes: see golden_test.go, which writes this file.
`

// writeGolden writes the file, with the other set's bits as they were: they are
// the old ones until that set is written too.
func writeGolden(t *testing.T, now, old *goldenRecords) {
	t.Helper()
	other := 1 - goldenSet()
	now.probes[other] = old.probes[other]
	var b strings.Builder
	b.WriteString(goldenHead)
	for i, p := range now.probes {
		fmt.Fprintf(&b, "probe %s %s\n", goldenSets[i], p)
	}
	for key, e := range now.entries {
		e.bits[other] = old.entries[key].bits[other]
		now.entries[key] = e
	}
	last := ""
	for _, key := range now.order {
		e := now.entries[key]
		name, quantity, _ := strings.Cut(key, ": ")
		if name != last {
			fmt.Fprintf(&b, "case %s\n", name)
			last = name
		}
		if simple := goldenSimple(key); simple != key && now.entries[simple] == e {
			continue
		}
		b.WriteString("\t" + quantity + goldenValue(e) + "\n")
	}
	if err := os.MkdirAll(filepath.Dir(goldenFile), 0o755); err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	_, err = z.Write([]byte(b.String()))
	if err := cmp.Or(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(goldenFile, packed.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// goldenSimple returns the key of what Grad has where key is GradRaw's.
func goldenSimple(key string) string { return strings.Replace(key, " GradRaw ", " Grad ", 1) }

func goldenValue(e goldenEntry) string {
	switch {
	case e.text != "":
		return "\n\t\t" + strings.ReplaceAll(e.text, "\n", "\n\t\t")
	case e.bits[0] == e.bits[1]:
		return " = " + e.bits[0]
	}
	return " = " + e.bits[0] + " " + e.bits[1]
}

func readGolden() (*goldenRecords, error) {
	r := &goldenRecords{entries: map[string]goldenEntry{}}
	f, err := os.Open(goldenFile)
	if err != nil {
		return r, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return r, err
	}
	name, key := "", ""
	lines := bufio.NewScanner(z)
	for lines.Scan() {
		line := lines.Text()
		switch first, rest, _ := strings.Cut(line, " "); {
		case first == "case":
			name = rest
		case first == "probe":
			set, probe, _ := strings.Cut(rest, " ")
			r.probes[goldenSetCalled(set)] = probe
		case strings.HasPrefix(line, "\t\t"):
			e := r.entries[key]
			e.text += line[2:] + "\n"
			r.entries[key] = e
		case strings.HasPrefix(line, "\t"):
			quantity, bits, _ := strings.Cut(line[1:], " = ")
			key = name + ": " + quantity
			both := strings.SplitN(bits+" "+bits, " ", 3)
			r.put(key, goldenEntry{bits: [2]string{both[0], both[1]}})
		}
	}
	fillGolden(r)
	return r, lines.Err()
}

// fillGolden adds what was left out, and ends the texts.
func fillGolden(r *goldenRecords) {
	for _, key := range r.order {
		e := r.entries[key]
		e.text = strings.TrimSuffix(e.text, "\n")
		r.entries[key] = e
	}
	for _, key := range r.order {
		raw := strings.Replace(key, " Grad ", " GradRaw ", 1)
		if _, known := r.entries[raw]; !known {
			r.entries[raw] = r.entries[key]
		}
	}
}

func goldenSetCalled(name string) int {
	if name == goldenSets[0] {
		return 0
	}
	return 1
}

package netspec

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"chainrule/layers"
)

// taken returns all the memory that f asked for, so no less than what it held at
// any moment, whatever the collector did.
func taken(f func()) float64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return float64(after.TotalAlloc - before.TotalAlloc)
}

// numbersOf returns how many numbers a spec or a result holds.
func numbersOf(s *Spec, given Given) (n int) {
	if s != nil {
		for l := range s.W {
			n += len(s.W[l].Data) + len(s.B[l].Data)
		}
		n += len(s.X.Data) + len(s.Y.Data)
	}
	for _, a := range given {
		n += len(a.Data)
	}
	return n
}

// checkTaken reads a text in both ways and reports more memory than 2.5 times 8
// bytes for every number and the text, and 1 MB; or another error than is wanted,
// "" for none.
func checkTaken(t *testing.T, name, text, want string) {
	t.Helper()
	for reader, read := range map[string]func(data []byte) (int, error){
		"spec": func(data []byte) (int, error) {
			if IsNPZ(data) {
				s, err := ParseNPZ(data, []layers.Activation{layers.Identity}, SquaredError)
				return numbersOf(s, nil), err
			}
			s, err := ParseSpec(data)
			return numbersOf(s, nil), err
		},
		"result": func(data []byte) (int, error) {
			parse := ParseGiven
			if IsNPZ(data) {
				parse = ParseGivenNPZ
			}
			given, _, err := parse(data, 1)
			return numbersOf(nil, given), err
		},
	} {
		var n int
		var err error
		got := taken(func() {
			data, readErr := Read(strings.NewReader(text))
			if err = readErr; err == nil {
				n, err = read(data)
			}
		})
		if err == nil && want != "" || err != nil && !strings.Contains(err.Error(), want) && reader == "spec" {
			t.Errorf("%s, as a %s: error %.300v, %q expected", name, reader, err, want)
		}
		if allowed := 2.5*float64(8*n+len(text)) + 1e6; got > allowed {
			t.Errorf("%s, as a %s: %.1f MB taken, %.1f MB allowed", name, reader, got/1e6, allowed/1e6)
		}
	}
}

// A text takes memory for the numbers that it holds, and no more.
func TestMemoryOfJSON(t *testing.T) {
	if race {
		t.Skip("with the race detector io.ReadAll takes more")
	}
	const many = 3_000_000
	line := func(field, value string) string {
		text := `{"sizes": [1, 1], "activations": ["relu"], "loss": "squared-error", "W": [[[1]]], "b": [[[1]]], "Y": [[1]], "X": [[1]]`
		if field == "" {
			return text + "}"
		}
		return text + ", \"" + field + "\": " + value + "}"
	}
	repeated := func(text string) string { return strings.Repeat(text, many/len(text)) }
	list := func(entry string) string { return "[" + strings.TrimSuffix(repeated(entry+","), ",") + "]" }
	columns := "[" + list("1") + "]"
	for _, c := range []struct{ name, text, want string }{
		{"numbers", strings.Replace(line("", ""), `"X": [[1]]`, `"X": `+columns, 1), "Y: 1 row of 1500000 expected, row 1 has 1"},
		{"a row", line("A1", columns), `unknown field "A1"`},
		{"a column", line("version", list("[1]")), "not beside sizes"},
		{"empty rows", strings.Replace(line("", ""), `"W": [[[1]]]`, `"W": [`+list("[]")+"]", 1), "W[1]: 1 row of 1 expected"},
		{"sizes", strings.Replace(line("", ""), "[1, 1]", list("1"), 1), "sizes: 2 to 65 numbers expected"},
		{"names", strings.Replace(line("", ""), `["relu"]`, list(`"relu"`), 1), "activations: 1 expected"},
		{"a long name", strings.Replace(line("", ""), "relu", repeated("x"), 1), "given"},
		{"a long field", line(repeated("é"), "1"), "unknown field"},
		{"a long number", strings.Replace(line("", ""), "[[[1]]]", "[[["+repeated("1")+"]]]", 1), "at most 1100 expected"},
		{"nested", repeated("["), "no JSON"},
		{"blanks", "{" + repeated(" "), "no JSON"},
		{"layers", `{"version": 1, "inputs": 1, "cost": {}, "W": [], "b": [], "X": [], "Y": [], "layers": ` + list("1") + "}", "more than 256 KiB"},
		{"some layers", `{"version": 1, "inputs": 1, "cost": {}, "W": [], "b": [], "X": [], "Y": [], "layers": [` +
			strings.Repeat(`{"a":1},`, 30_000) + "1]}", "more than 2048 values"},
	} {
		checkTaken(t, c.name, c.text, c.want)
	}
	for name, text := range map[string]string{"a result": columns, "a result of NaN": "[" + list("NaN") + "]", "a column": list("[1]"), "a list": list("1.5")} {
		var given Given
		var err error
		got := taken(func() { given, _, err = ParseGiven([]byte(`{"Z1": `+text+"}"), 1) })
		if allowed := 2.5*float64(8*numbersOf(nil, given)+len(text)) + 1e6; err != nil || got > allowed {
			t.Errorf("%s: error %v, %.1f MB taken, %.1f MB allowed", name, err, got/1e6, allowed/1e6)
		}
	}
}

// zeros returns an archive of arrays of so many zeros, of which little is left by
// compression.
func zeros(t *testing.T, said, there int, names ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range names {
		f, err := w.Create(name + ".npy")
		if err != nil {
			t.Fatal(err)
		}
		head := npy("<f8", "False", fmt.Sprintf("(1, %d)", said), []float64{})
		if _, err := f.Write(head); err != nil {
			t.Fatal(err)
		}
		if _, err := io.CopyN(f, zeroReader{}, int64(8*there)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

type zeroReader struct{}

func (zeroReader) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// A small archive takes no memory for numbers that it only claims, or that no
// network has.
func TestMemoryOfNPZ(t *testing.T) {
	if race {
		t.Skip("with the race detector io.ReadAll takes more")
	}
	const many, most = 1_000_000, maxValues - 1
	lying := npy("<f8", "False", fmt.Sprintf("(1, %d)", most), []float64{1})
	names := make([]string, maxArrays+1)
	for i := range names {
		names[i] = fmt.Sprint("Z", i+1)
	}
	crowd := bytes.Repeat(append([]byte("PK\x01\x02"), make([]byte, 42)...), 500_000)
	end := append([]byte("PK\x05\x06\x00\x00\x00\x00"), make([]byte, 14)...)
	binary.LittleEndian.PutUint16(end[8:], 500_000%65536)
	binary.LittleEndian.PutUint16(end[10:], 500_000%65536)
	binary.LittleEndian.PutUint32(end[12:], uint32(len(crowd)))
	for _, c := range []struct{ name, text, want string }{
		{"unknown arrays", zeros(t, many, many, "a", "b", "c"), "the array W1 is missing"},
		{"unknown arrays beside W1", zeros(t, many, many, "W1", "W3", "W4"), "unknown array W3"},
		{"many numbers", zeros(t, most, 0, "Z1", "Z2", "Z3", "Z4", "Z5", "Z6"), "more than 50000000 numbers, which is the limit"},
		{"too long a row", zeros(t, many, many, "W1", "b1", "X", "Y"), "sizes[1]: a whole number from 1 to 10000"},
		{"numbers that are not there", string(archiveOf(t, zip.Deflate, map[string][]byte{"Z1": lying})), "the array W1 is missing"},
		{"examples that are not there", string(archiveOf(t, zip.Deflate, map[string][]byte{"W1": f8("(1, 1)", 1), "b1": f8("(1, 1)", 1),
			"X": npy("<f8", "False", "(1, 5000000)", []float64{1}), "Y": lying})), "X: it is cut off"},
		{"many arrays", zeros(t, 1, 1, names...), fmt.Sprintf("it holds %d arrays, at most %d expected", maxArrays+1, maxArrays)},
		{"a crowd", string(crowd) + string(end), "it holds 500000 arrays"},
	} {
		checkTaken(t, c.name, c.text, c.want)
	}
	text := zeros(t, many, many, "Z1", "A1", "dZ1")
	var given Given
	var err error
	got := taken(func() { given, _, err = ParseGivenNPZ([]byte(text), 1) })
	if allowed := 2.5*float64(8*numbersOf(nil, given)+len(text)) + 1e6; err != nil || got > allowed || len(given) != 3 {
		t.Errorf("error %v, %.1f MB taken, %.1f MB allowed", err, got/1e6, allowed/1e6)
	}
}

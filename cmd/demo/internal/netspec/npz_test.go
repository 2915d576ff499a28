package netspec

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"chainrule/graph/explain"
	"chainrule/internal/handgrad"
	"chainrule/layers"
)

// npy returns an array in NumPy's format, version 1.
func npy(descr, order, shape string, numbers any) []byte {
	return npyVersion(1, descr, order, shape, numbers)
}

func npyVersion(version byte, descr, order, shape string, numbers any) []byte {
	header := fmt.Sprintf("{'descr': '%s', 'fortran_order': %s, 'shape': %s, }", descr, order, shape)
	header += strings.Repeat(" ", 63-len(header)%64) + "\n"
	var b bytes.Buffer
	b.WriteString("\x93NUMPY" + string([]byte{version, 0}))
	var endian binary.ByteOrder = binary.LittleEndian
	if version == 1 {
		b.Write(binary.LittleEndian.AppendUint16(nil, uint16(len(header))))
	} else {
		b.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(header))))
	}
	b.WriteString(header)
	if strings.HasPrefix(descr, ">") {
		endian = binary.BigEndian
	}
	if err := binary.Write(&b, endian, numbers); err != nil {
		b.WriteString(err.Error())
	}
	return b.Bytes()
}

// archiveOf returns an archive of arrays.
func archiveOf(t testing.TB, method uint16, arrays map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, data := range arrays {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name + ".npy", Method: method})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// smallArrays are those of the spec small.
func smallArrays() map[string][]byte {
	return map[string][]byte{
		"W1": npy("<f8", "False", "(4, 2)", []float64{1, 2, 3, 4, 5, 6, 7, 8}),
		"b1": npy("<f4", "False", "(4, 1)", []float32{1, 2, 3, 4}),
		"W2": npy("<i8", "False", "(1, 4)", []int64{1, 2, 3, 4}),
		"b2": npy("<f8", "False", "(1, 1)", []float64{5}),
		"X":  npy("<f8", "True", "(2, 3)", []float64{1, 4, 2, 5, 3, 6}),
		"Y":  npy(">f8", "False", "(1, 3)", []float64{0, 1, 0.5}),
	}
}

var smallActivations = []layers.Activation{layers.Tanh, layers.Sigmoid}

// Arrays of any type and order, stored or deflated, give the spec that JSON
// does.
func TestNPZ(t *testing.T) {
	want, err := ParseSpec([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	for _, method := range []uint16{zip.Store, zip.Deflate} {
		arrays := smallArrays()
		for _, variant := range [][2][]byte{
			{arrays["b1"], npyVersion(2, ">f4", "True", "(4, 1)", []float32{1, 2, 3, 4})},
			{arrays["W2"], npyVersion(3, ">i4", "False", "(1, 4)", []int32{1, 2, 3, 4})},
			{arrays["W2"], npy("|u1", "False", "(1, 4)", []uint8{1, 2, 3, 4})},
		} {
			for name, data := range arrays {
				if bytes.Equal(data, variant[0]) {
					arrays[name] = variant[1]
				}
			}
			data := archiveOf(t, method, arrays)
			got, err := ParseNPZ(data, smallActivations, CrossEntropy)
			if err != nil || !reflect.DeepEqual(got, want) || !IsNPZ(data) {
				t.Errorf("method %d: %v, %+v, %+v expected", method, err, got, want)
			}
		}
	}
}

// f8 returns an array of float64 row by row.
func f8(shape string, v ...float64) []byte { return npy("<f8", "False", shape, v) }

// A spoiled array is one of smallArrays with other content.
type spoiledArray struct {
	name string
	data []byte // nil: the array is missing
	want string
}

func checkSpoiledArrays(t *testing.T, all []spoiledArray) {
	t.Helper()
	for _, c := range all {
		arrays := smallArrays()
		arrays[c.name] = c.data
		if c.data == nil {
			delete(arrays, c.name)
		}
		_, err := ParseNPZ(archiveOf(t, zip.Deflate, arrays), smallActivations, CrossEntropy)
		checkError(t, c.name, err, c.want)
	}
}

// Arrays that make no network.
func TestNPZErrors(t *testing.T) {
	checkSpoiledArrays(t, []spoiledArray{
		{"b2", nil, "the array b2 is missing"},
		{"X", nil, "the array X is missing"},
		{"W1", nil, "the array W1 is missing; W1, b1, W2, b2, …, X and Y expected"},
		{"W2", nil, "unknown array b2: X, Y, W and b of 1 layer expected, as there is no W2"},
		{"dW1", f8("(1, 1)", 5), "unknown array dW1: X, Y, W and b of 2 layers expected, as there is no W3"},
		{"W2", f8("(1, 3)", 1, 2, 3), "W2: (1,4) expected, (1,3) given"},
		{"W2", f8("(4,)", 1, 2, 3, 4), "W2: a matrix expected, of shape (4,) given"},
		{"b1", f8("(4,)", 1, 2, 3, 4), "b1: (4,1) expected, (4,) given"},
		{"b2", f8("()", 1), "b2: (1,1) expected, () given"},
		{"X", f8("(2,)", 1, 2), "X: (2,m) expected, (2,) given"},
		{"X", f8("(3, 2)", 1, 2, 3, 4, 5, 6), "X: (2,2) expected, (3,2) given"},
		{"Y", f8("(3, 1)", 1, 2, 3), "Y: (1,3) expected, (3,1) given"},
		{"Y", f8("(1, 3)", 1, 2, 0), "Y: row 1, column 2 is 2, a number from 0 to 1"},
		{"b2", f8("(1, 1)", math.NaN()), "b[2]: row 1, column 1 is NaN, a finite number expected"},
		{"X", f8("(2, 3)", 1, 2, 3, 4, 5, math.Inf(-1)), "X: row 2, column 3 is -Inf"},
	})
}

// Arrays that cannot be read.
func TestNPYErrors(t *testing.T) {
	long := npyVersion(2, "<f8", "False", "(1, 1)", []float64{1})
	binary.LittleEndian.PutUint32(long[8:], 1<<31)
	cut := f8("(1, 1)", 5)
	checkSpoiledArrays(t, []spoiledArray{
		{"b2", f8("(1, 1, 1)", 5), "b2: its shape is (1, 1, 1), a matrix of at most"},
		{"b2", f8("(0, 1)"), "b2: its shape is (0, 1), sizes from 1 to"},
		{"b2", f8("(99999999999999999999, 1)"), "b2: its shape is (99999999999999999999, 1), sizes from"},
		{"b2", f8("(9999999, 9999999)"), "b2: its shape is (9999999, 9999999), a matrix of at most"},
		{"b2", cut[:len(cut)-1], "b2: it is cut off"},
		{"b2", f8("(1, 1)", 5, 6), "b2: it is longer than its shape says"},
		{"b2", npy("<U3", "False", "(1, 1)", []float64{5}), "b2: it is of type <U3, float64 or float32 expected"},
		{"b2", npy("<f8", "maybe", "(1, 1)", []float64{5}), "b2: its header has no fortran_order"},
		{"b2", npy("<f8", "False", "[1, 1]", []float64{5}), "b2: its header has no shape"},
		{"b2", []byte("hello, world"), "b2: it is no array in NumPy's format"},
		{"b2", []byte{}, "b2: it is no array in NumPy's format"},
		{"b2", cut[:9], "b2: it is cut off"},
		{"b2", cut[:20], "b2: it is cut off"},
		{"b2", long, "b2: its header has 2147483648 bytes"},
	})
}

// Archives that are none, or damaged, or do not fit the flags.
func TestNPZBroken(t *testing.T) {
	data := archiveOf(t, zip.Store, smallArrays())
	for _, c := range []struct {
		data []byte
		want string
	}{
		{[]byte("PK"), "no .npz archive: not a valid zip file"},
		{data[:len(data)/2], "no .npz archive: not a valid zip file"},
		{npy("<f8", "False", "(1, 1)", []float64{5}), "it is one array, an archive of named arrays expected"},
		{archiveOf(t, zip.Store, nil), "the array W1 is missing"},
	} {
		_, err := ParseNPZ(c.data, smallActivations, CrossEntropy)
		checkError(t, "broken", err, c.want)
	}
	spoiled := bytes.Replace(data, []byte("\x00\x00\x14\x40"), []byte("\x00\x00\x14\x41"), 1) // of b2
	if _, err := ParseNPZ(spoiled, smallActivations, CrossEntropy); bytes.Equal(data, spoiled) {
		t.Error("nothing was spoiled")
	} else {
		checkError(t, "spoiled", err, "it is damaged: checksum error")
	}
	_, err := ParseNPZ(data, smallActivations[:1], CrossEntropy)
	checkError(t, "one activation", err, "activations: 2 expected, one for each layer, 1 given")
}

// Results of NumPy keep their wrong shapes, and may be NaN.
func TestGivenNPZ(t *testing.T) {
	s, err := ParseSpec([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	r := compute(t, s)
	arrays := map[string][]byte{
		"cost": npy("<f8", "False", "()", []float64{r.Cost}),
		"dW2":  npy("<f8", "False", "(1, 4)", r.DW[1].Data),
		"db1":  npy("<f8", "False", "(4,)", r.DB[0].Data),
	}
	given, _, err := ParseGivenNPZ(archiveOf(t, zip.Store, arrays), 2)
	if err != nil {
		t.Fatal(err)
	}
	c := Compare(s, r, given, 1e-6, explain.MeanCost)
	checkMistake(t, "db1", c, mistake{name: RankOneBias, line: Line{kindDB, 1}})
	if len(c.Right) != 2 {
		t.Errorf("%+v", c)
	}
	arrays["grad"] = arrays["cost"]
	_, _, err = ParseGivenNPZ(archiveOf(t, zip.Store, arrays), 2)
	checkError(t, "unknown", err, "unknown array grad: cost, Z1, A1, …, dZ1, dW1, db1, … up to layer 2 expected")
	_, _, err = ParseGivenNPZ(archiveOf(t, zip.Store, nil), 2)
	checkError(t, "empty", err, "there is nothing to compare, it holds no array")
	_, _, err = ParseGivenNPZ([]byte("PK"), 2)
	checkError(t, "broken", err, "no .npz archive")
	if a := (handgrad.Matrix{Rows: 1, Cols: 1, Data: []float64{1}}); !reflect.DeepEqual(arrayOf(a).matrix(), a) {
		t.Error(a)
	}
}

// Whatever an archive holds, and whichever byte of it is spoiled, its reader returns
// a spec that can be written, or an error. The fuzzer is given the parts of one
// small array: with whole archives its minimiser took all the time there was.
func FuzzParseNPZ(f *testing.F) {
	one := string(binary.LittleEndian.AppendUint64(nil, math.Float64bits(1)))
	f.Add("W1", "<f8", "False", "(1, 1)", one, uint16(0), byte(0))
	f.Add("b1", "|u1", "True", "(1,1)", "\x05", uint16(0), byte(0))
	f.Add("dW1", "<f4", "False", "()", one[:4], uint16(300), byte(1))
	f.Fuzz(func(t *testing.T, name, descr, order, shape, numbers string, at uint16, spoil byte) {
		if len(name)+len(descr)+len(order)+len(shape)+len(numbers) > 100 {
			return
		}
		names := []string{"W1", "b1", "X", "Y"}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		data := stored(t, names, func(array string) []byte {
			if array == name {
				return npy(descr, order, shape, []byte(numbers))
			}
			return npy("<f8", "False", "(1, 1)", []float64{1})
		})
		data[int(at)%len(data)] ^= spoil
		if given, _, err := ParseGivenNPZ(data, 2); err == nil && len(given) == 0 {
			t.Error("nothing was given, and that is no error")
		}
		s, err := ParseNPZ(data, []layers.Activation{layers.Sigmoid}, CrossEntropy)
		if err != nil {
			return
		}
		var text bytes.Buffer
		if _, err := s.WriteTo(&text); err != nil {
			t.Fatal(err)
		}
		if again, err := ParseSpec(text.Bytes()); err != nil || !reflect.DeepEqual(s, again) {
			t.Errorf("%v: %+v is read as %+v", err, s, again)
		}
	})
}

// stored returns an archive of arrays that are not compressed.
func stored(t *testing.T, names []string, array func(name string) []byte) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range names {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name + ".npy", Method: zip.Store})
		if err == nil {
			_, err = f.Write(array(name))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

package safetensors

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// file returns the bytes of a file with a header and so many bytes of numbers.
func file(header string, bytes int) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), make([]byte, bytes)...)
}

// read reads all of a file, whose size is told.
func read(data []byte) (map[string]string, []Tensor, error) {
	f, err := Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, nil, err
	}
	tensors, err := f.Read(nil)
	return f.Metadata, tensors, err
}

// sample are the metadata and tensors of reference.py, in the order of a file.
func sample() (map[string]string, []Tensor) {
	return map[string]string{"key": "a \"text\" with ∀, 😀 and\n", "": ""}, []Tensor{
		{"step", []int{}, []int64{-1<<62 - 1}},
		{"W1", []int{2, 3}, []float64{1.5, math.Copysign(0, -1), 5e-324, math.Inf(1), -math.Pi, 1e300}},
		{"bé", []int{2, 1}, []float32{0.1, 3e38}},
		{"none", []int{0, 3}, []float32{}},
		{"bytes", []int{6}, []uint8{250, 251, 252, 253, 254, 255}},
	}
}

func write(t testing.TB, metadata map[string]string, tensors []Tensor) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, metadata, tensors); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The bytes of a small file are those that the format's description says.
func TestBytes(t *testing.T) {
	got := write(t, nil, []Tensor{{"b", nil, []uint8{7}}, {"a", []int{1, 2}, []float32{1, -2}}})
	const header = `{"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[],"data_offsets":[8,9]}}     `
	want := append(file(header, 0), 0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 7)
	if len(header)%8 != 0 || !bytes.Equal(got, want) {
		t.Errorf("%q, %q expected", got, want)
	}
}

// What is written is read again, with the size known and unknown, in small pieces
// too, and in any order the same bytes are written.
func TestRoundTrip(t *testing.T) {
	metadata, tensors := sample()
	data := write(t, metadata, tensors)
	backwards := slices.Clone(tensors)
	slices.Reverse(backwards)
	if !bytes.Equal(write(t, metadata, backwards), data) {
		t.Error("the bytes depend on the order")
	}
	for size, r := range map[int64]io.Reader{
		int64(len(data)): bytes.NewReader(data), -1: iotest.OneByteReader(bytes.NewReader(data)),
	} {
		f, err := Open(r, size)
		if err != nil {
			t.Fatal(err)
		}
		got, err := f.Read(nil)
		if err != nil || !reflect.DeepEqual(f.Metadata, metadata) || !reflect.DeepEqual(got, tensors) {
			t.Errorf("%v, %v, error %v", f.Metadata, got, err)
		}
		if _, err := f.Read(nil); err == nil {
			t.Error("read twice without an error")
		}
	}
}

// More numbers than memory is made for at first.
func TestManyNumbers(t *testing.T) {
	long := make([]float64, 100_003)
	for i := range long {
		long[i] = float64(i)
	}
	want := []Tensor{{"a", []int{len(long)}, long}, {"b", []int{len(long)}, long}}
	data := write(t, nil, want)
	for _, size := range []int64{-1, int64(len(data))} {
		f, err := Open(bytes.NewReader(data), size)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := f.Read(nil); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("size %d: error %v", size, err)
		}
	}
}

// Tensors that are not wanted are read over, of other types too.
func TestSkip(t *testing.T) {
	data := file(`{"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"n":{"dtype":"NEW","shape":[9],"data_offsets":[4,5]},`+
		`"u":{"dtype":"U8","shape":[3],"data_offsets":[5,8]}}`, 5)
	data = append(data, 1, 2, 3)
	f, err := Open(bytes.NewReader(data), Size(bytes.NewReader(data)))
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.Read(func(t Info) bool { return t.Dtype == U8 })
	if want := []Tensor{{"u", []int{3}, []uint8{1, 2, 3}}}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, error %v", got, err)
	}
	if _, _, err := read(data); err == nil || !strings.Contains(err.Error(), `tensor "h": it is of type "F16"`) {
		t.Errorf("error %v", err)
	}
}

// hostile are headers, with bytes behind them, that are no file.
var hostile = []struct {
	header string
	bytes  int
	want   string
}{
	{`[]`, 0, `begins with '[', { expected`},
	{` {}`, 0, `begins with ' '`},
	{`{}x`, 0, `byte 2 of the header is 'x', the end expected`},
	{`{"a"`, 0, "the header ends where : is expected"},
	{`{"a`, 0, "the header ends in a text"},
	{`{"a":{}}`, 0, `tensor "a": dtype is missing`},
	{`{"a":{"dtype":"U8","shape":[1]}}`, 1, `data_offsets is missing`},
	{`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0]}}`, 1, `1 numbers, 2 expected`},
	{`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1,2]}}`, 1, `more than 2 numbers`},
	{`{"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}`, 1, `"dtype" is there twice`},
	{`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"more":1}}`, 1, `unknown field "more"`},
	{`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}`, 2, `"a" is there twice`},
	{`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\u0061":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}`, 2, `"a" is there twice`},
	{`{"__metadata__":{},"__metadata__":{}}`, 0, `"__metadata__" is there twice`},
	{`{"__metadata__":{"a":"","a":""}}`, 0, `"a" twice`},
	{`{"__metadata__":{"a":1}}`, 0, `byte 21 of the header is '1', " expected`},
	{`{"__metadata__":null}`, 0, `'n', { expected`},
	{`{"":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}`, 1, `a tensor has no name`},
	{`{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,1]}}`, 1, `2 numbers of U8 of shape [2] do not take 1 bytes`},
	{`{"a":{"dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,0]}}`, 0, `do not take 0 bytes`},
	{`{"a":{"dtype":"F64","shape":[4294967296,4294967296],"data_offsets":[0,0]}}`, 0, `more numbers than can be counted`},
	{`{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}`, 1, `before byte 1, where they begin`},
	{`{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}`, 2, `those from 0 on belong to no tensor`},
	{`{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}`, 3, `"b" begin at byte 1, and those of "a" end at 2`},
	{`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}`, 1, `begin at byte 0`},
	{`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}`, 2, `2 bytes follow the header, 1 expected`},
	{`{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}`, 1, `1 bytes follow the header, 2 expected`},
	{`{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}`, 1, `'-', a whole number expected`},
	{`{"a":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}`, 1, `a whole number expected`},
	{`{"a":{"dtype":"U8","shape":[1e0],"data_offsets":[0,1]}}`, 1, `a whole number expected`},
	{`{"a":{"dtype":"U8","shape":[01],"data_offsets":[0,1]}}`, 1, `begins a number with 0`},
	{`{"a":{"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,1]}}`, 1, `above 9223372036854775807`},
	{`{"a":{"dtype":"U8","shape":[99999999999999999999],"data_offsets":[0,1]}}`, 1, `a number of 20 digits`},
	{`{"a":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,1]}}`, 1, `more than 8 numbers`},
	{`{"a":{"dtype":"U8","shape":[1,],"data_offsets":[0,1]}}`, 1, `a whole number expected`},
	{`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},}`, 1, `'}', " expected`},
	{`{"a":{"dtype":"U8" "shape":[1]}}`, 1, `'"', , expected`},
	{`{"a":{"dtype":"ABC","shape":[1],"data_offsets":[0,1]}}`, 1, `it is of type "ABC"`},
	{"{\"a\n\":{}}", 0, "control character"},
	{"{\"\xff\":{}}", 0, "not UTF-8"},
	{`{"\ud800":{}}`, 0, "half a pair of surrogates"},
	{`{"\ud800\u0041":{}}`, 0, "half a pair of surrogates"},
	{`{"\x":{}}`, 0, `unknown escape \'x'`},
	{`{"\u12g4":{}}`, 0, "without four hexadecimal digits"},
	{`{"\u12`, 0, "ends in an escape"},
	{`{"a\`, 0, "ends in an escape"},
	{`{"` + strings.Repeat("a", MaxName+1) + `":{}}`, 0, "4097 bytes, at most 4096 expected"},
	{"{" + strings.Repeat(`{"a":`, 1e5), 0, `'{', " expected`},
}

func TestHostile(t *testing.T) {
	for _, c := range hostile {
		data := file(c.header, c.bytes)
		_, _, err := read(data)
		if err == nil || strings.Contains(err.Error(), "safetensors: ") || !strings.Contains(err.Error(), c.want) || len(err.Error()) > 300 {
			t.Errorf("%.90s: error %v, one with %q expected", c.header, err, c.want)
		}
		f, err := Open(bytes.NewReader(data), -1)
		if err == nil {
			_, err = f.Read(nil)
		}
		if err == nil {
			t.Errorf("%.90s: no error where the size is unknown", c.header)
		}
	}
	for _, c := range []struct {
		data []byte
		want string
	}{
		{nil, "it has 0 bytes, at least 8"},
		{make([]byte, 7), "it has 7 bytes, at least 8"},
		{make([]byte, 8), "0 bytes, at least 2"},
		{binary.LittleEndian.AppendUint64(nil, MaxHeader+1), "at most 100000000 expected"},
		{binary.LittleEndian.AppendUint64(nil, math.MaxUint64), "at most 100000000 expected"},
		{append(binary.LittleEndian.AppendUint64(nil, MaxHeader), "{}"...), "only 2 follow"},
	} {
		if _, _, err := read(c.data); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: error %v, one with %q expected", c.data, err, c.want)
		}
	}
}

// Every file that ends too early is an error.
func TestCut(t *testing.T) {
	metadata, tensors := sample()
	data := write(t, metadata, tensors)
	for n := range data {
		for _, size := range []int64{-1, int64(n), int64(len(data))} {
			f, err := Open(bytes.NewReader(data[:n]), size)
			if err == nil {
				_, err = f.Read(nil)
			}
			if err == nil {
				t.Fatalf("%d of %d bytes, size %d: no error", n, len(data), size)
			}
		}
	}
}

// What could not be read is not written.
func TestWriteErrors(t *testing.T) {
	numbers := []uint8{1}
	many := make([]Tensor, MaxTensors+1)
	for _, c := range []struct {
		metadata map[string]string
		tensors  []Tensor
		want     string
	}{
		{nil, []Tensor{{"", []int{1}, numbers}}, "no name"},
		{nil, []Tensor{{"__metadata__", []int{1}, numbers}}, "that of the metadata"},
		{nil, []Tensor{{"a", []int{1}, numbers}, {"a", []int{1}, []int64{1}}}, `"a": the name is there twice`},
		{nil, []Tensor{{"\xff", []int{1}, numbers}}, "not UTF-8"},
		{nil, []Tensor{{strings.Repeat("a", MaxName+1), []int{1}, numbers}}, "4097 bytes"},
		{nil, []Tensor{{"a", []int{2}, numbers}}, "1 numbers given for the shape [2], 2 expected"},
		{nil, []Tensor{{"a", []int{-1}, numbers}}, "negative"},
		{nil, []Tensor{{"a", slices.Repeat([]int{1}, 9), numbers}}, "9 axes"},
		{nil, []Tensor{{"a", nil, []int{1}}}, "a []int, []float64"},
		{nil, many, "8193 tensors given"},
		{map[string]string{"\xff": ""}, nil, "not UTF-8"},
		{map[string]string{"a": "\xff"}, nil, `the text of "a" is not UTF-8`},
	} {
		var b bytes.Buffer
		if err := Write(&b, c.metadata, c.tensors); err == nil || !strings.Contains(err.Error(), c.want) || b.Len() > 0 {
			t.Errorf("error %v and %d bytes, one with %q expected", err, b.Len(), c.want)
		}
	}
}

// A failingWriter fails at a call.
type failingWriter struct{ calls int }

var errFull = errors.New("full")

func (f *failingWriter) Write(p []byte) (int, error) {
	if f.calls--; f.calls < 0 {
		return 0, errFull
	}
	return len(p), nil
}

// The error of every call is passed on.
func TestFailingWriter(t *testing.T) {
	metadata, tensors := sample()
	calls := 0
	for ; ; calls++ {
		err := Write(&failingWriter{calls}, metadata, tensors)
		if err == nil {
			break
		}
		if !errors.Is(err, errFull) {
			t.Fatalf("%d calls: error %v", calls, err)
		}
	}
	if calls != 5 { // the header, and four tensors that are not empty
		t.Errorf("%d calls", calls)
	}
}

// A file that NumPy wrote by the format's description is read, and it reads ours.
func TestNumPy(t *testing.T) {
	python := cmp.Or(os.Getenv("PYTHON"), "python3")
	if err := exec.Command(python, "-c", "import numpy").Run(); err != nil {
		t.Skipf("%s has no NumPy: %v", python, err)
	}
	metadata, tensors := sample()
	run := func(task, path string) {
		if out, err := exec.Command(python, "testdata/reference.py", task, path).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", task, err, out)
		}
	}
	theirs, ours := filepath.Join(t.TempDir(), "theirs"), filepath.Join(t.TempDir(), "ours")
	run("write", theirs)
	data, err := os.ReadFile(theirs)
	if err != nil {
		t.Fatal(err)
	}
	gotMetadata, got, err := read(data)
	if err != nil || !reflect.DeepEqual(gotMetadata, metadata) {
		t.Errorf("%q, error %v", gotMetadata, err)
	}
	for _, want := range tensors {
		if !slices.ContainsFunc(got, func(t Tensor) bool { return reflect.DeepEqual(t, want) }) {
			t.Errorf("%v is missing from %v", want, got)
		}
	}
	if len(got) != len(tensors) {
		t.Errorf("%d tensors, %d expected", len(got), len(tensors))
	}
	if err := os.WriteFile(ours, write(t, metadata, tensors), 0o600); err != nil {
		t.Fatal(err)
	}
	run("read", ours)
}

package npz

import (
	"archive/zip"
	"bytes"
	"cmp"
	"errors"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chainrule/internal/safetensors"
)

func sample() []safetensors.Tensor {
	return []safetensors.Tensor{
		{Name: "W1", Shape: []int{2, 3}, Data: []float64{1.5, math.Copysign(0, -1), 5e-324, 1, 2, 3}},
		{Name: "net.b", Shape: []int{2, 1}, Data: []float32{0.1, 3e38}},
		{Name: "step", Data: []int64{-1<<62 - 1}},
		{Name: "bytes", Shape: []int{3}, Data: []uint8{1, 2, 255}},
	}
}

func write(t *testing.T, arrays []safetensors.Tensor) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, arrays); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The members are those of the format's description.
func TestBytes(t *testing.T) {
	data := write(t, sample())
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"W1.npy":    "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }",
		"net.b.npy": "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }",
		"step.npy":  "{'descr': '<i8', 'fortran_order': False, 'shape': (), }",
		"bytes.npy": "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }",
	}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		dictionary := want[f.Name]
		head := "\x93NUMPY\x01\x00" + string([]byte{118, 0}) + dictionary + strings.Repeat(" ", 117-len(dictionary)) + "\n"
		if !strings.HasPrefix(string(got), head) {
			t.Errorf("%s: %q, %q expected", f.Name, got, head)
		}
		if f.Name == "bytes.npy" && string(got[128:]) != "\x01\x02\xff" {
			t.Errorf("numbers %q", got[128:])
		}
		delete(want, f.Name)
	}
	if len(want) > 0 {
		t.Errorf("missing: %v", want)
	}
	if !bytes.Equal(write(t, sample()), data) {
		t.Error("other bytes the second time")
	}
}

// NumPy reads what is written.
func TestNumPy(t *testing.T) {
	python := cmp.Or(os.Getenv("PYTHON"), "python3")
	if err := exec.Command(python, "-c", "import numpy").Run(); err != nil {
		t.Skipf("%s has no NumPy: %v", python, err)
	}
	path := filepath.Join(t.TempDir(), "arrays.npz")
	if err := os.WriteFile(path, write(t, sample()), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(python, "testdata/read.py", path).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// A failing writes only so many bytes.
type failing struct{ left int }

var errFull = errors.New("full")

func (f *failing) Write(p []byte) (int, error) {
	n := min(len(p), f.left)
	if f.left -= n; n < len(p) {
		return n, errFull
	}
	return n, nil
}

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		a    safetensors.Tensor
		want string
	}{
		{safetensors.Tensor{Data: []float64{1}}, "a name that no other has expected"},
		{safetensors.Tensor{Name: "W1", Data: []float64{1}}, "a name that no other has expected"},
		{safetensors.Tensor{Name: "a\x00", Data: []float64{1}}, "a name that no other has expected"},
		{safetensors.Tensor{Name: "a", Data: []int{1}}, "[]int"},
		{safetensors.Tensor{Name: "a", Shape: []int{2}, Data: []uint8{1}}, "1 numbers given for the shape [2]"},
	} {
		if err := Write(io.Discard, append(sample(), c.a)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, one with %q expected", err, c.want)
		}
	}
	for n := range len(write(t, sample())) {
		if err := Write(&failing{n}, slices.Clone(sample())); !errors.Is(err, errFull) {
			t.Fatalf("%d bytes: error %v", n, err)
		}
	}
}

package layers_test

import (
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/internal/npz"
	"chainrule/internal/safetensors"
	"chainrule/layers"
	"gorgonia.org/tensor"
)

// freshNet returns a network whose numbers depend on the seed alone.
func freshNet(t *testing.T, dtype string, seed uint64) layers.Layer {
	t.Helper()
	s := everything(dtype)
	s.Seed = uint32(seed)
	return built(t, s)
}

func bitsOf(params []*graph.Param) (all []float64) {
	for _, p := range params {
		switch data := p.Value().Data().(type) {
		case []float64:
			all = append(all, data...)
		case []float32:
			for _, v := range data {
				all = append(all, float64(v))
			}
		}
	}
	return all
}

// A network gets back the numbers that SaveFile wrote, trained and kept ones, from both
// kinds of files, and from the other dtype as far as that holds them.
func TestLoadWeights(t *testing.T) {
	for _, ending := range []string{".npz", ".safetensors"} {
		for _, c := range [][2]string{{"float64", "float64"}, {"float32", "float32"}, {"float32", "float64"}, {"float64", "float32"}} {
			from, to := freshNet(t, c[0], 1), freshNet(t, c[1], 2)
			for _, p := range append(from.Params(), layers.State(from)...) {
				v := p.Value()
				switch data := v.Data().(type) {
				case []float64:
					for i := range data {
						data[i] = 1 / float64(i+3)
					}
				case []float32:
					for i := range data {
						data[i] = 1 / float32(i+3)
					}
				}
				if err := p.Set(v); err != nil {
					t.Fatal(err)
				}
			}
			path := filepath.Join(t.TempDir(), "m"+ending)
			s := everything(c[0])
			if err := layers.SaveFile(path, layers.Model{Network: from, Settings: s}); err != nil {
				t.Fatal(err)
			}
			if err := layers.LoadWeights(path, to); err != nil {
				t.Fatal(err)
			}
			want := bitsOf(append(from.Params(), layers.State(from)...))
			if c[1] == "float32" {
				for i, v := range want {
					want[i] = float64(float32(v))
				}
			}
			if got := bitsOf(append(to.Params(), layers.State(to)...)); !slices.Equal(got, want) || len(got) < 50 {
				t.Errorf("%s, %v: %v, %v expected", ending, c, got, want)
			}
		}
	}
}

// What does not fit is named, and changes nothing. A column may come as a vector.
func TestLoadWeightsMistakes(t *testing.T) {
	net := layers.NewDense("d", 2, 3, layers.Zeros, nil)
	w := safetensors.Tensor{Name: "d.W", Shape: []int{3, 2}, Data: []float64{1, 2, 3, 4, 5, 6}}
	b := safetensors.Tensor{Name: "d.b", Shape: []int{3, 1}, Data: []float64{7, 8, 9}}
	dir := t.TempDir()
	load := func(tensors ...safetensors.Tensor) []error {
		var errs []error
		for _, ending := range []string{".npz", ".safetensors"} {
			path := filepath.Join(dir, "w"+ending)
			f, err := os.Create(path)
			if err != nil {
				t.Fatal(err)
			}
			if ending == ".npz" {
				err = npz.Write(f, tensors)
			} else {
				err = safetensors.Write(f, nil, tensors)
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			err = layers.LoadWeights(path, net)
			if err != nil && !strings.HasPrefix(err.Error(), path+": ") {
				t.Errorf("%v: %s expected at first", err, path)
			}
			errs = append(errs, err)
		}
		return errs
	}
	with := func(t safetensors.Tensor, shape []int, data any) safetensors.Tensor {
		t.Shape, t.Data = shape, data
		return t
	}
	for want, tensors := range map[string][]safetensors.Tensor{
		`there is no array "d.b", which the network has; there are d.W`: {w},
		"d.W: the shape (2,3) given, (3,2) expected by the network":     {with(w, []int{2, 3}, w.Data), b},
		"d.b: the shape (1,3) given, (3,1) expected":                    {w, with(b, []int{1, 3}, b.Data)},
		"the network has no parameter e.W":                              {w, b, {Name: "e.W", Shape: []int{1}, Data: []float64{1}}},
		"d.b: number 1 (from 0) is NaN, a finite number of float64":     {w, with(b, []int{3, 1}, []float64{1, math.NaN(), 2})},
	} {
		for _, err := range load(tensors...) {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error %v, %q expected", err, want)
			}
		}
	}
	if got := bitsOf(net.Params()); slices.Max(got) != 0 {
		t.Errorf("after errors there is %v", got)
	}
	for _, err := range load(with(b, []int{3}, []float32{7, 8, 9}), w) {
		if got := bitsOf(net.Params()); err != nil || !slices.Equal(got, []float64{1, 2, 3, 4, 5, 6, 7, 8, 9}) {
			t.Errorf("%v, error %v", got, err)
		}
	}
	narrow := layers.DenseSettings{Name: "d", In: 2, Out: 3, Init: layers.Zeros, Dtype: tensor.Float32}.New(nil)
	net = narrow
	for _, err := range load(with(w, []int{3, 2}, []float64{1e39, 0, 0, 0, 0, 0}), b) {
		if err == nil || !strings.Contains(err.Error(), "1e+39, a finite number of float32 expected") {
			t.Errorf("error %v", err)
		}
	}
	path := filepath.Join(dir, "text.npz")
	if err := os.WriteFile(path, []byte("W1 = 1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, dir, filepath.Join(dir, "none.npz")} {
		if err := layers.LoadWeights(name, net); err == nil || !strings.HasPrefix(err.Error(), name+": ") {
			t.Errorf("error %v", err)
		}
	}
}

// NumPy's own archives are read, compressed ones too.
func TestLoadWeightsOfNumPy(t *testing.T) {
	python := "python3"
	if p := os.Getenv("PYTHON"); p != "" {
		python = p
	}
	path := filepath.Join(t.TempDir(), "w.npz")
	script := "import sys, numpy as np\nnp.savez_compressed(sys.argv[1], **{'d.W': np.arange(6.).reshape(3, 2), 'd.b': np.float32([7, 8, 9])})"
	if out, err := exec.Command(python, "-c", script, path).CombinedOutput(); err != nil {
		t.Skipf("%s without numpy: %s", python, out)
	}
	net := layers.NewDense("d", 2, 3, layers.Zeros, nil)
	if err := layers.LoadWeights(path, net); err != nil {
		t.Fatal(err)
	}
	if got := bitsOf(net.Params()); !slices.Equal(got, []float64{0, 1, 2, 3, 4, 5, 7, 8, 9}) {
		t.Errorf("%v", got)
	}
}

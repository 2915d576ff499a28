package layers

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"chainrule/graph"
	"chainrule/internal/experiment"
	"chainrule/internal/files"
	"chainrule/internal/modelfile"
	"chainrule/internal/npz"
	"chainrule/internal/safetensors"
	"chainrule/internal/words"
	"gorgonia.org/tensor"
)

// LoadWeights gives the parameters of a network the numbers that a file has under their
// names, to train it further. The file is an archive of NumPy's arrays (.npz) or in the
// format of safetensors, of [SaveFile] or of another program. All that the network trains
// must be there; what it keeps besides, such as running means, is taken if it is. A
// parameter of shape (n,1) takes an array of n numbers too, and numbers are rounded to the
// network's dtype. A name that the network does not have, another shape and a number that
// is not finite are errors which name it, and nothing has changed then.
func LoadWeights(path string, net Layer) error {
	if err := loadWeights(path, net); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func loadWeights(path string, net Layer) error {
	if net == nil {
		return errors.New("the network to load into is <nil>")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return files.Reason(err)
	}
	arrays, err := arraysOf(data)
	if err != nil {
		return err
	}
	trained, wanted := net.Params(), everyParam(net)
	var values []*tensor.Dense
	var taken []*graph.Param
	for _, p := range wanted {
		a, ok := arrays[p.Name()]
		if !ok {
			if slices.Contains(trained, p) {
				return fmt.Errorf("there is no array %q, which the network has; there are %s", p.Name(), namesOf(arrays))
			}
			continue
		}
		v, err := a.valueFor(p)
		if err != nil {
			return fmt.Errorf("%s: %w", p.Name(), err)
		}
		taken, values = append(taken, p), append(values, v)
	}
	for _, p := range taken {
		delete(arrays, p.Name())
	}
	if len(arrays) > 0 {
		return fmt.Errorf("the network has no parameter %s", namesOf(arrays))
	}
	for i, p := range taken {
		if err := p.Set(values[i]); err != nil { // whose shape and dtype are p's
			return err
		}
	}
	return nil
}

// A givenArray is what a file has under a name.
type givenArray struct {
	shape   []int
	numbers func() ([]float64, error)
}

// mostNumbers is how many numbers an archive may have, as a network may.
const mostNumbers, mostArrays = 1 << 27, 1 << 14

// arraysOf returns the arrays of a file, without those of sections that a training added.
func arraysOf(data []byte) (map[string]givenArray, error) {
	arrays := map[string]givenArray{}
	if npz.Is(data) {
		all, err := npz.Read(data, npz.Limits{Arrays: mostArrays, Array: mostNumbers, Numbers: mostNumbers})
		for name, a := range all {
			arrays[name] = givenArray{a.Shape, a.Numbers}
		}
		return arrays, err
	}
	tensors, err := tensorsOf(data)
	for _, t := range tensors {
		arrays[t.Name] = givenArray{t.Shape, func() ([]float64, error) { return widened(t) }}
	}
	return arrays, err
}

// tensorsOf returns the tensors of a model, or of any other file of the format.
func tensorsOf(data []byte) ([]safetensors.Tensor, error) {
	if f, err := modelfile.ReadModel(bytes.NewReader(data)); err == nil {
		return f.Tensors, nil
	}
	in, err := safetensors.Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("it is no .npz archive, and no .safetensors file either: %w", err)
	}
	tensors, err := in.Read(func(safetensors.Info) bool { return true })
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("it is cut off")
	}
	return tensors, err
}

// widened returns the numbers of a tensor.
func widened(t safetensors.Tensor) ([]float64, error) {
	switch data := t.Data.(type) {
	case []float64:
		return data, nil
	case []float32:
		all := make([]float64, len(data))
		for i, v := range data {
			all[i] = float64(v)
		}
		return all, nil
	}
	return nil, fmt.Errorf("it is of type %s, F64 or F32 expected", t.Dtype())
}

// valueFor returns the array as a value of the parameter.
func (a givenArray) valueFor(p *graph.Param) (*tensor.Dense, error) {
	want := p.Shape()
	column := len(a.shape) == 1 && len(want) == 2 && want[1] == 1 && want[0] == a.shape[0]
	if !slices.Equal(a.shape, []int(want)) && !column {
		return nil, fmt.Errorf("the shape %s given, %s expected by the network", words.Shape(a.shape...), words.Shape(want...))
	}
	numbers, err := a.numbers()
	if err != nil {
		return nil, err
	}
	narrow := make([]float32, len(numbers))
	for i, v := range numbers {
		narrow[i] = float32(v)
		if p.Dtype() == tensor.Float32 {
			v = float64(narrow[i])
		}
		if v-v != 0 {
			return nil, fmt.Errorf("number %d (from 0) is %v, a finite number of %v expected", i, numbers[i], p.Dtype())
		}
	}
	if p.Dtype() == tensor.Float32 {
		return graph.Tensor(narrow, want...), nil
	}
	return graph.Tensor(slices.Clone(numbers), want...), nil
}

// namesOf lists the names of arrays, a dozen at most.
func namesOf(arrays map[string]givenArray) string {
	names := slices.Sorted(maps.Keys(arrays))
	const most = 12
	for i, name := range names {
		names[i] = experiment.Shortened(name)
	}
	if more := len(names) - most; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), more)
	}
	if len(names) == 0 {
		return "none"
	}
	return words.List(names, "and")
}

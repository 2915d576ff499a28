package npz

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"chainrule/internal/experiment"
)

// Limits are what an archive may have at most.
type Limits struct {
	Arrays  int
	Array   int // numbers of one
	Numbers int // of all together
}

// An Array is one of an archive, whose numbers have not been read.
type Array struct {
	Shape []int // at most two sizes

	file *zip.File
	head header
}

// Is reports whether data is an archive, or one array alone.
func Is(data []byte) bool { return bytes.HasPrefix(data, []byte("PK")) || isNPY(data) }

// Read returns the arrays of an archive by their names, without .npy.
func Read(data []byte, limits Limits) (map[string]Array, error) {
	if isNPY(data) {
		return nil, errors.New("it is one array, an archive of named arrays expected, as np.savez makes")
	}
	// Each has an entry with this signature, of which the reader would make a file.
	if n := bytes.Count(data, []byte("PK\x01\x02")); n > limits.Arrays {
		return nil, fmt.Errorf("it holds %d arrays, at most %d expected", n, limits.Arrays)
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("no .npz archive: %s", strings.TrimPrefix(err.Error(), "zip: "))
	}
	arrays, total := map[string]Array{}, 0
	var buffer [maxHeader]byte
	for _, f := range archive.File {
		name := strings.TrimSuffix(f.Name, ".npy")
		if _, twice := arrays[name]; twice {
			return nil, fmt.Errorf("the array %s is there twice", experiment.Shortened(name))
		}
		a := Array{file: f}
		err := a.open(func(r io.Reader) (err error) {
			a.head, err = readHeader(r, limits.Array, &buffer)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", experiment.Shortened(name), err)
		}
		if total += product(a.head.shape); total > limits.Numbers {
			return nil, fmt.Errorf("it holds more than %d numbers, which is the limit", limits.Numbers)
		}
		a.Shape = a.head.shape
		arrays[name] = a
	}
	return arrays, nil
}

// open calls f with the content of the array.
func (a Array) open(f func(r io.Reader) error) error {
	r, err := a.file.Open()
	if err != nil {
		return damaged(err)
	}
	defer r.Close()
	return damaged(f(r))
}

// Numbers returns the numbers, row by row. It goes through the file twice, first to its end, which
// checks its length and sum, so that a small archive gets memory for no more
// numbers than it holds.
func (a Array) Numbers() (data []float64, err error) {
	var buffer [maxHeader]byte
	numbers := func(f func(r io.Reader) error) error {
		return a.open(func(r io.Reader) error {
			if _, err := readDictionary(r, &buffer); err != nil {
				return err
			}
			return f(r)
		})
	}
	if err := numbers(a.head.checkLength); err != nil {
		return nil, err
	}
	err = numbers(func(r io.Reader) (err error) {
		data, err = a.head.read(r)
		return err
	})
	return data, err
}

// damaged says so of an error of the archive or its compression.
func damaged(err error) error {
	if err == nil {
		return nil
	}
	for _, kind := range []string{"zip: ", "flate: "} {
		if text, ok := strings.CutPrefix(err.Error(), kind); ok {
			return fmt.Errorf("it is damaged: %s", text)
		}
	}
	return err
}

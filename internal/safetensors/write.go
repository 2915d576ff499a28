package safetensors

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"unicode/utf8"
)

// Write writes a file. Its bytes follow from what it holds, whatever the order of
// the tensors: as in the reference these are sorted by type (I64, F64, F32, U8) and
// then by name, and the header is filled up with blanks so that the numbers begin
// at a multiple of 8 bytes. What [Open] would not take is an error before
// anything is written.
func Write(w io.Writer, metadata map[string]string, tensors []Tensor) error {
	if w == nil {
		return errors.New("the writer is nil")
	}
	sorted := slices.Clone(tensors)
	slices.SortStableFunc(sorted, func(a, b Tensor) int {
		return cmp.Or(cmp.Compare(dtypes[b.Dtype()].rank, dtypes[a.Dtype()].rank), cmp.Compare(a.Name, b.Name))
	})
	header, err := formatHeader(metadata, sorted)
	if err != nil {
		return err
	}
	if _, err := w.Write(header); err != nil {
		return err
	}
	buf := make([]byte, 0, 1<<15)
	for _, t := range sorted {
		if err := writeNumbers(w, buf, t); err != nil {
			return err
		}
	}
	return nil
}

// formatHeader returns the header with its length.
func formatHeader(metadata map[string]string, tensors []Tensor) ([]byte, error) {
	if err := checkMetadata(metadata); err != nil {
		return nil, err
	}
	if len(tensors) > MaxTensors {
		return nil, fmt.Errorf("%d tensors given, at most %d expected", len(tensors), MaxTensors)
	}
	text := append(make([]byte, 8), '{')
	if metadata != nil {
		text = append(appendText(text, metadataKey), ":{"...)
		for i, key := range slices.Sorted(maps.Keys(metadata)) {
			if i > 0 {
				text = append(text, ',')
			}
			text = appendText(append(appendText(text, key), ':'), metadata[key])
		}
		text = append(text, '}')
	}
	at := int64(0)
	names := map[string]bool{metadataKey: true}
	for _, t := range tensors {
		bytes, err := t.check(names)
		if err != nil {
			return nil, fmt.Errorf("tensor %s: %w", quote(t.Name), err)
		}
		names[t.Name] = true
		if len(text) > 9 {
			text = append(text, ',')
		}
		text = append(appendText(text, t.Name), fmt.Sprintf(`:{"dtype":"%s","shape":`, t.Dtype())...)
		text = appendSizes(text, t.Shape)
		text = append(text, fmt.Sprintf(`,"data_offsets":[%d,%d]}`, at, at+bytes)...)
		at += bytes
	}
	text = append(text, '}')
	for len(text)%8 != 0 {
		text = append(text, ' ')
	}
	if len(text)-8 > MaxHeader {
		return nil, fmt.Errorf("the header has %d bytes, at most %d expected", len(text)-8, MaxHeader)
	}
	binary.LittleEndian.PutUint64(text, uint64(len(text)-8))
	return text, nil
}

func checkMetadata(metadata map[string]string) error {
	if len(metadata) > MaxKeys {
		return fmt.Errorf("%d keys of metadata given, at most %d expected", len(metadata), MaxKeys)
	}
	for key, text := range metadata {
		if err := checkName(key); err != nil {
			return fmt.Errorf("metadata: %w", err)
		}
		if !utf8.ValidString(text) {
			return fmt.Errorf("metadata: the text of %s is not UTF-8", quote(key))
		}
	}
	return nil
}

func checkName(name string) error {
	switch {
	case len(name) > MaxName:
		return fmt.Errorf("the name %s has %d bytes, at most %d expected", quote(name), len(name), MaxName)
	case !utf8.ValidString(name):
		return fmt.Errorf("the name %s is not UTF-8", quote(name))
	}
	return nil
}

// check returns how many bytes the numbers of a tensor take.
func (t Tensor) check(taken map[string]bool) (int64, error) {
	switch err := checkName(t.Name); {
	case t.Name == "":
		return 0, errors.New("it has no name")
	case err != nil:
		return 0, err
	case taken[t.Name]:
		return 0, errors.New("the name is there twice, or that of the metadata")
	case t.Dtype() == "":
		return 0, fmt.Errorf("its numbers are a %T, []float64, []float32, []int64 or []uint8 expected", t.Data)
	case len(t.Shape) > MaxRank:
		return 0, fmt.Errorf("its shape has %d axes, at most %d expected", len(t.Shape), MaxRank)
	}
	n, err := entries(t.Shape)
	if err != nil {
		return 0, err
	}
	if int64(t.Len()) != n {
		return 0, fmt.Errorf("%d numbers given for the shape %v, %d expected", t.Len(), t.Shape, n)
	}
	return n * int64(dtypes[t.Dtype()].bytes), nil
}

// appendText appends a JSON string.
func appendText(b []byte, text string) []byte {
	quoted, _ := json.Marshal(text) // no string fails
	return append(b, quoted...)
}

// appendSizes appends a JSON list.
func appendSizes(b []byte, shape []int) []byte {
	b = append(b, '[')
	for i, size := range shape {
		if i > 0 {
			b = append(b, ',')
		}
		b = fmt.Append(b, size)
	}
	return append(b, ']')
}

// writeNumbers writes those of a tensor by way of a buffer.
func writeNumbers(w io.Writer, buf []byte, t Tensor) error {
	size := dtypes[t.Dtype()].bytes
	for from, n := 0, t.Len(); from < n; {
		to := min(n, from+cap(buf)/size)
		if _, err := w.Write(appendNumbers(buf[:0], t.Data, from, to)); err != nil {
			return err
		}
		from = to
	}
	return nil
}

// appendNumbers appends some of the numbers, lowest byte first.
func appendNumbers(b []byte, data any, from, to int) []byte {
	switch data := data.(type) {
	case []float64:
		for _, v := range data[from:to] {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
		}
	case []float32:
		for _, v := range data[from:to] {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		}
	case []int64:
		for _, v := range data[from:to] {
			b = binary.LittleEndian.AppendUint64(b, uint64(v))
		}
	case []uint8:
		b = append(b, data[from:to]...)
	}
	return b
}

package modelfile

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"chainrule/internal/safetensors"
)

// Write writes a file. What [Read] would not take is an error before anything is
// written: tensors that are not those of the layers, numbers of the network that are not
// finite, a schema for other numbers of inputs or outputs.
func Write(w io.Writer, f *File) error {
	metadata, tensors, err := f.flat()
	if err != nil {
		return err
	}
	return safetensors.Write(w, metadata, tensors)
}

// flat returns the metadata and all tensors.
func (f *File) flat() (map[string]string, []safetensors.Tensor, error) {
	if err := f.check(); err != nil {
		return nil, nil, err
	}
	if err := f.checkSections(); err != nil {
		return nil, nil, err
	}
	own := map[string]given{}
	for _, t := range f.Tensors {
		if _, twice := own[t.Name]; twice {
			return nil, nil, fmt.Errorf("tensor %q is there twice", t.Name)
		}
		own[t.Name] = given{t.Dtype(), t.Shape}
	}
	if err := checkTensors(f.Settings, own); err != nil {
		return nil, nil, err
	}
	if err := checkNumbers(f.Settings, f.Tensors); err != nil {
		return nil, nil, err
	}
	metadata := map[string]string{versionKey: strconv.Itoa(Version)}
	var err error
	if metadata[experimentKey], err = text(f.Settings); err != nil {
		return nil, nil, err
	}
	if f.HasSchema() {
		if metadata[dataKey], err = text(f.Schema); err != nil {
			return nil, nil, err
		}
	}
	tensors := slices.Clone(f.Tensors)
	for _, s := range f.Sections {
		metadata[sectionKey+s.Name] = string(s.JSON)
		for _, t := range s.Tensors {
			t.Name = s.Name + "/" + t.Name
			tensors = append(tensors, t)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(f.Keys)) {
		if isOurs(key) {
			return nil, nil, fmt.Errorf("the key %q of the metadata is one of the format's own", key)
		}
		metadata[key] = f.Keys[key]
	}
	return metadata, tensors, nil
}

// isOurs reports whether a key of the metadata has a meaning in the format.
func isOurs(key string) bool {
	return key == versionKey || key == experimentKey || key == dataKey || strings.HasPrefix(key, sectionKey)
}

// text returns a value as JSON.
func text(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

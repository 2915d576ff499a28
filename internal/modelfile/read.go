package modelfile

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"chainrule/internal/experiment"
	"chainrule/internal/safetensors"
	"chainrule/internal/schema"
)

// Read reads a file to the end of r. It may be hostile: the tensors are held to the
// layers by the header, before there is memory for any number. Beyond what
// safetensors.Open says, it takes memory for the JSON of experiment and schema, whose
// sizes are limited.
func Read(r io.Reader) (*File, error) { return read(r, true) }

// ReadModel is [Read] for who only predicts: sections are read over.
func ReadModel(r io.Reader) (*File, error) { return read(r, false) }

func read(r io.Reader, sections bool) (*File, error) {
	in, err := safetensors.Open(r, safetensors.Size(r))
	if err != nil {
		return nil, err
	}
	f := &File{}
	if err := f.takeAll(in); err != nil {
		return nil, err
	}
	tensors, err := in.Read(func(t safetensors.Info) bool { return sections || f.sectionOf(t.Name) < 0 })
	if err != nil {
		return nil, err
	}
	for _, t := range tensors {
		k := f.sectionOf(t.Name)
		if k < 0 {
			f.Tensors = append(f.Tensors, t)
			continue
		}
		s := &f.Sections[k]
		t.Name = strings.TrimPrefix(t.Name, s.Name+"/")
		s.Tensors = append(s.Tensors, t)
	}
	if !sections {
		f.Sections = nil
	}
	if err := checkNumbers(f.Settings, f.Tensors); err != nil {
		return nil, err
	}
	return f, nil
}

// sectionOf returns the section that a tensor belongs to, −1 if it is the network's.
func (f *File) sectionOf(tensor string) int {
	name, _, ok := strings.Cut(tensor, "/")
	for k, s := range f.Sections {
		if ok && s.Name == name {
			return k
		}
	}
	return -1
}

// take sets what the metadata say.
func (f *File) take(metadata map[string]string) error {
	if err := checkVersion(metadata); err != nil {
		return err
	}
	text, ok := metadata[experimentKey]
	if !ok {
		return fmt.Errorf("the key %q of the metadata is missing", experimentKey)
	}
	if len(text) > experiment.MaxText {
		return fmt.Errorf("%s: more than %d KiB, which is the limit", experimentKey, experiment.MaxText>>10)
	}
	var err error
	if f.Settings, err = experiment.ParseNetwork([]byte(text)); err != nil {
		return fmt.Errorf("%s: %w", experimentKey, err)
	}
	if text, ok := metadata[dataKey]; ok {
		if len(text) > maxSchema {
			return fmt.Errorf("%s: more than %d MiB, which is the limit", dataKey, maxSchema>>20)
		}
		if err := json.Unmarshal([]byte(text), &f.Schema); err != nil {
			return fmt.Errorf("%s: %w", dataKey, err)
		}
	}
	for key, text := range metadata {
		switch name, isSection := strings.CutPrefix(key, sectionKey); {
		case isSection:
			f.Sections = append(f.Sections, Section{Name: name, JSON: json.RawMessage(text)})
		case isOurs(key):
		default:
			if f.Keys == nil {
				f.Keys = map[string]string{}
			}
			f.Keys[key] = text
		}
	}
	slices.SortFunc(f.Sections, func(a, b Section) int { return strings.Compare(a.Name, b.Name) })
	if err := f.checkSections(); err != nil {
		return err
	}
	return f.check()
}

// maxSchema is how many bytes the JSON of a schema may have.
const maxSchema = 8 * schema.MaxNames

func checkVersion(metadata map[string]string) error {
	text, ok := metadata[versionKey]
	if !ok {
		return fmt.Errorf("it is no model of this program: the key %q of the metadata is missing", versionKey)
	}
	switch v, err := strconv.Atoi(text); {
	case err != nil || v < 1:
		return fmt.Errorf("its version is %s, a number from 1 to %d expected", experiment.Shortened(strconv.Quote(text)), Version)
	case v > Version:
		return fmt.Errorf("its version is %d, and this program reads none above %d: a later one wrote it", v, Version)
	}
	return nil
}

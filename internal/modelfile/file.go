package modelfile

import (
	"encoding/json"
	"fmt"
	"strings"

	"chainrule/internal/experiment"
	"chainrule/internal/safetensors"
	"chainrule/internal/schema"
)

// Version is that of the format that is written, and the highest that is read.
const Version = 1

// The keys of the metadata that are not the user's.
const (
	versionKey    = "chainrule"
	experimentKey = "experiment"
	dataKey       = "data"
	sectionKey    = "section/" // before the name of a section
)

// A File is what a file holds.
type File struct {
	// Settings are the experiment, with Inputs. The cost may be missing.
	Settings experiment.Settings

	// Schema says what inputs and outputs stand for. It goes with the numbers of
	// inputs and outputs of the network; without columns there is none.
	Schema schema.Schema

	// Keys are further metadata.
	Keys map[string]string

	// Tensors are those of the network, as Layout has them, in any order.
	Tensors []safetensors.Tensor

	// Sections are what others add, in any order. Their names differ.
	Sections []Section
}

// A Section is a part of a file that is not the network's.
type Section struct {
	Name    string               // without a slash
	JSON    json.RawMessage      // any one value
	Tensors []safetensors.Tensor // called without the section's name
}

// HasSchema reports whether the file says what inputs and outputs stand for.
func (f *File) HasSchema() bool { return len(f.Schema.Columns) > 0 }

// Section returns the section of a name.
func (f *File) Section(name string) (Section, bool) {
	for _, s := range f.Sections {
		if s.Name == name {
			return s, true
		}
	}
	return Section{}, false
}

// Check reports what Write would, but for the sizes that safetensors has.
func (f *File) Check() error {
	_, _, err := f.flat()
	return err
}

// check reports what goes together with nothing else of the file, but for tensors.
func (f *File) check() error {
	if err := f.Settings.CheckNetwork(); err != nil {
		return fmt.Errorf("%s: %w", experimentKey, err)
	}
	if f.Settings.Inputs < 1 {
		return fmt.Errorf("%s: inputs: missing, at least 1 expected", experimentKey)
	}
	if !f.HasSchema() {
		return nil
	}
	s, outputs := f.Schema, f.Settings.Width()
	if err := s.Check(); err != nil {
		return fmt.Errorf("%s: %w", dataKey, err)
	}
	if n := s.Inputs(); n != f.Settings.Inputs {
		return fmt.Errorf("%s: its columns make %d inputs, the network has %d", dataKey, n, f.Settings.Inputs)
	}
	if want := s.Outputs(); outputs != want && (s.Task != schema.Classify || outputs != len(s.Classes)) {
		return fmt.Errorf("%s: it has %d targets and %d classes, for which %d outputs are expected; the network has %d",
			dataKey, len(s.Targets), len(s.Classes), want, outputs)
	}
	return nil
}

// checkSections reports names of sections that cannot be told apart, from the tensors of
// the network too.
func (f *File) checkSections() error {
	seen := map[string]bool{}
	for _, s := range f.Sections {
		switch {
		case s.Name == "" || strings.Contains(s.Name, "/"):
			return fmt.Errorf("a section is called %q, a name without a slash expected", s.Name)
		case seen[s.Name]:
			return fmt.Errorf("two sections are called %q", s.Name)
		case !json.Valid(s.JSON):
			return fmt.Errorf("section %q: what it says is no JSON", s.Name)
		}
		seen[s.Name] = true
	}
	for _, t := range f.Tensors {
		if name, _, ok := strings.Cut(t.Name, "/"); ok && seen[name] {
			return fmt.Errorf("the parameter %q is called as those of the section %q are", t.Name, name)
		}
	}
	return nil
}

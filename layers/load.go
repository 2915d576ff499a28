package layers

import (
	"fmt"
	"io"
	"os"

	"chainrule/internal/modelfile"
)

// Load reads a model that [Save] wrote, to the end of r, such as a file that an
// executable embeds. The network is new, and can be trained further. All is checked before
// there is a network: names, shapes and types of the tensors against the layers that the
// file describes, and the numbers, which are finite. Sections that somebody added are
// read over.
func Load(r io.Reader) (*Model, error) {
	f, err := modelfile.ReadModel(r)
	if err != nil {
		return nil, fmt.Errorf("layers: %w", err)
	}
	return NewModel(f)
}

// LoadFile is [Load] of a file.
func LoadFile(path string) (*Model, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("layers: %w", err)
	}
	defer f.Close()
	m, err := modelfile.ReadModel(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return NewModel(m)
}

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
// file describes, and the numbers, which are finite. Sections are read too; who only predicts
// takes predict.Load, which reads over them.
func Load(r io.Reader) (*Model, error) {
	f, err := modelfile.Read(r)
	if err != nil {
		return nil, fmt.Errorf("layers: %w", err)
	}
	return newModel(f)
}

// LoadFile is [Load] of a file.
func LoadFile(path string) (*Model, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("layers: %w", err)
	}
	defer f.Close()
	m, err := modelfile.Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return newModel(m)
}

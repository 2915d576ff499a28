package layers

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"chainrule/internal/files"
	"chainrule/internal/modelfile"
	"chainrule/internal/npz"
)

// Save writes a model in the format of safetensors, which other programs read too: see
// docs/adr/0028-model-file.md. The bytes follow from the model. A network that cannot be
// described, a number that is not finite and a schema of other inputs or outputs are
// errors, before anything is written.
func Save(w io.Writer, m Model) error {
	f, err := m.File()
	if err != nil {
		return err
	}
	return modelfile.Write(w, f)
}

// SaveFile writes a model to a file: as [Save] does if its name ends in .safetensors. If it
// ends in .npz, the file has the parameters alone, as an archive for NumPy, which
// [LoadFile] does not read: it doesn't say what the network is. Any other ending is an error.
// The file is replaced in one step: on an error an older one stays as it was.
func SaveFile(path string, m Model) error {
	write, err := writerFor(path)
	if err != nil {
		return err
	}
	f, err := m.File()
	if err != nil {
		return err
	}
	if err := files.Write(path, func(w io.Writer) error { return write(w, f) }); err != nil {
		return fmt.Errorf("layers: %s: %w", path, err)
	}
	return nil
}

// writerFor returns what writes a file of that ending.
func writerFor(path string) (func(w io.Writer, f *modelfile.File) error, error) {
	switch ending := strings.ToLower(filepath.Ext(path)); ending {
	case ".safetensors":
		return modelfile.Write, nil
	case ".npz":
		return func(w io.Writer, f *modelfile.File) error { return npz.Write(w, f.Tensors) }, nil
	default:
		return nil, fmt.Errorf("layers: %s: the ending %q given, .safetensors or .npz expected", path, ending)
	}
}

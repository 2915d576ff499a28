package layers

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"chainrule/internal/files"
	"chainrule/internal/modelfile"
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

// SaveFile is [Save] to a file, whose name ends in .safetensors. The file is replaced in
// one step: on an error an older one stays as it was.
func SaveFile(path string, m Model) error {
	if err := checkEnding(path); err != nil {
		return err
	}
	f, err := m.File()
	if err != nil {
		return err
	}
	if err := files.Write(path, func(w io.Writer) error { return modelfile.Write(w, f) }); err != nil {
		return fmt.Errorf("layers: %s: %w", path, err)
	}
	return nil
}

// modelEnding is that of files of models.
const modelEnding = ".safetensors"

func checkEnding(path string) error {
	if ending := filepath.Ext(path); !strings.EqualFold(ending, modelEnding) {
		return fmt.Errorf("layers: %s: the ending %q given, %s expected", path, ending, modelEnding)
	}
	return nil
}

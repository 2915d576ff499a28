package plotting

import (
	"fmt"

	"chainrule/internal/files"
)

// Save draws p into the file at path, in the format that [FormatOf] finds for
// it. The file is written whole or not at all: the picture goes to a temporary
// file in the same folder, which then takes the name; on an error an older
// file of that name stays as it was.
func Save(path string, p Picture) error {
	format, err := FormatOf(path)
	if err != nil {
		return fmt.Errorf("plotting: %w", err)
	}
	data, err := render(format, p)
	if err != nil {
		return fmt.Errorf("plotting: %s: %w", path, err)
	}
	if err := files.Replace(path, data); err != nil {
		return fmt.Errorf("plotting: %s: %w", path, err)
	}
	return nil
}

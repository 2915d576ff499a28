package plotting

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
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
	if err := replaceFile(path, data); err != nil {
		return fmt.Errorf("plotting: %s: %w", path, withoutPath(err))
	}
	return nil
}

// replaceFile gives path the content data in one step.
func replaceFile(path string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".plotting-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close() // at worst closed before
			os.Remove(f.Name())
		}
	}()
	if _, err := f.Write(data); err != nil {
		return err
	}
	if err := f.Chmod(0o644); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// withoutPath strips the name of the temporary file, which says nothing to a
// user, from an error of package os.
func withoutPath(err error) error {
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

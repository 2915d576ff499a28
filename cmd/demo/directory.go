package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"chainrule/internal/files"
	"chainrule/internal/words"
)

// A directory is where files are written.
type directory struct {
	path string
	made []string // directories that openDirectory made, the deepest first
}

// openDirectory makes the directory at path if it does not exist, and checks
// that the named files can be written into it. On an error nothing has been
// made.
func openDirectory(path string, names ...string) (*directory, error) {
	d := &directory{path: path}
	for at := filepath.Clean(path); ; at = filepath.Dir(at) {
		info, err := os.Stat(at)
		switch {
		case err == nil && info.IsDir():
		case err == nil:
			return nil, fmt.Errorf("a directory expected, %s is a file", at)
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
			d.made = append(d.made, at)
			continue
		default:
			return nil, fmt.Errorf("a directory to write to expected: %s: %w", at, files.Reason(err))
		}
		break
	}
	if err := d.prepare(names); err != nil {
		d.removeIfEmpty()
		return nil, err
	}
	return d, nil
}

// prepare makes the directory and tries to write into it.
func (d *directory) prepare(names []string) error {
	if err := os.MkdirAll(d.path, 0o755); err != nil {
		return fmt.Errorf("a directory to write to expected, it cannot be made: %w", files.Reason(err))
	}
	f, err := os.CreateTemp(d.path, ".demo-*")
	if err != nil {
		return fmt.Errorf("a directory to write to expected: %w", files.Reason(err))
	}
	if err := errors.Join(f.Close(), os.Remove(f.Name())); err != nil {
		return err
	}
	for _, name := range names {
		if info, err := os.Stat(filepath.Join(d.path, name)); err == nil && info.IsDir() {
			return fmt.Errorf("a file expected, %s is a directory", filepath.Join(d.path, name))
		}
	}
	return nil
}

// removeIfEmpty removes the directories that openDirectory made, if nothing
// was put into them.
func (d *directory) removeIfEmpty() {
	for _, path := range d.made {
		if os.Remove(path) != nil {
			return
		}
	}
}

// holds reports whether there is something of that name in the directory.
func (d *directory) holds(name string) bool {
	_, err := os.Lstat(filepath.Join(d.path, name))
	return err == nil
}

// A file is a file to be written.
type file struct {
	name string
	data []byte
}

// write writes the files, each whole or not at all, and returns the paths of
// those that it wrote.
func (d *directory) write(all []file) ([]string, error) {
	var written []string
	for _, f := range all {
		path := filepath.Join(d.path, f.name)
		if err := files.Replace(path, f.data); err != nil {
			err = fmt.Errorf("%s cannot be written: %w", path, err)
			if len(written) > 0 {
				err = fmt.Errorf("%w (written before: %s)", err, words.List(written, "and"))
			}
			return written, err
		}
		written = append(written, path)
	}
	return written, nil
}

package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Replace gives the file at path the content data in one step: on an error an
// older file stays as it was. A new file has the mode that umask leaves, an older
// one keeps its own, and a link goes on pointing to it. What is no file, such as a pipe or
// /dev/stdout, is written to. The error is without a path: see [Reason].
func Replace(path string, data []byte) error {
	if to, err := filepath.EvalSymlinks(path); err == nil {
		path = to
	}
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Reason(replace(path, data, nil))
	case err != nil:
		return Reason(err)
	case !info.Mode().IsRegular(): // a link to nothing yet is among these
		return Reason(writeTo(path, data))
	}
	mode := info.Mode().Perm()
	return Reason(replace(path, data, &mode))
}

// writeTo writes to what there is.
func writeTo(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o666)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

// replace renames a temporary file with the data to path; a mode of nil is that of
// a new file.
func replace(path string, data []byte, mode *fs.FileMode) (err error) {
	f, err := temporary(filepath.Dir(path))
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
	if mode != nil {
		if err := f.Chmod(*mode); err != nil {
			return err
		}
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// temporary makes a file in a directory with the mode that umask leaves, which
// os.CreateTemp does not.
func temporary(dir string) (*os.File, error) {
	f, err := os.CreateTemp(dir, ".chainrule-*")
	if err != nil {
		return nil, err
	}
	name := f.Name()
	if err := errors.Join(f.Close(), os.Remove(name)); err != nil {
		return nil, err
	}
	return os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
}

// Reason strips operation and path, which may be that of a temporary file, from
// an error of package os.
func Reason(err error) error {
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

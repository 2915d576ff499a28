package files

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// Replace gives the file at path the content data, as [Write] does.
func Replace(path string, data []byte) error {
	return Write(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// Write gives the file at path the content that a function writes, in one step: on an
// error, the function's too, an older file stays as it was, and when it returns the
// new one is on the disk. A new file has the mode that umask leaves, an older one
// keeps its own, and a link goes on pointing to it. What is no file, such as a pipe or
// /dev/stdout, is written to. The error is without a path: see [Reason].
//
// What programs that were killed left behind is removed from the folder by the next
// Write to it: at once where a lock tells it from what is still being written, else after an hour.
func Write(path string, write func(w io.Writer) error) error {
	if to, err := filepath.EvalSymlinks(path); err == nil {
		path = to
	}
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Reason(replace(path, write, nil))
	case err != nil:
		return Reason(err)
	case !info.Mode().IsRegular(): // a link to nothing yet is among these
		return Reason(writeTo(path, write))
	}
	mode := info.Mode().Perm()
	return Reason(replace(path, write, &mode))
}

// writeTo writes to what there is.
func writeTo(path string, write func(w io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o666)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

// replace renames a temporary file that is written to path; a mode of nil is that of
// a new file.
func replace(path string, write func(w io.Writer) error, mode *fs.FileMode) (err error) {
	dir := filepath.Dir(path)
	f, err := temporary(dir)
	if err != nil {
		return err
	}
	renamed := false
	defer func() {
		if !renamed { // a panic too
			f.Close() // at worst closed before
			os.Remove(f.Name())
		}
	}()
	if err := write(f); err != nil {
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
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	renamed = true
	removeLeft(dir, time.Now().Add(-time.Hour))
	return syncDir(dir)
}

// removeLeft removes temporary files that no process has locked, and others that nobody
// has written to since. Whatever cannot be removed stays.
func removeLeft(dir string, since time.Time) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		number, ok := strings.CutPrefix(e.Name(), temporaryPrefix)
		if !ok || strings.Trim(number, "0123456789") != "" || !e.Type().IsRegular() {
			continue
		}
		path := filepath.Join(dir, e.Name())
		if removeUnlocked(path) {
			continue
		}
		if info, err := e.Info(); err == nil && info.ModTime().Before(since) {
			os.Remove(path)
		}
	}
}

// temporaryPrefix stands before a number.
const temporaryPrefix = ".chainrule-"

// temporary makes a file in a directory with the mode that umask leaves, which
// os.CreateTemp does not, locked where there are locks.
func temporary(dir string) (*os.File, error) {
	for {
		f, err := os.CreateTemp(dir, temporaryPrefix+"*")
		if err != nil {
			return nil, err
		}
		name := f.Name()
		if err := errors.Join(f.Close(), os.Remove(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if f, err = os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666); err != nil {
			return nil, err
		}
		if lock(f) && named(f, name) {
			return f, nil
		}
		f.Close() // another's removeLeft was faster than the lock, and removes it
	}
}

// named reports whether an open file still has its name.
func named(f *os.File, name string) bool {
	open, err := f.Stat()
	if err != nil {
		return false
	}
	there, err := os.Lstat(name)
	return err == nil && os.SameFile(open, there)
}

// syncDir has the name of a new file reach the disk, where folders can be told to.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if errors.Is(err, fs.ErrPermission) { // a folder that may be written but not read
		return nil
	}
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
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

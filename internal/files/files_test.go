//go:build unix

package files

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"
)

func content(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func mode(t *testing.T, path string) fs.FileMode {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode()
}

// A new file obeys umask; an older one keeps its mode, and nothing is left beside.
func TestReplaceModes(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o027))
	dir := t.TempDir()
	path := filepath.Join(dir, "new")
	for _, want := range []fs.FileMode{0o640, 0o600} {
		if err := Replace(path, []byte("text")); err != nil {
			t.Fatal(err)
		}
		if got := mode(t, path); got != want || content(t, path) != "text" {
			t.Errorf("mode %v, %v expected; %q", got, want, content(t, path))
		}
		if err := os.Chmod(path, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("%v, %v: one file expected", entries, err)
	}
}

// A link stays one, whether there is something behind it or not yet.
func TestReplaceLinks(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"old", "missing"} {
		to, link := filepath.Join(dir, name), filepath.Join(dir, "link-"+name)
		if name == "old" {
			if err := os.WriteFile(to, []byte("old and longer"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Symlink(name, link); err != nil {
			t.Fatal(err)
		}
		if err := Replace(link, []byte("new")); err != nil {
			t.Fatal(err)
		}
		if mode(t, link)&fs.ModeSymlink == 0 || content(t, to) != "new" {
			t.Errorf("%s: %v, %q", name, mode(t, link), content(t, to))
		}
	}
}

// A pipe is written to and stays one.
func TestReplacePipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	r, err := os.OpenFile(path, os.O_RDWR, 0) // an end of both kinds waits for nobody
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := Replace(path, []byte("text")); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, 10)
	r.SetReadDeadline(time.Now().Add(time.Second))
	if n, err := r.Read(got); err != nil || string(got[:n]) != "text" {
		t.Errorf("%q, %v", got[:n], err)
	}
	if mode(t, path)&fs.ModeNamedPipe == 0 {
		t.Error("no pipe any more")
	}
}

// An error leaves the older file, and speaks of no temporary one.
func TestReplaceFails(t *testing.T) {
	dir := t.TempDir()
	err := Replace(filepath.Join(dir, "none", "file"), nil)
	if !errors.Is(err, fs.ErrNotExist) || err.Error() != "no such file or directory" {
		t.Errorf("%v", err)
	}
	if err := Replace(dir, nil); err == nil || err.Error() != "is a directory" {
		t.Errorf("%v", err)
	}
}

// A function that fails or panics leaves the older file and nothing beside it.
func TestWriteFails(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	if err := Replace(path, []byte("old")); err != nil {
		t.Fatal(err)
	}
	wrong := errors.New("wrong")
	err := Write(path, func(w io.Writer) error {
		if _, err := w.Write([]byte("new")); err != nil {
			t.Error(err)
		}
		return wrong
	})
	if err != wrong || content(t, path) != "old" {
		t.Errorf("error %v, %q", err, content(t, path))
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic is gone")
			}
		}()
		Write(path, func(io.Writer) error { panic("wrong") })
	}()
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 || content(t, path) != "old" {
		t.Errorf("%v, %v: one file expected", entries, err)
	}
}

// What nobody is writing is removed, what was left an hour ago too, and nothing else.
func TestLeftOver(t *testing.T) {
	dir := t.TempDir()
	old := time.Now().Add(-2 * time.Hour)
	for name, when := range map[string]time.Time{
		".chainrule-123": old, ".chainrule-124": time.Now(), ".chainrule-notes": old, "chainrule-125": old,
	} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.WriteFile(path, nil, 0o600), os.Chtimes(path, when, when)); err != nil {
			t.Fatal(err)
		}
	}
	writing, err := temporary(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer writing.Close()
	if err := errors.Join(os.Mkdir(filepath.Join(dir, ".chainrule-126"), 0o700), os.Chtimes(filepath.Join(dir, ".chainrule-126"), old, old),
		Replace(filepath.Join(dir, "new"), nil)); err != nil {
		t.Fatal(err)
	}
	var names []string
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	want := []string{".chainrule-126", ".chainrule-notes", filepath.Base(writing.Name()), "chainrule-125", "new"}
	if slices.Sort(want); !slices.Equal(names, want) {
		t.Errorf("%v, %v expected", names, want)
	}
}

//go:build unix

package modelfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"reflect"
	"syscall"
	"testing"

	"chainrule/internal/files"
)

// changed is another file than model, of the same length.
func changed() *File {
	f := model()
	f.Tensors[0].Data.([]float32)[0] = 77
	return f
}

// save writes a file in place of an older one.
func save(path string, f *File, wrap func(io.Writer) io.Writer) error {
	return files.Write(path, func(w io.Writer) error { return Write(wrap(w), f) })
}

func plain(w io.Writer) io.Writer { return w }

// checkOld reports unless the old file can be loaded and nothing lies beside it.
func checkOld(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	f, err := Read(bytes.NewReader(data))
	if err != nil || !reflect.DeepEqual(f, model()) {
		return fmt.Errorf("%+v, error %v: the old file expected", f, err)
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		return fmt.Errorf("%v, error %v: one file expected", entries, err)
	}
	return nil
}

// failing passes so many calls on, and writes half of the one after them.
type failing struct {
	io.Writer
	calls int
}

var errFull = errors.New("full")

func (f *failing) Write(p []byte) (int, error) {
	if f.calls--; f.calls >= 0 {
		return f.Writer.Write(p)
	}
	n, err := f.Writer.Write(p[:len(p)/2])
	return n, errors.Join(errFull, err)
}

// Whichever call of the writer fails, the old file stays.
func TestFailingWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model")
	if err := save(path, model(), plain); err != nil {
		t.Fatal(err)
	}
	calls := 0
	for ; ; calls++ {
		err := save(path, changed(), func(w io.Writer) io.Writer { return &failing{w, calls} })
		if err == nil {
			break
		}
		if old := checkOld(path); !errors.Is(err, errFull) || old != nil {
			t.Fatalf("call %d: error %v; %v", calls, err, old)
		}
	}
	data, err := os.ReadFile(path)
	if f, _ := Read(bytes.NewReader(data)); err != nil || calls < 2 || !reflect.DeepEqual(f, changed()) {
		t.Errorf("%d calls, error %v, %+v", calls, err, f)
	}
}

// Wherever the disk is full, here by a limit of the size of files at every byte, the old
// file stays.
func TestFullDisk(t *testing.T) {
	const in = "CHAINRULE_TEST_FULL_DISK"
	if path := os.Getenv(in); path != "" {
		signal.Ignore(syscall.SIGXFSZ)
		for n := range len(write(t, changed())) {
			if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: uint64(n), Max: 1 << 30}); err != nil {
				fmt.Println(err)
				os.Exit(1)
			}
			err := save(path, changed(), plain)
			if old := checkOld(path); !errors.Is(err, syscall.EFBIG) || old != nil {
				fmt.Printf("%d bytes: error %v; %v\n", n, err, old)
				os.Exit(1)
			}
		}
		os.Exit(0)
	}
	path := filepath.Join(t.TempDir(), "model")
	if err := save(path, model(), plain); err != nil {
		t.Fatal(err)
	}
	self := exec.Command(os.Args[0], "-test.run=^TestFullDisk$")
	self.Env = append(os.Environ(), in+"="+path)
	if out, err := self.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

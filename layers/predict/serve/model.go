package serve

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"chainrule/internal/answer"
	"chainrule/internal/modelfile"
	"chainrule/internal/schema"
	"chainrule/layers/predict"
)

// A served is a model with what requests need of it.
type served struct {
	model   *predict.Model
	form    *answer.Form
	columns []schema.Column
	index   map[string]int // of each column by its name
	first   []int          // input of each column
	info    []byte         // as JSON
}

func newServed(m *predict.Model) (*served, error) {
	if m.Inputs() == 0 {
		return nil, errors.New("serve: there is no model")
	}
	data := m.Schema()
	s := &served{model: m, columns: data.Columns, index: map[string]int{}}
	var err error
	if s.form, err = answer.New(m); err != nil {
		return nil, fmt.Errorf("serve: %w", err)
	}
	at := 0
	for i, c := range s.columns {
		s.index[c.Name] = i
		s.first = append(s.first, at)
		at += c.Inputs()
	}
	return s, s.describe(modelfile.Describe(m.Settings(), data))
}

// describe sets the answer about the model.
func (s *served) describe(i *modelfile.Inspection) (err error) {
	s.info, err = json.MarshalIndent(i, "", "  ")
	s.info = append(s.info, '\n')
	return err
}

// A stamp tells files apart that have had one path. A file that a rename has put there is
// another one, whatever its time and size.
type stamp struct {
	info fs.FileInfo
	err  string // in place of info
}

func (a stamp) same(b stamp) bool {
	if a.info == nil || b.info == nil {
		return a.info == nil && b.info == nil && a.err == b.err
	}
	return os.SameFile(a.info, b.info) && a.info.ModTime().Equal(b.info.ModTime()) && a.info.Size() == b.info.Size()
}

func stampOf(info fs.FileInfo, err error) stamp {
	if err != nil {
		return stamp{err: err.Error()}
	}
	return stamp{info: info}
}

// changed reports whether the file is another one than that read last.
func (h *Handler) changed() bool {
	h.reading.Lock()
	defer h.reading.Unlock()
	return !h.seen.same(stampOf(os.Stat(h.path)))
}

// Reload reads the file again and serves its model from the next request on; those under way
// end with the one that they began with. On an error the old model stays. A new file is best
// written beside the old one and renamed, as layers.SaveFile does; one that is written in place
// is an error until it is whole.
func (h *Handler) Reload() error {
	if h == nil {
		return errBare
	}
	if h.path == "" {
		return errors.New("serve: the model is of no file, so none can be read again")
	}
	h.reading.Lock()
	defer h.reading.Unlock()
	s, seen, err := load(h.path)
	h.seen = seen
	h.metrics.loaded(err == nil)
	if err != nil {
		return fmt.Errorf("%s: %w", h.path, err)
	}
	h.current.Store(s)
	return nil
}

// load reads the model of a file. The stamp is that of the file before it was read, so that
// what is written to it meanwhile makes another one.
func load(path string) (*served, stamp, error) {
	info, err := os.Stat(path)
	seen := stampOf(info, err)
	if err == nil && !info.Mode().IsRegular() { // to open a pipe might wait for ever
		err = errors.New("a file of a model expected, this is a directory or a device")
	}
	if err != nil {
		return nil, seen, reason(err)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, seen, reason(err)
	}
	defer f.Close()
	if info, err = f.Stat(); err != nil {
		return nil, seen, reason(err)
	}
	seen = stampOf(info, nil)
	in, err := modelfile.Inspect(f, info.Size())
	if err != nil {
		return nil, seen, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, seen, reason(err)
	}
	file, err := modelfile.ReadModel(f)
	if err != nil {
		return nil, seen, err
	}
	m, err := predict.New(file)
	if err != nil {
		return nil, seen, err
	}
	s, err := newServed(m)
	if err != nil {
		return nil, seen, err
	}
	return s, seen, s.describe(in)
}

// reason strips the path from an error of package os.
func reason(err error) error {
	var of *fs.PathError
	if errors.As(err, &of) {
		return of.Err
	}
	return err
}

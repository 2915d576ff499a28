package serve

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A job is a prediction under way, in memory that the next one uses again.
type job struct {
	*served
	body    bytes.Buffer
	x       []float64 // inputs of the examples that wait
	outputs []float64 // of those before
	out     []byte
	seen    []int // by column, the row that had it last, from 1

	rows    int // in x and in outputs together
	waiting int // in x
	most    int // rows
	end     time.Time
}

// kept is how many bytes of buffers wait for the next request.
const kept = 1 << 20

// predict answers a request for predictions and returns the status.
func (h *Handler) predict(w http.ResponseWriter, r *http.Request) int {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return problemf(http.StatusMethodNotAllowed, "/predict takes POST, %s given", shortened(r.Method)).write(w)
	}
	from, wrong := bodyType(r)
	if wrong != nil {
		return wrong.write(w)
	}
	to, wrong := answerType(r)
	if wrong != nil {
		return wrong.write(w)
	}
	j, _ := h.jobs.Get().(*job)
	if j == nil {
		j = &job{}
	}
	defer h.release(j)
	j.begin(h.current.Load(), h)
	err := h.read(j, w, r)
	if err == nil && from == csvType {
		err = j.readCSV()
	} else if err == nil {
		err = j.readJSON()
	}
	if err == nil {
		err = j.flush()
	}
	if err == nil {
		err = j.write(to)
	}
	if err != nil {
		if !errors.As(err, &wrong) {
			wrong = badf("%s", err)
		}
		return wrong.write(w)
	}
	h.metrics.examples.Add(int64(j.rows))
	w.Header().Set("Content-Length", strconv.Itoa(len(j.out)))
	return send(w, http.StatusOK, to, j.out)
}

// begin makes a job ready for a request.
func (j *job) begin(s *served, h *Handler) {
	j.served = s
	j.body.Reset()
	j.x, j.outputs, j.out = j.x[:0], j.outputs[:0], j.out[:0]
	j.rows, j.waiting, j.most = 0, 0, h.maxRows(s.model.Outputs())
	j.seen = slices.Grow(j.seen[:0], len(s.columns))[:len(s.columns)]
	clear(j.seen)
	j.end = time.Now().Add(h.timeout())
}

// release keeps the memory of a job for the next one, unless it is large.
func (h *Handler) release(j *job) {
	j.served = nil
	if j.body.Cap()+8*cap(j.x)+8*cap(j.outputs)+cap(j.out) <= kept {
		h.jobs.Put(j)
	}
}

// read reads the body.
func (h *Handler) read(j *job, w http.ResponseWriter, r *http.Request) error {
	most := h.maxBytes()
	if r.ContentLength > most {
		return tooLarge(most)
	}
	control := http.NewResponseController(w)
	limited := control.SetReadDeadline(j.end) == nil // a recorder of tests has no deadline
	_, err := j.body.ReadFrom(http.MaxBytesReader(w, r.Body, most))
	if limited && err == nil { // else the server waits for what it throws away
		control.SetReadDeadline(time.Time{})
	}
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return tooLarge(most)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return problemf(http.StatusRequestTimeout, "the body did not come within %v", h.timeout())
	case errors.Is(err, io.ErrUnexpectedEOF):
		return badf("the body ends early")
	case err != nil:
		return badf("the body cannot be read: %v", err)
	case j.body.Len() == 0:
		return badf("the body is empty, examples expected")
	}
	return nil
}

func tooLarge(most int64) *problem {
	return problemf(http.StatusRequestEntityTooLarge, "the body has more than %d bytes, which is the limit", most)
}

// block is how many inputs wait at most, so that a short body cannot take much memory.
const block = 1 << 16

// row returns room for the inputs of the next example, which hold anything.
func (j *job) row() ([]float64, error) {
	n := j.model.Inputs()
	if j.rows == j.most {
		return nil, problemf(http.StatusRequestEntityTooLarge, "more than %d examples given, which is the limit", j.most)
	}
	if j.waiting > 0 && len(j.x)+n > block {
		if err := j.flush(); err != nil {
			return nil, err
		}
	}
	j.rows++
	j.waiting++
	j.x = slices.Grow(j.x, n)[:len(j.x)+n]
	return j.x[len(j.x)-n:], nil
}

// flush predicts for the examples that wait.
func (j *job) flush() error {
	if time.Now().After(j.end) {
		return problemf(http.StatusServiceUnavailable, "the prediction took too long; fewer examples expected")
	}
	n := j.waiting * j.model.Outputs()
	j.outputs = slices.Grow(j.outputs, n)[:len(j.outputs)+n]
	if err := j.model.Predict(j.outputs[len(j.outputs)-n:], j.x); err != nil {
		return j.unpredictable(err)
	}
	j.x, j.waiting = j.x[:0], 0
	return nil
}

// unpredictable finds the row that the model has an error for.
func (j *job) unpredictable(err error) error {
	n, at := j.model.Inputs(), j.rows-j.waiting
	for k := range j.waiting {
		if one := j.model.Predict(j.outputs[:j.model.Outputs()], j.x[k*n:][:n]); one != nil {
			at, err = at+k+1, one
			break
		}
	}
	text := strings.Replace(strings.TrimPrefix(err.Error(), "predict: "), " of example 0, both from 0, is", ", counted from 0, is", 1)
	p := problemf(http.StatusUnprocessableEntity, "row %d: %s", at, text)
	p.Row = at
	return p
}

// write makes the answer.
func (j *job) write(contentType string) (err error) {
	if contentType == csvType {
		j.out, err = j.form.CSV(j.form.Header(j.out, true), j.outputs, true)
		return err
	}
	j.out = append(j.out, `{"predictions":[`...)
	if j.out, err = j.form.JSON(j.out, j.outputs); err != nil {
		return err
	}
	j.out = append(j.out, "]}\n"...)
	return nil
}

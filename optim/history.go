package optim

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
)

// History is what became of a training, one Record after another.
type History []Record

// Names returns the names of the metrics, in order.
func (h History) Names() []string {
	if len(h) == 0 {
		return nil
	}
	names := make([]string, len(h[0].Metrics))
	for i, m := range h[0].Metrics {
		names[i] = m.Name
	}
	return names
}

// Metric returns the values of a metric of that name, one for each record; the cost
// of the epochs themselves is called "cost", unless a metric is. It returns nil if
// there is no such metric.
func (h History) Metric(name string) []float64 {
	var values []float64
	for _, r := range h {
		for _, m := range r.Metrics {
			if m.Name == name {
				values = append(values, m.Value)
			}
		}
	}
	if values == nil && name == costName {
		for _, r := range h {
			values = append(values, r.Cost)
		}
	}
	return values
}

// costName is what the cost of the epochs is called beside the metrics.
const costName = "cost"

// Best returns the best record, or false if there is none.
func (h History) Best() (Record, bool) {
	for i := len(h) - 1; i >= 0; i-- {
		if h[i].Best {
			return h[i], true
		}
	}
	return Record{}, false
}

// WriteCSV writes a line for each record: epoch, step, rate, cost and the metrics, under a
// header with their names; a metric that has one of the four names is called metric cost
// there. Numbers have as many digits as they need to be read back as they are.
func (h History) WriteCSV(w io.Writer) error {
	if w == nil {
		return errNoWriter
	}
	c := csv.NewWriter(w)
	columns := []string{"epoch", "step", "rate", costName}
	for _, name := range h.Names() {
		for slices.Contains(columns, name) {
			name = "metric " + name
		}
		columns = append(columns, name)
	}
	c.Write(columns) // its error is kept
	for _, r := range h {
		row := []string{strconv.Itoa(r.Epoch), strconv.Itoa(r.Step), digits(r.Rate), digits(r.Cost)}
		for _, m := range r.Metrics {
			row = append(row, digits(m.Value))
		}
		c.Write(row)
	}
	c.Flush()
	return c.Error()
}

var errNoWriter = errors.New("optim: the writer is nil")

func digits(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

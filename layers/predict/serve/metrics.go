package serve

import (
	"fmt"
	"strconv"
	"sync/atomic"
	"time"
)

// seconds are the bounds of the histogram, each above those before.
var seconds = [...]float64{25e-6, 50e-6, 1e-4, 25e-5, 5e-4, 1e-3, 25e-4, 5e-3, 1e-2, 25e-3, 5e-2, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}

// metrics counts what has happened.
type metrics struct {
	codes    [600]atomic.Int64 // answers by status
	examples atomic.Int64
	buckets  [len(seconds) + 1]atomic.Int64 // of predictions, by the first bound that is not below
	nanos    atomic.Int64                   // sum of them
	loads    [2]atomic.Int64                // files that failed, and those that did not
	newest   atomic.Int64                   // when the model was loaded, in Unix seconds
}

func (m *metrics) answered(status int) { m.codes[status].Add(1) }

func (m *metrics) took(d time.Duration) {
	k := 0
	for k < len(seconds) && d.Seconds() > seconds[k] {
		k++
	}
	m.buckets[k].Add(1)
	m.nanos.Add(int64(d))
}

func (m *metrics) loaded(well bool) {
	if !well {
		m.loads[0].Add(1)
		return
	}
	m.loads[1].Add(1)
	m.newest.Store(time.Now().Unix())
}

// text returns the counts in the text format of Prometheus, version 0.0.4, as in
// https://prometheus.io/docs/instrumenting/exposition_formats/.
func (m *metrics) text() []byte {
	var b []byte
	head := func(name, kind, help string) {
		b = fmt.Appendf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
	}
	head("chainrule_requests_total", "counter", "Requests answered, by status.")
	for code := range m.codes {
		if n := m.codes[code].Load(); n > 0 {
			b = fmt.Appendf(b, "chainrule_requests_total{code=\"%d\"} %d\n", code, n)
		}
	}
	head("chainrule_examples_total", "counter", "Examples predicted for.")
	b = fmt.Appendf(b, "chainrule_examples_total %d\n", m.examples.Load())
	head("chainrule_model_loads_total", "counter", "Model files read, by result.")
	b = fmt.Appendf(b, "chainrule_model_loads_total{result=\"ok\"} %d\n", m.loads[1].Load())
	b = fmt.Appendf(b, "chainrule_model_loads_total{result=\"failed\"} %d\n", m.loads[0].Load())
	head("chainrule_model_loaded_timestamp_seconds", "gauge", "When the file of the served model was read; 0 if it is of none.")
	b = fmt.Appendf(b, "chainrule_model_loaded_timestamp_seconds %d\n", m.newest.Load())

	const name = "chainrule_predict_seconds"
	head(name, "histogram", "Time of a prediction, from the header of the request to the end of the answer.")
	sum := int64(0)
	for k := range m.buckets {
		bound := "+Inf"
		if k < len(seconds) {
			bound = strconv.FormatFloat(seconds[k], 'g', -1, 64)
		}
		sum += m.buckets[k].Load()
		b = fmt.Appendf(b, "%s_bucket{le=%q} %d\n", name, bound, sum)
	}
	b = fmt.Appendf(b, "%s_sum %g\n", name, time.Duration(m.nanos.Load()).Seconds())
	return fmt.Appendf(b, "%s_count %d\n", name, sum)
}

package main

import (
	"encoding/json"
	"fmt"
	"math"

	"chainrule/internal/schema"
	"chainrule/layers/predict"
	"chainrule/losses/metrics"
)

// A figure is a number that JSON may not have.
type figure float64

func (f figure) MarshalJSON() ([]byte, error) {
	switch v := float64(f); {
	case math.IsNaN(v):
		return []byte("null"), nil
	case math.IsInf(v, 0):
		return []byte(`"Infinity"`), nil
	default:
		return json.Marshal(v)
	}
}

// An evaluation is how good a model is, and its own JSON.
type evaluation struct {
	Model    string `json:"model"`
	Data     string `json:"data"`
	Task     string `json:"task"` // classify or regress
	Examples int    `json:"examples"`

	// Of classes:
	Accuracy    *figure        `json:"accuracy,omitempty"`
	TopK        *topK          `json:"top_k,omitempty"`          // of more than two classes
	ROCAUC      *figure        `json:"roc_auc,omitempty"`        // of two
	ROCWithin   *figure        `json:"roc_auc_within,omitempty"` // how far that may be off, where it is not exact
	LogLoss     *figure        `json:"log_loss,omitempty"`
	Brier       *figure        `json:"brier,omitempty"`
	Calibration *figure        `json:"expected_calibration_error,omitempty"`
	Macro       *averages      `json:"macro,omitempty"` // means over the classes that occur
	Weighted    *averages      `json:"weighted,omitempty"`
	Classes     []classScore   `json:"classes,omitempty"`
	Confusion   [][]int        `json:"confusion,omitempty"` // a row for each of Classes, a column for each prediction
	Targets     []numberScores `json:"targets,omitempty"`   // of numbers

	// Of one number alone, what Targets has too.
	RMSE *figure `json:"rmse,omitempty"`
	MAE  *figure `json:"mae,omitempty"`
	R2   *figure `json:"r2,omitempty"`

	Files []string `json:"files,omitempty"`

	classes *classMeasures
	numbers *numberMeasures
}

type topK struct {
	K     int    `json:"k"`
	Share figure `json:"accuracy"`
}

type averages struct {
	Precision figure `json:"precision"`
	Recall    figure `json:"recall"`
	F1        figure `json:"f1"`
}

type classScore struct {
	Class string `json:"class"`
	averages
	Examples int `json:"examples"`
}

type numberScores struct {
	Name string `json:"name"`
	RMSE figure `json:"rmse"`
	MAE  figure `json:"mae"`
	R2   figure `json:"r2"`
}

// newEvaluation returns one without examples.
func newEvaluation(m *predict.Model) *evaluation {
	s := m.Schema()
	e := &evaluation{Task: s.Task}
	if s.Task == schema.Classify {
		e.classes = &classMeasures{names: s.Classes, exact: mostExact, top: metrics.TopK{K: min(5, len(s.Classes)-1)}}
		return e
	}
	e.numbers = &numberMeasures{names: s.Targets, of: make([]numberMeasure, len(s.Targets))}
	return e
}

// classMeasures takes predictions of classes.
type classMeasures struct {
	names       []string
	confusion   metrics.Confusion
	top         metrics.TopK
	roc         metrics.ROC       // of two classes, as long as there are no more examples than exact
	stream      metrics.StreamROC // the same in bounded memory
	exact       int
	seen        int
	logLoss     metrics.LogLoss
	brier       metrics.Brier
	calibration metrics.Calibration
	apart       bool // outputs whose sum is not 1: probabilities of one class at a time
}

func (c *classMeasures) add(p []float64, class int) error {
	if err := c.confusion.Add(p, class); err != nil {
		return err
	}
	if len(c.names) > 2 {
		if err := c.top.Add(p, class); err != nil {
			return err
		}
	}
	sum := 0.0
	for _, v := range p {
		sum += v
	}
	if len(p) > 1 && math.Abs(sum-1) > 1e-4 {
		c.apart = true // of a sigmoid for each class; its log loss would be that of nothing
		return nil
	}
	predicted, err := metrics.Class(p)
	if err != nil {
		return err
	}
	if err := c.logLoss.Add(p, class); err != nil {
		return err
	}
	if err := c.brier.Add(p, class); err != nil {
		return err
	}
	if len(c.names) > 2 {
		return c.calibration.Add(min(1, p[predicted]), predicted == class)
	}
	positive := p[len(p)-1]
	if err := c.addROC(positive, class == 1); err != nil {
		return err
	}
	return c.calibration.Add(min(1, positive), class == 1)
}

// mostExact is how many examples the ROC curve is exact for, which takes 16 bytes for each.
const mostExact = 1 << 20

func (c *classMeasures) addROC(p float64, positive bool) error {
	if err := c.stream.Add(min(1, p), positive); err != nil {
		return err
	}
	switch c.seen++; {
	case c.seen <= c.exact:
		return c.roc.Add(p, positive)
	case c.seen == c.exact+1:
		c.roc = metrics.ROC{}
	}
	return nil
}

// curve returns the points of the ROC curve, some of them where there are many examples.
func (c *classMeasures) curve() []metrics.Point {
	if c.seen > c.exact {
		return c.stream.Curve()
	}
	return c.roc.Curve()
}

// numberMeasures takes predictions of numbers.
type numberMeasures struct {
	names []string
	of    []numberMeasure
}

// A numberMeasure is of one number, with some of its examples for a picture.
type numberMeasure struct {
	squared   metrics.SquaredError
	absolute  metrics.AbsoluteError
	r2        metrics.R2
	truth     []float64
	predicted []float64
	seen      int
	every     int // how many examples there are to one that is drawn; 0 is 1
}

func (n *numberMeasures) add(outputs, targets []float64) error {
	for k := range n.of {
		if err := n.of[k].add(outputs[k], targets[k]); err != nil {
			return fmt.Errorf("%s: %w", schema.Plain(n.names[k]), err)
		}
	}
	return nil
}

// mostDrawn is how many examples a picture shows at most.
const mostDrawn = 1000

func (m *numberMeasure) add(prediction, target float64) error {
	if err := m.squared.Add(prediction, target); err != nil {
		return err
	}
	if err := m.absolute.Add(prediction, target); err != nil {
		return err
	}
	if err := m.r2.Add(prediction, target); err != nil {
		return err
	}
	m.every = max(m.every, 1)
	if m.seen%m.every == 0 {
		m.truth, m.predicted = append(m.truth, target), append(m.predicted, prediction)
	}
	m.seen++
	if len(m.truth) > mostDrawn { // every second one goes
		half := (len(m.truth) + 1) / 2
		for i := range half {
			m.truth[i], m.predicted[i] = m.truth[2*i], m.predicted[2*i]
		}
		m.truth, m.predicted, m.every = m.truth[:half], m.predicted[:half], 2*m.every
	}
	return nil
}

func ptr(v float64) *figure {
	f := figure(v)
	return &f
}

func averagesOf(a metrics.Averages) *averages {
	return &averages{figure(a.Precision), figure(a.Recall), figure(a.F1)}
}

// finish sets the results.
func (e *evaluation) finish() {
	if e.numbers != nil {
		for k := range e.numbers.of {
			m := &e.numbers.of[k]
			e.Targets = append(e.Targets, numberScores{e.numbers.names[k], figure(m.squared.Root()), figure(m.absolute.Value()), figure(m.r2.Value())})
		}
		if len(e.Targets) == 1 {
			t := e.Targets[0]
			e.RMSE, e.MAE, e.R2 = &t.RMSE, &t.MAE, &t.R2
		}
		return
	}
	c := e.classes
	e.Accuracy = ptr(c.confusion.Accuracy())
	if !c.apart {
		e.LogLoss, e.Brier, e.Calibration = ptr(c.logLoss.Value()), ptr(c.brier.Value()), ptr(c.calibration.ExpectedError())
	}
	if len(c.names) > 2 {
		e.TopK = &topK{c.top.K, figure(c.top.Value())}
	} else if !c.apart && c.seen > c.exact {
		area, within := c.stream.AUC()
		e.ROCAUC, e.ROCWithin = ptr(area), ptr(within)
	} else if !c.apart {
		e.ROCAUC = ptr(c.roc.AUC())
	}
	e.Macro, e.Weighted = averagesOf(c.confusion.Macro()), averagesOf(c.confusion.Weighted())
	for k, name := range c.names {
		e.Classes = append(e.Classes, classScore{name, averages{figure(c.confusion.Precision(k)), figure(c.confusion.Recall(k)), figure(c.confusion.F1(k))},
			c.confusion.Support(k)})
		row := make([]int, len(c.names))
		for of := range row {
			row[of] = c.confusion.Count(k, of)
		}
		e.Confusion = append(e.Confusion, row)
	}
}

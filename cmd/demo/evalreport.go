package main

import (
	"encoding/json"
	"fmt"
	"math"

	"chainrule/cmd/demo/internal/terminal"
	"chainrule/internal/plotting"
	"chainrule/internal/schema"
	"chainrule/internal/words"
)

// The pictures of demo eval.
const (
	confusionName   = "confusion.png"
	rocName         = "roc.png"
	calibrationName = "calibration.png"
)

// predictedNameOf is the picture of a number, of which there are so many.
func predictedNameOf(k, of int) string {
	if of == 1 {
		return predictedName
	}
	return fmt.Sprintf("predicted-%d.png", k+1)
}

// pictureNames returns the files that there may be.
func (e *evaluation) pictureNames() []string {
	if e.classes != nil {
		return []string{confusionName, rocName, calibrationName}
	}
	var names []string
	for k := range e.numbers.of {
		names = append(names, predictedNameOf(k, len(e.numbers.of)))
	}
	return names
}

// pictures draws what there is to draw: no curve without examples of both classes.
func (e *evaluation) pictures() ([]file, error) {
	var list []file
	add := func(name string, p plotting.Picture) error {
		data, err := encode(p, nil)
		list = append(list, file{name, data})
		return err
	}
	if e.numbers != nil {
		for k := range e.numbers.of {
			if err := add(predictedNameOf(k, len(e.numbers.of)), e.scatter(k)); err != nil {
				return nil, err
			}
		}
		return list, nil
	}
	c := e.classes
	if err := add(confusionName, plotting.Confusion{Title: "What examples of each class were taken for", Classes: c.names, Counts: e.Confusion}); err != nil {
		return nil, err
	}
	if curve := c.curve(); curve != nil {
		l := plotting.Line{Name: fmt.Sprintf("area %.4f", float64(*e.ROCAUC))}
		for _, p := range curve {
			l.X, l.Y = append(l.X, p.FalsePositive), append(l.Y, p.TruePositive)
		}
		if err := add(rocName, plotting.Chart{Title: "ROC curve of " + c.names[1], XLabel: "false positive rate", YLabel: "true positive rate",
			Lines: []plotting.Line{l, diagonal(0, 1, "by chance")}}); err != nil {
			return nil, err
		}
	}
	if c.apart {
		return list, nil
	}
	l := plotting.Line{Dots: true, Name: "the network"}
	for _, bin := range c.calibration.Table() {
		if bin.Count > 0 {
			l.X, l.Y = append(l.X, bin.Mean), append(l.Y, bin.Positive)
		}
	}
	title, y := "How probable "+c.names[len(c.names)-1]+" was, and how often it was so", "share of such examples"
	if len(c.names) > 2 {
		title, y = "How probable the likeliest class was, and how often it was right", "share that was right"
	}
	err := add(calibrationName, plotting.Chart{Title: title, XLabel: "mean probability", YLabel: y, Lines: []plotting.Line{l, diagonal(0, 1, "as it should be")}})
	return list, err
}

// diagonal is the line of equal x and y.
func diagonal(lo, hi float64, name string) plotting.Line {
	return plotting.Line{Name: name, X: []float64{lo, hi}, Y: []float64{lo, hi}}
}

// scatter draws predicted against true numbers.
func (e *evaluation) scatter(k int) plotting.Picture {
	m := &e.numbers.of[k]
	lo, hi := math.Inf(1), math.Inf(-1)
	for i := range m.truth {
		lo, hi = min(lo, m.truth[i], m.predicted[i]), max(hi, m.truth[i], m.predicted[i])
	}
	name := e.numbers.names[k]
	return plotting.Chart{Title: name + ", predicted against true", XLabel: "true " + name, YLabel: "predicted " + name,
		Lines: []plotting.Line{{Name: "examples", X: m.truth, Y: m.predicted, NoLine: true, Dots: true}, diagonal(lo, hi, "as it should be")}}
}

func (e *evaluation) writeJSON(out *terminal.Writer) {
	text, err := json.Marshal(e)
	if err != nil {
		out.Fail(err)
		return
	}
	out.Print(string(text) + "\n")
}

// writeText writes the results as tables.
func (e *evaluation) writeText(out *terminal.Writer) {
	out.Text("%s, judged by %s of %s:", e.Model, words.Count(e.Examples, "example"), e.Data)
	out.Print("\n")
	if e.numbers != nil {
		var rows [][]string
		for _, t := range e.Targets {
			rows = append(rows, []string{schema.Plain(t.Name), digits(t.RMSE), digits(t.MAE), digits(t.R2)})
		}
		out.Print(terminal.Table{Header: []string{"number", "RMSE", "MAE", "R²"}, Rows: rows, Right: []bool{false, true, true, true}, Ruled: true}.Text(out.Width))
		e.writeFiles(out)
		return
	}
	rows := [][]string{{"accuracy", words.Percent(float64(*e.Accuracy))}}
	if e.TopK != nil {
		rows = append(rows, []string{fmt.Sprintf("among the %d likeliest", e.TopK.K), words.Percent(float64(e.TopK.Share))})
	}
	for _, f := range []struct {
		name string
		of   *figure
	}{{"area under the ROC curve", e.ROCAUC}, {"log loss", e.LogLoss}, {"Brier score", e.Brier}, {"error of calibration", e.Calibration}} {
		if f.of == nil {
			continue
		}
		text := digits(*f.of)
		if f.of == e.ROCAUC && e.ROCWithin != nil {
			text += fmt.Sprintf(" ± %.1g", float64(*e.ROCWithin))
		}
		rows = append(rows, []string{f.name, text})
	}
	out.Table(rows)
	out.Print("\n")
	rows = nil
	for _, c := range e.Classes {
		rows = append(rows, classRow(schema.Plain(c.Class), c.averages, c.Examples))
	}
	rows = append(rows, classRow("mean of classes", *e.Macro, e.Examples))
	out.Print(terminal.Table{Header: []string{"class", "precision", "recall", "F1", "examples"}, Rows: rows,
		Right: []bool{false, true, true, true, true}, Ruled: true}.Text(out.Width))
	e.writeConfusion(out)
	e.writeFiles(out)
}

func classRow(name string, a averages, examples int) []string {
	return []string{name, share(a.Precision), share(a.Recall), share(a.F1), fmt.Sprint(examples)}
}

// writeConfusion writes the confusion matrix, or where there is no room for it says
// where it is.
func (e *evaluation) writeConfusion(out *terminal.Writer) {
	head := []string{"class \\ taken for"}
	var rows [][]string
	for k, c := range e.Classes {
		head = append(head, schema.Plain(c.Class))
		row := []string{schema.Plain(c.Class)}
		for _, n := range e.Confusion[k] {
			row = append(row, fmt.Sprint(n))
		}
		rows = append(rows, row)
	}
	all := append([][]string{head}, rows...)
	out.Print("\n")
	if width := terminal.TableWidth(all); width > out.Width {
		out.Text("No confusion matrix: it takes %d columns of the terminal; it is in %s of --out and in --json.", width, confusionName)
		return
	}
	right := make([]bool, len(head))
	for i := range right {
		right[i] = i > 0
	}
	out.Print(terminal.Table{Header: head, Rows: rows, Right: right, Ruled: true}.Text(out.Width))
}

func (e *evaluation) writeFiles(out *terminal.Writer) {
	if len(e.Files) > 0 {
		out.Print("\n")
		out.Text("Drawn: %s", words.List(e.Files, "and"))
	}
}

// share writes a number from 0 to 1 of a column of them.
func share(f figure) string {
	if v := float64(f); !math.IsNaN(v) {
		return fmt.Sprintf("%.4f", v)
	}
	return digits(f)
}

// digits writes a result.
func digits(f figure) string {
	switch v := float64(f); {
	case math.IsNaN(v):
		return "–"
	case math.IsInf(v, 0):
		return "∞"
	default:
		return fmt.Sprintf("%.4g", v)
	}
}

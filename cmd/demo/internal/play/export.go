package play

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"slices"
	"strconv"

	"chainrule/graph"
	"chainrule/graph/explain"
	"chainrule/internal/modelfile"
	"chainrule/internal/npz"
	"chainrule/internal/words"
	"chainrule/optim"
)

// exportRequest asks for a run as a file.
type exportRequest struct {
	Run    int    `json:"run"`
	Format string `json:"format"`
	Steps  int    `json:"steps"` // that a program takes; 0 is 1
}

// An exported file.
type exported struct {
	Name string `json:"name"`
	Mime string `json:"mime"`
	Data []byte `json:"base64"`
}

// An exporter writes a run as a file.
type exporter struct {
	format, file, mime string
	write              func(r *run, w io.Writer, steps int) error
	right              bool // it writes the right step, which a run with a mistake does not take
}

// exporters are what there is.
func exporters() []exporter {
	program := func(language explain.Language) func(r *run, w io.Writer, steps int) error {
		return func(r *run, w io.Writer, steps int) error { return r.writeProgram(w, language, steps) }
	}
	return []exporter{
		{"experiment", "experiment.json", "application/json", (*run).writeExperiment, false},
		{"model", "model.safetensors", "application/octet-stream", (*run).writeModel, false},
		{"npz", "weights.npz", "application/octet-stream", (*run).writeNPZ, false},
		{"csv", "history.csv", "text/csv", (*run).writeHistory, false},
		{"latex", "derivation.tex", "application/x-tex", (*run).writeLaTeX, true},
		{string(explain.NumPy), "network.py", "text/x-python", program(explain.NumPy), true},
		{string(explain.Go), "network.go", "text/x-go", program(explain.Go), true},
		{string(explain.GoLoops), "network.go", "text/x-go", program(explain.GoLoops), true},
	}
}

// mostProgramSteps is how many steps a program may take.
const mostProgramSteps = 1_000_000

func (s *Session) export(r exportRequest) (any, error) {
	run, _, err := s.runOf(r.Run, "")
	if err != nil {
		return nil, err
	}
	all := exporters()
	at := slices.IndexFunc(all, func(x exporter) bool { return x.format == r.Format })
	if at < 0 {
		var names []string
		for _, x := range all {
			names = append(names, x.format)
		}
		return nil, badf("format", "%q given, %s expected", short(r.Format), words.List(names, "or"))
	}
	x := all[at]
	switch {
	case r.Steps < 0 || r.Steps > mostProgramSteps:
		return nil, badf("steps", "%d given, a number from 1 to %d expected", r.Steps, mostProgramSteps)
	case x.right && run.mistake != "":
		return nil, badf("format", "%s writes the right step, and this run makes the mistake %s", x.format, run.mistake)
	}
	var file bytes.Buffer
	if err := x.write(run, &file, max(r.Steps, 1)); err != nil {
		return nil, requestError("format", err)
	}
	return exported{x.file, x.mime, file.Bytes()}, nil
}

func (r *run) writeExperiment(w io.Writer, _ int) error {
	text, err := json.MarshalIndent(r.settings, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

// writeModel writes what experiment.Save does, so that the training goes on from the file;
// that of a run with a mistake, whose rule the settings do not have, is the model alone.
func (r *run) writeModel(w io.Writer, _ int) error {
	f, err := r.file()
	if err != nil {
		return err
	}
	if r.planted == nil && r.step() > 0 {
		section, err := r.training.Checkpoint()
		if err != nil {
			return err
		}
		f.Sections = append(f.Sections, section)
	}
	return modelfile.Write(w, f)
}

func (r *run) writeNPZ(w io.Writer, _ int) error {
	f, err := r.file()
	if err != nil {
		return err
	}
	return npz.Write(w, f.Tensors)
}

func (r *run) file() (*modelfile.File, error) {
	m, err := r.exp.Model()
	if err != nil {
		return nil, err
	}
	return m.File()
}

// writeHistory writes the costs of the curve up to the present step.
func (r *run) writeHistory(w io.Writer, _ int) error {
	c := csv.NewWriter(w)
	held := r.look.held != nil
	row := []string{"step", "cost"}
	if held {
		row = append(row, "held-cost")
	}
	c.Write(row) // its error is kept
	for i, step := range r.curve.steps {
		if step > r.step() {
			break
		}
		row = []string{strconv.Itoa(step), digits(r.curve.train[i])}
		if held {
			row = append(row, digits(r.curve.held[i]))
		}
		c.Write(row)
	}
	c.Flush()
	return c.Error()
}

func digits(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

func (r *run) writeLaTeX(w io.Writer, _ int) error {
	step, err := r.next(explain.Notes)
	if err != nil {
		return err
	}
	d := *step.derivation.explained
	d.Title = "One step of the network"
	_, err = io.WriteString(w, d.LaTeX())
	return err
}

// writeProgram writes the step that is next as a program.
func (r *run) writeProgram(w io.Writer, language explain.Language, steps int) error {
	at := r.training.State()
	batch, _, err := r.training.Data.Batch(at.Epoch, at.Batch)
	if err != nil {
		return err
	}
	n := r.exp.Express(graph.New(graph.Settings{Dtype: r.exp.Dtype(), Training: true}), examples(batch))
	d, err := explain.Derive(n.Cost, n.Params...)
	if err != nil {
		return err
	}
	updates, feeds, err := r.training.Trainer.Updates(d.Gradients())
	if err != nil {
		return err
	}
	rates, err := r.training.Rates()
	if err != nil {
		return err
	}
	for input := range feeds {
		feeds[input] = rates[input.Name()]
	}
	feeds[n.X], feeds[n.Y] = batch["X"], batch["Y"]
	d.Title = "One step of the network"
	code, err := d.Program(explain.Program{Language: language, Feeds: feeds, Updates: updates, Steps: steps})
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, code)
	return err
}

// examples returns how many a batch has.
func examples(batch optim.Batch) int {
	if x := batch["X"]; x != nil && len(x.Shape()) == 2 {
		return x.Shape()[1]
	}
	return 1
}

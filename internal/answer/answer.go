package answer

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"chainrule/internal/schema"
	"chainrule/layers/predict"
)

// A Form writes the answers of one model. Any number of goroutines may use it at once. It is
// made by [New].
type Form struct {
	model   *predict.Model
	outputs int
	classes bool     // else numbers
	named   bool     // which the model has names for
	header  string   // of the first column, or all of numbers, as CSV
	cells   []string // of each class, as CSV
	odds    []string // header of the probability of each class, as CSV
	keys    []string // before each class or number, as JSON: "name":
	texts   []string // each class as JSON
}

// New returns how the answers of a model are written. A model whose file says that it
// predicts classes and whose outputs say nothing of them is an error.
func New(m *predict.Model) (*Form, error) {
	s := m.Schema()
	f := &Form{model: m, outputs: m.Outputs(), classes: s.Task == schema.Classify}
	if f.classes {
		if err := m.Classes(nil, nil); err != nil {
			return nil, err
		}
		f.header = cell(s.Targets[0])
		for _, name := range s.Classes {
			f.cells = append(f.cells, cell(name))
			f.odds = append(f.odds, cell("probability_"+name))
			f.texts = append(f.texts, quoted(name))
			f.keys = append(f.keys, quoted(name)+":")
		}
		return f, nil
	}
	names := s.Targets
	f.named = len(names) > 0
	if len(names) == 0 {
		for k := range f.outputs {
			names = append(names, fmt.Sprintf("output%d", k+1))
		}
	}
	var columns []string
	for _, name := range names {
		columns = append(columns, cell(name))
		f.keys = append(f.keys, quoted(name)+":")
	}
	f.header = strings.Join(columns, ",")
	return f, nil
}

// Classes reports whether the answers are classes, and not numbers.
func (f *Form) Classes() bool { return f.classes }

// Header appends the header of the rows that CSV appends: the target's name and, with
// probabilities, "probability_" and the name of each class; or the names of the numbers,
// which are output1, output2 and so on if the model does not say.
func (f *Form) Header(b []byte, probabilities bool) []byte {
	b = append(b, f.header...)
	if probabilities && f.classes {
		for _, name := range f.odds {
			b = append(append(b, ','), name...)
		}
	}
	return append(b, '\n')
}

// CSV appends a row for each example from the outputs for them: its class and, with
// probabilities, that of each class; or its numbers. They have all their digits.
func (f *Form) CSV(b []byte, outputs []float64, probabilities bool) ([]byte, error) {
	classes, err := f.likeliest(outputs)
	if err != nil {
		return b, err
	}
	for i := 0; len(outputs) > 0; i++ {
		y := outputs[:f.outputs]
		outputs = outputs[f.outputs:]
		if !f.classes {
			for k, v := range y {
				if k > 0 {
					b = append(b, ',')
				}
				b = number(b, v)
			}
			b = append(b, '\n')
			continue
		}
		b = append(b, f.cells[classes[i]]...)
		for k := range f.cells {
			if probabilities {
				b = number(append(b, ','), probability(y, k))
			}
		}
		b = append(b, '\n')
	}
	return b, nil
}

// JSON appends an object for each example, with commas between them: with the fields class,
// the name, and probabilities, an object of the class's names; or values, an object of the
// names of numbers; or, if the model has no names, outputs, a list.
func (f *Form) JSON(b []byte, outputs []float64) ([]byte, error) {
	classes, err := f.likeliest(outputs)
	if err != nil {
		return b, err
	}
	for i := 0; len(outputs) > 0; i++ {
		b = comma(b, i)
		y := outputs[:f.outputs]
		outputs = outputs[f.outputs:]
		switch {
		case f.classes:
			b = append(append(b, `{"class":`...), f.texts[classes[i]]...)
			b = append(b, `,"probabilities":{`...)
			for k, key := range f.keys {
				b = number(append(comma(b, k), key...), probability(y, k))
			}
			b = append(b, `}}`...)
		case f.named:
			b = append(b, `{"values":{`...)
			for k, key := range f.keys {
				b = number(append(comma(b, k), key...), y[k])
			}
			b = append(b, `}}`...)
		default:
			b = append(b, `{"outputs":[`...)
			for k, v := range y {
				b = number(comma(b, k), v)
			}
			b = append(b, `]}`...)
		}
	}
	return b, nil
}

// likeliest returns the class of each example, nil if the answers are numbers.
func (f *Form) likeliest(outputs []float64) ([]int, error) {
	if !f.classes {
		return nil, nil
	}
	classes := make([]int, len(outputs)/f.outputs)
	return classes, f.model.Classes(classes, outputs)
}

// probability returns that of a class: one output alone is that of class 1.
func probability(outputs []float64, class int) float64 {
	switch {
	case len(outputs) > 1:
		return outputs[class]
	case class == 1:
		return outputs[0]
	}
	return 1 - outputs[0]
}

func comma(b []byte, k int) []byte {
	if k > 0 {
		return append(b, ',')
	}
	return b
}

// number appends the shortest text that reads back as the same number.
func number(b []byte, v float64) []byte { return strconv.AppendFloat(b, v, 'g', -1, 64) }

// quoted returns a text as JSON.
func quoted(text string) string {
	b, _ := json.Marshal(text) // a text is always one
	return string(b)
}

// cell returns a text as a cell of CSV, in quotes where RFC 4180 asks for them.
func cell(text string) string {
	if text == "" || strings.ContainsAny(text, "\",\r\n") {
		return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
	}
	return text
}

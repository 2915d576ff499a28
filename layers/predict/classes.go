package predict

import (
	"errors"
	"fmt"

	"chainrule/internal/experiment"
)

// Classes sets dst to the number of the likeliest class of each example, from the outputs
// that [Model.Predict] computed: of several the one with the largest output, of equals the
// first; of a single output 1 if it is above 0.5, else 0. The network must end with a
// softmax, or with a sigmoid for one output or for as many as the model has names of classes:
// other outputs say nothing of classes, which is an error.
func (m *Model) Classes(dst []int, outputs []float64) error {
	if err := m.made(); err != nil {
		return err
	}
	k := m.outputs
	switch meaning := m.settings.Meaning(); {
	case meaning == experiment.Numbers:
		return errors.New("predict: the outputs are numbers, for classes a sigmoid or softmax at the end of the network expected")
	case meaning == experiment.Probability && k > 1 && k != len(m.schema.Classes):
		return fmt.Errorf("predict: the %d outputs are probabilities of things that may all be so, not of classes", k)
	case len(outputs) != len(dst)*k:
		return fmt.Errorf("predict: %d outputs given for %d examples, %d of each expected", len(outputs), len(dst), k)
	}
	for i := range dst {
		dst[i] = likeliest(outputs[i*k:][:k])
	}
	return nil
}

func likeliest(p []float64) int {
	if len(p) == 1 {
		if p[0] > 0.5 {
			return 1
		}
		return 0
	}
	best := 0
	for c, v := range p {
		if v > p[best] {
			best = c
		}
	}
	return best
}

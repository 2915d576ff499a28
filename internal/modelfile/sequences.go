package modelfile

import "chainrule/internal/experiment"

// positions are trained, or waves.
func (l *layout) positions(of experiment.Layer, in experiment.Flow) []Slot {
	if of.Steps == 0 {
		return nil
	}
	return []Slot{{Name: l.name(of) + ".P", Shape: []int{of.Steps, in.Features()}}}
}

func (l *layout) embedding(of experiment.Layer, _ experiment.Flow) []Slot {
	return []Slot{{Name: l.name(of) + ".W", Shape: []int{of.Classes, of.Units}}}
}

func (l *layout) attention(of experiment.Layer, in experiment.Flow) []Slot {
	name, n := l.name(of), in.Features()
	return []Slot{{Name: name + ".in.W", Shape: []int{3 * n, n}}, {Name: name + ".in.b", Shape: []int{3 * n, 1}},
		{Name: name + ".out.W", Shape: []int{n, n}}, {Name: name + ".out.b", Shape: []int{n, 1}}}
}

func (l *layout) recurrent(of experiment.Layer, in experiment.Flow) []Slot {
	name, rows := l.name(of), of.Gates()*of.Units
	return []Slot{{Name: name + ".W", Shape: []int{rows, in.Features()}}, {Name: name + ".U", Shape: []int{rows, of.Units}},
		{Name: name + ".b", Shape: []int{rows, 1}}, {Name: name + ".c", Shape: []int{rows, 1}}}
}

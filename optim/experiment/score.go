package experiment

import (
	"errors"
	"fmt"
	"math"

	"chainrule/graph"
	"chainrule/internal/experiment"
	"chainrule/losses"
	"chainrule/losses/metrics"
	"chainrule/optim"
	"chainrule/optim/dataset"
	"gorgonia.org/tensor"
)

// A Score says how a network does on some examples.
type Score struct {
	Cost float64 // that of the training, of targets that are numbers in their scaled units
	Of   int     // examples

	// Of classes.
	Right    int     // examples whose class is the likeliest
	Accuracy float64 // right as a fraction

	// Of numbers, in their own units; the means over them if there are several. All are
	// NaN if the cost is not finite.
	RMSE float64 // root of the mean squared error
	MAE  float64 // mean absolute error
	R2   float64 // see metrics.R2
}

// Score returns how the network does on the examples of a set. Without a finite cost
// nothing is right. It is an error for classes of which the cost knows nothing, such as
// squared-error, whose outputs are none.
func (e *Experiment) Score(set *dataset.Set) (Score, error) {
	s, err := e.scorer(set)
	if err != nil {
		return Score{Of: set.Len()}, err
	}
	defer s.program.Close() // nothing is running
	if s.right == nil && !s.numbers() {
		return Score{Of: set.Len()}, fmt.Errorf("experiment: %s has no classes to score", e.Settings.Cost.Kind)
	}
	return s.score()
}

// A scorer scores the network on a set, again and again.
type scorer struct {
	e       *Experiment
	set     *dataset.Set
	program *graph.Program
	feeds   graph.Feeds
	cost    *graph.Node
	right   *graph.Node   // share of examples that are right; nil of no classes
	outputs *graph.Node   // (m,k)
	out     *tensor.Dense // room for outputs of numbers
}

// numbers tells targets that are numbers from classes.
func (s *scorer) numbers() bool { return s.set.Task() == dataset.Regress }

// scorer returns one, whose program is to be closed.
func (e *Experiment) scorer(set *dataset.Set) (*scorer, error) {
	if err := e.made(); err != nil {
		return nil, err
	}
	if err := set.Check(); err != nil {
		return nil, err
	}
	s := &scorer{e: e, set: set}
	n := e.Express(e.NewGraph(), set.Len())
	s.cost, s.feeds = n.Cost, e.Feeds(n, set)
	outputs := []*graph.Node{s.cost}
	switch {
	case s.numbers():
		s.outputs = graph.Transpose(n.Output())
		s.out = tensor.New(tensor.Of(e.Dtype()), tensor.WithShape(s.outputs.Shape()...))
		outputs = append(outputs, s.outputs)
	case e.Settings.Cost.OfClasses():
		s.right = accuracies[e.Settings.Meaning()](n.Output(), n.Y)
		outputs = append(outputs, s.right)
	}
	var err error
	s.program, err = graph.Compile(graph.Spec{Outputs: outputs, Workers: e.Workers})
	return s, err
}

func (s *scorer) score() (Score, error) {
	score := Score{Of: s.set.Len()}
	if err := s.program.Run(s.feeds); err != nil {
		return score, err
	}
	var err error
	if score.Cost, err = s.program.Scalar(s.cost); err != nil {
		return score, err
	}
	if s.numbers() {
		return score, s.errors(&score)
	}
	if s.right == nil {
		return score, nil
	}
	accuracy, err := s.program.Scalar(s.right)
	if err != nil || math.IsNaN(accuracy) {
		return score, err
	}
	score.Right = int(math.Round(accuracy * float64(score.Of)))
	score.Accuracy = float64(score.Right) / float64(score.Of)
	return score, nil
}

// errors measures how far predicted numbers are off.
func (s *scorer) errors(score *Score) error {
	if c := score.Cost; c-c != 0 {
		score.RMSE, score.MAE, score.R2 = math.NaN(), math.NaN(), math.NaN()
		return nil
	}
	if err := s.program.CopyTo(s.out, s.outputs); err != nil {
		return err
	}
	predicted := float64s(s.out)
	s.e.unscale(predicted)
	k := len(s.set.Targets)
	for target := range k {
		var squared metrics.SquaredError
		var absolute metrics.AbsoluteError
		var r2 metrics.R2
		for i := target; i < len(predicted); i += k {
			p, y := predicted[i], s.set.Y[i]
			if err := errors.Join(squared.Add(p, y), absolute.Add(p, y), r2.Add(p, y)); err != nil {
				return err
			}
		}
		score.RMSE += squared.Root() / float64(k)
		score.MAE += absolute.Value() / float64(k)
		score.R2 += r2.Value() / float64(k)
	}
	return nil
}

// metrics returns the score by name, the cost first.
func (s *scorer) metrics() ([]optim.Metric, error) {
	score, err := s.score()
	m := []optim.Metric{{Name: ValCost, Value: score.Cost}}
	switch {
	case s.numbers():
		m = append(m, optim.Metric{Name: "val-rmse", Value: score.RMSE}, optim.Metric{Name: "val-mae", Value: score.MAE}, optim.Metric{Name: "val-r2", Value: score.R2})
	case s.right != nil:
		m = append(m, optim.Metric{Name: "val-accuracy", Value: score.Accuracy})
	}
	return m, err
}

// ValCost is the name of the cost on the examples for validation in the history of a
// training.
const ValCost = "val-cost"

// accuracies add the share of the examples that are right.
var accuracies = map[experiment.Meaning]loss{experiment.Probability: losses.BinaryAccuracy, experiment.Probabilities: losses.Accuracy}

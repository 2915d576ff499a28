package main

import (
	"context"
	"fmt"
	"strings"

	"chainrule/cmd/demo/internal/cli"
	"chainrule/internal/words"
	"chainrule/optim/dataset"
	"chainrule/optim/experiment"
)

// foldScores trains the network anew on all but one of the parts that the examples to
// train on are dealt into, and returns the scores on that part. The inputs are scaled by
// what is trained on each time.
func (p *problem) foldScores(ctx context.Context, told func(i int, s experiment.Score)) ([]experiment.Score, error) {
	if p.folds == 0 {
		return nil, nil
	}
	folds, err := p.Train.Folds(p.folds, uint64(p.seed))
	if err != nil {
		return nil, fmt.Errorf("--folds %d: %w", p.folds, err)
	}
	var scores []experiment.Score
	for i, f := range folds {
		s, err := p.foldScore(ctx, f)
		if ctx.Err() != nil {
			return nil, errFolds
		}
		if err != nil {
			return nil, fmt.Errorf("--folds %d: part %d: %w", p.folds, i+1, err)
		}
		scores = append(scores, s)
		told(i, s)
	}
	return scores, nil
}

// errFolds says that there is no result yet.
var errFolds = fmt.Errorf("%w before the folds were all trained; nothing is written", cli.ErrInterrupted)

func (p *problem) foldScore(ctx context.Context, f dataset.Fold) (s experiment.Score, err error) {
	data, err := p.Fold(f)
	if err != nil {
		return s, err
	}
	e, err := experiment.NewOn(p.Settings, data)
	if err != nil {
		return s, err
	}
	defer e.Close()
	if p.total() > 0 || p.patience > 0 {
		if _, err := e.Fit(ctx); err != nil {
			return s, err
		}
	}
	return e.Score(e.Held)
}

// meanScore returns the mean of scores, each part as much as any other.
func meanScore(scores []experiment.Score) (mean experiment.Score) {
	n := float64(len(scores))
	for _, s := range scores {
		mean.Of += s.Of
		mean.Right += s.Right
		mean.Cost += s.Cost / n
		mean.Accuracy += s.Accuracy / n
		mean.RMSE += s.RMSE / n
		mean.MAE += s.MAE / n
		mean.R2 += s.R2 / n
	}
	return mean
}

// scoreText writes a score.
func (p *problem) scoreText(s experiment.Score) string {
	if p.numbers() {
		return fmt.Sprintf("RMSE %.4g, MAE %.4g, R² %.3f", s.RMSE, s.MAE, s.R2)
	}
	return fmt.Sprintf("accuracy %s (%d of %d)", words.Percent(s.Accuracy), s.Right, s.Of)
}

// measure is what stands beside the cost for validation.
func (p *problem) measure() string {
	switch {
	case p.numbers():
		return "RMSE"
	case p.Settings.Cost.OfClasses():
		return "accuracy"
	}
	return ""
}

// besides says what the network has besides dense layers.
func (p *problem) besides() string {
	text := ""
	if p.norm != "" {
		text += ", " + p.norm + " normalisation"
	}
	if p.dropout > 0 {
		text += fmt.Sprintf(", dropout %v", p.dropout)
	}
	if len(p.frozen) > 0 {
		text += fmt.Sprintf(", frozen %s", words.Join(p.frozen, ","))
	}
	return text
}

// describeTraining says how the network is trained.
func (p *problem) describeTraining() string {
	parts := []string{p.method()}
	if p.schedule.Kind != "" {
		parts = append(parts, "schedule "+p.schedule.Kind)
	}
	r := p.rule
	for _, penalty := range []struct {
		name string
		v    float64
	}{{"L1", r.L1}, {"L2", r.L2}, {"weight decay", r.WeightDecay}, {"gradients up to", r.Clip}, {"gradients of norm up to", r.ClipNorm}, {"averages of decay", r.Average}} {
		if penalty.v != 0 {
			parts = append(parts, fmt.Sprintf("%s %v", penalty.name, penalty.v))
		}
	}
	if p.batch > 0 {
		parts = append(parts, fmt.Sprintf("batches of %d", p.batch))
	}
	if p.epochs > 0 {
		parts = append(parts, words.Count(p.epochs, "epoch"))
	} else {
		parts = append(parts, words.Count(p.steps, "step"))
	}
	if r.Kind == "newton" {
		weights := 0
		for _, trained := range p.Trainer().Params {
			weights += trained.Value().Shape().TotalSize()
		}
		parts = append(parts, words.Count(weights, "Hessian-vector product")+" a step")
	}
	if p.patience > 0 {
		parts = append(parts, fmt.Sprintf("patience %d", p.patience))
	}
	return strings.Join(parts, ", ")
}

// epochsAtMost is how many epochs there are if nothing ends the training.
func (p *problem) epochsAtMost() int {
	n := p.perEpoch(p.Train.Len())
	return (p.total() + n - 1) / n
}

package experiment

import (
	"chainrule/internal/experiment"
	"chainrule/optim"
	"chainrule/optim/fullbatch"
)

// ruleBuilders make the checked rule of a kind, without what stands around it.
var ruleBuilders = map[string]func(r Rule) optim.Rule{
	experiment.GradientDescent: func(r Rule) optim.Rule { return optim.GradientDescent{LearningRate: r.Rate} },
	experiment.Momentum: func(r Rule) optim.Rule {
		return optim.Momentum{LearningRate: r.Rate, Beta: r.Beta, Nesterov: r.Nesterov}
	},
	experiment.Adam: func(r Rule) optim.Rule {
		return optim.Adam{LearningRate: r.Rate, Beta1: r.Beta1, Beta2: r.Beta2, Epsilon: r.Epsilon}
	},
	experiment.AdamW: func(r Rule) optim.Rule {
		return optim.AdamW{LearningRate: r.Rate, Beta1: r.Beta1, Beta2: r.Beta2, Epsilon: r.Epsilon, WeightDecay: r.WeightDecay}
	},
	experiment.RMSProp: func(r Rule) optim.Rule {
		return optim.RMSProp{LearningRate: r.Rate, Beta: r.Beta, Epsilon: r.Epsilon, Momentum: r.Momentum, Centered: r.Centered}
	},
	experiment.Adagrad: func(r Rule) optim.Rule {
		return optim.Adagrad{LearningRate: r.Rate, Epsilon: r.Epsilon, Decay: r.Decay}
	},
	experiment.Lion: func(r Rule) optim.Rule {
		return optim.Lion{LearningRate: r.Rate, Beta1: r.Beta1, Beta2: r.Beta2, WeightDecay: r.WeightDecay}
	},
}

// makeRule makes the checked rule, with penalties and limits around it.
func makeRule(r Rule) optim.Rule {
	rule := ruleBuilders[r.Kind](r)
	decay := optim.Decay{Rule: rule, L1: r.L1, L2: r.L2, Decoupled: r.WeightDecay}
	if r.Kind == experiment.AdamW || r.Kind == experiment.Lion { // which have it themselves
		decay.Decoupled = 0
	}
	if decay.L1 != 0 || decay.L2 != 0 || decay.Decoupled != 0 {
		rule = decay
	}
	if r.Clip != 0 || r.ClipNorm != 0 {
		rule = optim.Clip{Rule: rule, Value: r.Clip, Norm: r.ClipNorm}
	}
	if r.Average != 0 {
		rule = optim.Average{Rule: rule, Decay: r.Average}
	}
	return rule
}

// methods are the full-batch methods by the kinds of rules.
var methods = map[string]fullbatch.Method{experiment.LBFGS: fullbatch.LBFGS, experiment.Newton: fullbatch.Newton}

// scheduleBuilders make the checked schedule of a kind, without its warm-up.
var scheduleBuilders = map[string]func(s Schedule) optim.Schedule{
	experiment.Constant:    func(Schedule) optim.Schedule { return optim.Constant{} },
	experiment.Staircase:   func(s Schedule) optim.Schedule { return optim.Staircase{Every: s.Every, Ratio: s.Ratio} },
	experiment.Exponential: func(s Schedule) optim.Schedule { return optim.Exponential{Every: s.Every, Ratio: s.Ratio} },
	experiment.Cosine:      func(s Schedule) optim.Schedule { return optim.Cosine{Steps: s.Steps, Least: s.Least} },
	experiment.OneCycle: func(s Schedule) optim.Schedule {
		return optim.OneCycle{Steps: s.Steps, Rise: s.Rise, Div: s.Div, FinalDiv: s.FinalDiv}
	},
	experiment.Plateau: func(s Schedule) optim.Schedule {
		return &optim.Plateau{Ratio: s.Ratio, Patience: s.Patience, Threshold: s.Threshold, Least: s.Least, Rest: s.Rest}
	},
}

// Schedule returns a new schedule, which has seen no costs: how the rate of the
// settings goes on. Of settings that have none it is optim.Constant.
func (e *Experiment) Schedule() optim.Schedule {
	if e == nil || scheduleBuilders[e.Settings.Schedule.Kind] == nil {
		return optim.Constant{}
	}
	s := e.Settings.Schedule
	schedule := scheduleBuilders[s.Kind](s)
	if s.Warmup > 0 {
		return optim.Warmup{Steps: s.Warmup, Then: schedule}
	}
	return schedule
}

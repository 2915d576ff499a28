package layers

import "chainrule/internal/experiment"

// ownInit returns the initialiser that settings name, nil for what is usual in a layer.
func (p part) ownInit() Initializer {
	if p.Init.Kind == "" {
		return nil
	}
	return p.init
}

func (b *building) positions(p part, in experiment.Flow) (Layer, error) {
	if p.Layer.Steps == 0 {
		return Positions{}, nil
	}
	return PositionsSettings{Name: b.layer(p.Kind, p.Name), Steps: p.Layer.Steps, Features: in.Features(), Init: p.ownInit(), Dtype: b.dtype}.New(b.rng), nil
}

func (b *building) embedding(p part, _ experiment.Flow) (Layer, error) {
	return EmbeddingSettings{Name: b.layer(p.Kind, p.Name), Classes: p.Classes, Size: p.Units, Init: p.ownInit(), Dtype: b.dtype}.New(b.rng), nil
}

func (b *building) attention(p part, in experiment.Flow) (Layer, error) {
	return MultiHeadAttentionSettings{Name: b.layer(p.Kind, p.Name), Features: in.Features(), Heads: p.Heads, Causal: p.Causal,
		Init: p.ownInit(), Dtype: b.dtype}.New(b.rng), nil
}

func (b *building) recurrent(p part, in experiment.Flow) (Layer, error) {
	s := RecurrentSettings{Name: b.layer(p.Kind, p.Name), In: in.Features(), Out: p.Units, Last: p.Last, Init: p.ownInit(), Dtype: b.dtype}
	switch p.Kind {
	case experiment.GRU:
		return s.NewGRU(b.rng), nil
	case experiment.LSTM:
		return s.NewLSTM(b.rng), nil
	}
	rnn := s.NewRNN(b.rng)
	if f, ok := p.activation.(Activation); ok {
		rnn.Activation = f
	}
	return rnn, nil
}

package experiment

import (
	"fmt"
	"reflect"
)

// Version is that of the JSON that this package reads and writes.
const Version = 1

// Settings is an experiment. [Settings.Check] tells what of it cannot be.
type Settings struct {
	// Version is that of the JSON, which must have it; 0 in Go is the present one.
	Version int `json:"version"`

	// Name stands before the names of the parameters, as in policy.W1, where a
	// graph has several networks; empty it is none.
	Name string `json:"name,omitempty"`

	// Inputs is the number of inputs of the network; 0 is that of the data.
	Inputs int `json:"inputs,omitempty"`

	// Layers is the network, from the inputs to the outputs, at least one layer. It
	// has at most 2²⁷ weights and biases.
	Layers []Layer `json:"layers"`

	// Cost is what training makes small. It must be given; only that of a network that
	// is to predict may be missing, see ParseNetwork.
	Cost Cost `json:"cost,omitzero"`

	// Rule updates the parameters. It may be missing where nothing is trained.
	Rule Rule `json:"rule,omitzero"`

	// Schedule changes the rule's rate from step to step; missing it is constant.
	Schedule Schedule `json:"schedule,omitzero"`

	// Data is what to train on. It may be missing where data come otherwise.
	Data Data `json:"data,omitzero"`

	// Steps is the number of updates, or Epochs how often each example is seen; one of
	// them is given. With neither something else ends the training, such as Patience.
	Steps  int `json:"steps,omitempty"`
	Epochs int `json:"epochs,omitempty"`

	// Batch is how many examples a step takes, dealt anew in random order in every
	// epoch; 0 is all of them, as they lie.
	Batch int `json:"batch,omitempty"`

	// Patience ends the training when so many epochs in a row are no better than the best
	// before, by the cost of the examples for validation, or of the epoch itself if there are none, and
	// goes back to the best; 0 is none.
	Patience int `json:"patience,omitempty"`

	// Seed is that of the first weights, which NumPy's generator draws, and of the order
	// in which examples come.
	Seed uint32 `json:"seed,omitempty"`

	// InitFrom is a file that the first weights are those of, in place of Init of the layers:
	// a model, or an archive of NumPy's arrays with the names of the parameters. Inputs are
	// then scaled as for that model.
	InitFrom string `json:"init-from,omitempty"`

	// Dtype is that of all numbers, float64 or float32; empty it is float64.
	Dtype string `json:"dtype,omitempty"`
}

// A Layer is one of the network's. The kind dense is W·x + b and an activation
// behind it; the kind activation is an activation alone. Of the others package layers
// says what they are. The kinds conv, max-pool, avg-pool and global-avg-pool are of images,
// which the kind image makes of numbers; step-mean, positions, attention, rnn, gru and lstm
// are of sequences, which the kind steps makes. Activation, dropout, residual and parallel
// are of all of these, dense and layer-norm of numbers and of the steps of sequences;
// flatten makes numbers again. Those of the kinds sequential, residual and parallel hold
// layers.
type Layer struct {
	Kind string `json:"kind"`

	// Name is what parameters are called by: Name.W and Name.b of dense layers. If none of
	// these has one they are W1, b1, W2 and so on. Without a name the second layer of the
	// kind dropout is dropout2, and its first convolution conv1; see Numbered.
	Name string `json:"name,omitempty"`

	Units      int    `json:"units,omitempty"`      // number of outputs, at least 1
	Activation string `json:"activation,omitempty"` // name of a function; empty for none
	Init       Init   `json:"init,omitzero"`        // of the weights; missing it is glorot

	// Frozen says that training leaves W and b, or gamma and beta, as they are. Running means
	// of batch-norm are none of them, and go on.
	Frozen bool `json:"frozen,omitempty"`

	Rate     float64 `json:"rate,omitempty"`     // of dropout: the probability that an entry is dropped
	Momentum float64 `json:"momentum,omitempty"` // of batch-norm: weight of the present batch in the running means; 0 is 0.1
	Epsilon  float64 `json:"epsilon,omitempty"`  // of batch-norm and layer-norm: added to variances; 0 is 1e-5

	Shape    []int `json:"shape,omitempty"`    // of image: channels, height and width, of which the numbers of an example are the product
	Channels int   `json:"channels,omitempty"` // of conv: those of its result, at least 1

	// Of conv, max-pool and avg-pool, each one number, or two for height and width. Kernel is the size
	// of the window, Stride the step from one window to the next, which is 1 for conv and the kernel for
	// the others if it is missing; Padding is how many pixels of 0 there are on each side, for max-pool
	// of −∞, and at most half of the kernel for pools. Dilation, of conv, is the step between the pixels of a
	// window; missing it is 1.
	Kernel   []int `json:"kernel,omitempty"`
	Stride   []int `json:"stride,omitempty"`
	Padding  []int `json:"padding,omitempty"`
	Dilation []int `json:"dilation,omitempty"`

	// Of layers of sequences, which the kind steps makes of numbers. Steps is how many it makes, and of positions
	// how many of them are trained: without it they are waves. Units and Init are those of rnn, gru and lstm too,
	// whose first weights without one are uniform within one over the root of the units.
	Steps int `json:"steps,omitempty"`
	Heads int `json:"heads,omitempty"` // of attention; 0 is 1
	// Classes, of embedding, is how many there are: the numbers before it are whole ones from 0 to below it, each of
	// them a step, and become Units numbers each.
	Classes int  `json:"classes,omitempty"`
	Causal  bool `json:"causal,omitempty"` // of attention: a step looks at itself and those before it only
	Last    bool `json:"last,omitempty"`   // of rnn, gru and lstm: what is given is the last state alone

	Groups int `json:"groups,omitempty"` // of conv: parts of the channels, of which each part of the result depends on one; 0 is 1

	// Layers are those of sequential and residual, one behind the other, or the branches of
	// parallel, beside one another. They lie in one another at most 6 deep.
	Layers []Layer `json:"layers,omitempty"`
}

// The kinds of layers.
const (
	Dense         = "dense"
	Activation    = "activation"
	Dropout       = "dropout"
	BatchNorm     = "batch-norm"
	LayerNorm     = "layer-norm"
	Standardize   = "standardize"
	Unstandardize = "unstandardize"
	Sequential    = "sequential"
	Residual      = "residual"
	Parallel      = "parallel"
	Image         = "image"
	Conv          = "conv"
	MaxPool       = "max-pool"
	AvgPool       = "avg-pool"
	GlobalAvgPool = "global-avg-pool"
	Flatten       = "flatten"

	Steps     = "steps"
	Embedding = "embedding"
	StepMean  = "step-mean"
	Positions = "positions"
	Attention = "attention"
	RNN       = "rnn"
	GRU       = "gru"
	LSTM      = "lstm"
)

// Init sets the first weights of a layer.
type Init struct {
	Kind  string  `json:"kind"`            // name of an initialiser
	Scale float64 `json:"scale,omitempty"` // factor of what it draws, at most 1e300, of float32 1e30; 0 is 1
}

// Data is a set of examples. The kind toy draws points, most in the plane, and as many
// more to judge by; the kind csv reads a file, standardises its inputs, and
// holds a part of it out. Both can leave a part of what is trained on for validation.
type Data struct {
	Kind string `json:"kind"`

	Name     string  `json:"name,omitempty"`     // of the toy set
	Examples int     `json:"examples,omitempty"` // of the toy set; 0 is 400
	Noise    float64 `json:"noise,omitempty"`    // standard deviation of what is added to the points
	Arms     int     `json:"arms,omitempty"`     // of spirals; 0 is 2

	Path  string  `json:"path,omitempty"`  // of the file
	Label string  `json:"label,omitempty"` // column of the file that holds the class or number to predict; empty it is the last
	Held  float64 `json:"held,omitempty"`  // share of the file that is held out
	Val   float64 `json:"val,omitempty"`   // share of what Held leaves of the file, or of the toy set, that is left out for validation

	Task    string   `json:"task,omitempty"`    // classify or regress; empty it is guessed
	Targets []string `json:"targets,omitempty"` // columns to predict, in place of label
	Text    []string `json:"text,omitempty"`    // columns that hold texts, also where these look like numbers

	// How the file is written; what is empty is found out. See dataset.CSV.
	Header    string   `json:"header,omitempty"`    // whether the first line names the columns: auto, yes or no; empty is auto
	Separator string   `json:"separator,omitempty"` // between cells: one of , ; | and tab
	Decimal   string   `json:"decimal,omitempty"`   // mark of decimals: . or ,
	Ignore    []string `json:"ignore,omitempty"`    // columns to leave out
	Missing   string   `json:"missing,omitempty"`   // what to do about a missing cell: error, drop its row, put the mean, or fill also texts; empty is error
	Encoding  string   `json:"encoding,omitempty"`  // of the text, such as windows-1252; empty is utf-8

	Seed uint32 `json:"seed,omitempty"` // of the points, or of what is held out
}

// IsZero reports whether no data are given.
func (d Data) IsZero() bool { return reflect.ValueOf(d).IsZero() }

// The kinds of data.
const (
	Toy = "toy"
	CSV = "csv"
)

// Chain returns dense layers behind one another, with so many units and these
// activations, of which the first of sizes are the inputs. It is what the lists
// of flags mean. There must be an activation for each layer: where there are too
// few sizes a layer has 0 units, which Check reports.
func Chain(sizes []int, activations []string) (inputs int, chain []Layer) {
	if len(sizes) == 0 {
		return 0, nil
	}
	for l, a := range activations {
		layer := Layer{Kind: Dense, Activation: a}
		if l+1 < len(sizes) {
			layer.Units = sizes[l+1]
		}
		chain = append(chain, layer)
	}
	return sizes[0], chain
}

// Output returns the name of the function that makes the outputs, empty if
// there is none, and the path of where it stands, or would.
func (s Settings) Output() (name, path string) {
	path, list := "layers", s.Layers
	for range maxDepth + 1 {
		last := len(list) - 1
		if last < 0 {
			break
		}
		l := list[last]
		path = fmt.Sprintf("%s[%d]", path, last)
		switch l.Kind {
		case Sequential:
			path, list = path+".layers", l.Layers
			continue
		case Dense, Activation:
			return l.Activation, path + ".activation"
		}
		break
	}
	return "", path
}

// Width returns the number of outputs.
func (s Settings) Width() int {
	return chained(Layer{Layers: s.Layers}, Flow{Numbers: s.Inputs}).Numbers
}

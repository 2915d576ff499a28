// Package modelfile says what a file of a trained model holds, in the format of
// internal/safetensors. Its metadata have the keys
//
//	chainrule    the version of this format, 1
//	experiment   JSON of internal/experiment: the network and how it was trained; the cost may be missing
//	data         JSON of internal/schema: what inputs and outputs stand for; may be missing
//	section/S    JSON of a section S, see below
//
// and any others, which are the user's. Its tensors are the parameters of the network and what
// its layers keep, by their names, in the dtype of the experiment. A section is what somebody
// adds who goes on from the file, such as the state of an optimiser: its tensors are called
// S/NAME and may be of any type, and its JSON says what they are. Who only predicts reads
// over sections.
//
//   - file.go: what a file holds; read.go, write.go; inspect.go: what it holds but for the
//     numbers, as JSON.
//   - layout.go: which tensors the layers of an experiment ask for: what is read and
//     written is held to it.
//
// It imports the standard library, internal/experiment, internal/schema and
// internal/safetensors. A kind of layer is a row of slotsOf.
package modelfile

// Package safetensors reads and writes files of named arrays in the format of that
// name (https://github.com/huggingface/safetensors, "Format"): the length of a header as
// eight bytes, lowest first; the header, a JSON object; then the numbers of all arrays
// without gaps, row-major, lowest byte first.
//
//	{"__metadata__": {"key": "text"}, "W1": {"dtype": "F64", "shape": [3, 2], "data_offsets": [0, 48]}}
//
// A file may be hostile: everything in the header is checked before there is memory for
// any number. See [Open] for what a file can make the reader take.
//
//   - tensor.go: what a file holds; header.go and scan.go: reading of the header,
//     without recursion; read.go: reading of the numbers; write.go: the writer.
//
// It imports the standard library only. Another type of numbers is a row of dtypes, and a
// case in numbers and in appendNumbers.
package safetensors

package optim

import (
	"encoding/binary"
	"hash/crc32"
	"io"
	"math"
	"time"
)

// WriteEvents writes the history as an event file of TensorBoard, with the cost
// and the metrics as scalars over the steps. TensorBoard shows what lies in a folder
// under a name such as events.out.tfevents.1. Values are rounded to float32, which
// is all that the format has for scalars; at is the time that all events get.
//
// The file is a row of records, each a length, its checksum, an Event of TensorFlow
// in the encoding of protocol buffers, and its checksum, as the formats are
// described in TensorFlow's record_writer.h, event.proto and summary.proto.
func (h History) WriteEvents(w io.Writer, at time.Time) error {
	if w == nil {
		return errNoWriter
	}
	wall := binary.LittleEndian.AppendUint64([]byte{1<<3 | fixed64}, math.Float64bits(float64(at.UnixNano())/1e9))
	if err := writeEvent(w, field(wall[:len(wall):len(wall)], 3, []byte("brain.Event:2"))); err != nil {
		return err
	}
	names := h.Names()
	for _, r := range h {
		event := append(wall[:len(wall):len(wall)], 2<<3|varint)
		event = binary.AppendUvarint(event, uint64(r.Step))
		summary := scalar(nil, costName+"/epoch", r.Cost)
		for i, m := range r.Metrics {
			summary = scalar(summary, names[i], m.Value)
		}
		if err := writeEvent(w, field(event, 5, summary)); err != nil {
			return err
		}
	}
	return nil
}

// The types of fields in protocol buffers.
const (
	varint  = 0
	fixed64 = 1
	bytes   = 2
	fixed32 = 5
)

// field appends a field of bytes to a message.
func field(message []byte, number int, value []byte) []byte {
	message = binary.AppendUvarint(message, uint64(number)<<3|bytes)
	message = binary.AppendUvarint(message, uint64(len(value)))
	return append(message, value...)
}

// scalar appends a value with its name to a summary.
func scalar(summary []byte, name string, v float64) []byte {
	value := append(field(nil, 1, []byte(name)), 2<<3|fixed32)
	return field(summary, 1, binary.LittleEndian.AppendUint32(value, math.Float32bits(float32(v))))
}

// writeEvent writes a record by a single call.
func writeEvent(w io.Writer, event []byte) error {
	record := binary.LittleEndian.AppendUint64(nil, uint64(len(event)))
	record = binary.LittleEndian.AppendUint32(record, checksum(record))
	record = append(record, event...)
	record = binary.LittleEndian.AppendUint32(record, checksum(event))
	_, err := w.Write(record)
	return err
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// checksum is the CRC-32C, rotated and moved so that one of data with checksums in
// them differs from these.
func checksum(data []byte) uint32 {
	c := crc32.Checksum(data, castagnoli)
	return (c>>15 | c<<17) + 0xa282ead8
}

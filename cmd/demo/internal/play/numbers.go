package play

import (
	"math"
	"strconv"
)

// number is a float64 as JSON: the shortest text that is read back as the same, and in
// quotes what JSON has no number for.
type number float64

// MarshalJSON writes it.
func (v number) MarshalJSON() ([]byte, error) { return appendNumber(nil, float64(v)), nil }

// numbers are a list of them.
type numbers []float64

// MarshalJSON writes them.
func (v numbers) MarshalJSON() ([]byte, error) {
	out := make([]byte, 0, 2+20*len(v))
	out = append(out, '[')
	for i, x := range v {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendNumber(out, x)
	}
	return append(out, ']'), nil
}

func appendNumber(to []byte, v float64) []byte {
	switch {
	case math.IsNaN(v):
		return append(to, `"NaN"`...)
	case math.IsInf(v, 1):
		return append(to, `"Infinity"`...)
	case math.IsInf(v, -1):
		return append(to, `"-Infinity"`...)
	}
	return strconv.AppendFloat(to, v, 'g', -1, 64)
}

// optional returns a number that a reply may lack.
func optional(v float64) *number {
	n := number(v)
	return &n
}

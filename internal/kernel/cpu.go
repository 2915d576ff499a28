package kernel

// instructions is a set of instructions that loops are written in.
type instructions uint8

const (
	portable instructions = iota // Go
	avx2                         // with FMA, BMI1 and BMI2
	avx512                       // avx2 with AVX-512 F, BW, DQ and VL
	levels                       // how many there are
)

// level is the best set of instructions that the machine has. Tests set it to
// lower ones.
var level = bestLevel()

func (l instructions) String() string {
	return [...]string{"portable", "avx2", "avx512"}[l]
}

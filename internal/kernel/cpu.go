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

// Vectorised reports whether loops and products run on vector instructions. Their
// results are the same bits with AVX2 and with AVX-512, and not those of portable
// Go.
func Vectorised() bool { return level != portable }

func (l instructions) String() string {
	return [...]string{"portable", "avx2", "avx512"}[l]
}

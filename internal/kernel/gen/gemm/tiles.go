package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The fields of kernel's tileArgs, all of 8 bytes.
const (
	argM = 8 * iota
	argN
	argK
	argA
	argARS
	argACS
	argB
	argBRS
	argPanel
	argC
	argCRS
	argAdd
	argBlock
	argJump
	argJumpEnd
	argRowA // from here on, the function's own
	argRowC
	argRows
	argColB
)

// The registers of a tile. aRow holds the addresses of every third row of A.
var (
	args  = reg.RAX
	ptrB  = reg.RBX
	count = reg.RCX
	ars   = reg.RDX
	acs   = reg.RSI
	brs   = reg.RDI
	aRow  = []reg.GPPhysical{reg.R8, reg.R9, reg.R10, reg.R11}
	panel = reg.R10 // of tiles of more than two vectors, at most six rows high
	three = reg.R11 // panels
	ptrC  = reg.R12
	jump  = reg.R12 // until C is reached
	tmp   = reg.R13
	cols  = reg.R14 // columns left
	colC  = reg.R15 // C at these columns
)

func arg(offset int) Mem { return Mem{Base: args, Disp: offset} }

// tiles writes the function that multiplies: for blocks of rows, as high as
// possible, and in them for blocks of columns, as wide as possible, one tile.
func (t target) tiles() {
	TEXT("tiles"+t.name, 4, "func(p *byte)") // NOSPLIT
	Pragma("noescape")
	Doc("tiles" + t.name + " computes a product; p points to a tileArgs.")
	Load(Param("p"), args)
	for _, f := range []struct {
		from int
		to   reg.GPPhysical
	}{{argARS, ars}, {argACS, acs}, {argBRS, brs}} {
		MOVQ(arg(f.from), f.to)
	}
	for _, f := range [][2]int{{argA, argRowA}, {argC, argRowC}, {argM, argRows}} {
		MOVQ(arg(f[0]), tmp)
		MOVQ(tmp, arg(f[1]))
	}
	Label("rows")
	MOVQ(arg(argRows), tmp)
	for _, s := range t.shapes {
		CMPQ(tmp, I32(s.height))
		JGE(LabelRef(fmt.Sprintf("rows%d", s.height)))
	}
	VZEROUPPER()
	RET()
	for _, s := range t.shapes {
		t.rows(s)
	}
}

// rows computes a block of rows of C.
func (t target) rows(s shape) {
	Label(fmt.Sprintf("rows%d", s.height))
	MOVQ(arg(argN), cols)
	MOVQ(arg(argRowC), colC)
	MOVQ(arg(argB), ptrB)
	MOVQ(ptrB, arg(argColB))
	columns := fmt.Sprintf("columns%d", s.height)
	Label(columns)
	for _, w := range s.widths {
		narrower := fmt.Sprintf("narrower%dx%d", s.height, w)
		masked := w <= 2 || t.wide
		if masked {
			CMPQ(cols, I32((w-1)*t.width))
			JLE(LabelRef(narrower))
		} else {
			CMPQ(cols, I32(w*t.width))
			JL(LabelRef(narrower))
		}
		if w == 2 && s.height == t.shapes[0].height { // most of the work is here
			part := "part" + narrower
			CMPQ(cols, I32(w*t.width))
			JL(LabelRef(part))
			t.tile(s.height, w, false)
			JMP(LabelRef(columns))
			Label(part)
		}
		t.tile(s.height, w, masked)
		if w > 1 {
			JMP(LabelRef(columns))
		}
		Label(narrower)
	}
	if s.height == t.shapes[0].height {
		MOVQ(arg(argBlock), tmp)
	} else {
		IMUL3Q(I32(s.height), ars, tmp)
	}
	ADDQ(tmp, arg(argRowA))
	IMUL3Q(I32(s.height), arg(argCRS), tmp)
	ADDQ(tmp, arg(argRowC))
	SUBQ(I32(s.height), arg(argRows))
	JMP(LabelRef("rows"))
}

// tile computes height rows by width vectors of C. If masked is set, its last
// vector may be a part of one.
func (t target) tile(height, width int, masked bool) {
	name := fmt.Sprintf("%dx%d", height, width)
	if masked {
		name += "masked"
	}
	vecs := t.vecs
	acc := func(i, j int) reg.VecPhysical { return vecs[i*width+j] }
	free := vecs[height*width:]
	m := mask{k: reg.K1}
	if masked && !t.wide {
		m.v, free = free[len(free)-1], free[:len(free)-1]
	}

	MOVQ(arg(argColB), ptrB)
	if masked {
		LEAQ(Mem{Base: cols, Disp: -(width - 1) * t.width}, count)
		if !t.wide {
			MOVQ(I32(t.width), tmp)
			CMPQ(count, tmp)
			CMOVQGT(tmp, count)
		}
		t.setMask(m, count, tmp)
	}
	t.startTile(height, width, acc)

	MOVQ(arg(argRowA), aRow[0])
	if height > 3 {
		LEAQ(Mem{Base: ars, Index: ars, Scale: 2}, tmp)
	}
	for i := 1; 3*i < height; i++ {
		LEAQ(Mem{Base: aRow[i-1], Index: tmp, Scale: 1}, aRow[i])
	}
	if width > 2 {
		MOVQ(arg(argPanel), panel)
	}
	if width > 6 {
		LEAQ(Mem{Base: panel, Index: panel, Scale: 2}, three)
	}
	MOVQ(arg(argJump), jump)
	Label("run" + name)
	MOVQ(arg(argK), count)
	Label("depth" + name)
	t.step(height, width, acc, free, m, masked)
	for i := 0; 3*i < height; i++ {
		ADDQ(acs, aRow[i])
	}
	ADDQ(brs, ptrB)
	DECQ(count)
	JNE(LabelRef("depth" + name))
	CMPQ(jump, arg(argJumpEnd))
	JEQ(LabelRef("ran" + name))
	ADDQ(Mem{Base: jump}, ptrB)
	ADDQ(I8(8), jump)
	JMP(LabelRef("run" + name))
	Label("ran" + name)

	t.addTile(name, height, width, acc, m, masked, free[0])
	t.endTile(name, height, width, acc, m, masked)
	advance := arg(argPanel)
	MOVQ(advance, tmp)
	for range (width + 1) / 2 {
		ADDQ(tmp, arg(argColB))
	}
	ADDQ(I32(width*t.bytes()), colC)
	SUBQ(I32(width*t.width), cols)
}

// startTile sets the tile to −0.
func (t target) startTile(height, width int, acc func(i, j int) reg.VecPhysical) {
	t.negZero(acc(0, 0))
	for i := 1; i < height*width; i++ {
		VMOVAPS(acc(0, 0), acc(i/width, i%width))
	}
}

// addTile adds C to the tile, if asked.
func (t target) addTile(name string, height, width int, acc func(i, j int) reg.VecPhysical, m mask, masked bool, free reg.VecPhysical) {
	CMPQ(arg(argAdd), I8(0))
	JEQ(LabelRef("alone" + name))
	MOVQ(arg(argCRS), tmp)
	MOVQ(colC, ptrC)
	for i := range height {
		for j := range width {
			at := Mem{Base: ptrC, Disp: j * t.bytes()}
			if masked && j == width-1 {
				t.loadMasked(at, m, free)
			} else {
				t.move(at, free)
			}
			t.add(free, acc(i, j), acc(i, j))
		}
		if i < height-1 {
			ADDQ(tmp, ptrC)
		}
	}
	Label("alone" + name)
}

// step adds one product to every entry.
func (t target) step(height, width int, acc func(i, j int) reg.VecPhysical, free []reg.VecPhysical, m mask, masked bool) {
	loadB := func(j int, to reg.VecPhysical) {
		at := Mem{Base: ptrB, Disp: j % 2 * t.bytes()}
		switch j / 2 {
		case 1, 2:
			at.Index, at.Scale = panel, uint8(j/2)
		case 3:
			at.Index, at.Scale = three, 1
		}
		if masked && j == width-1 {
			t.loadMasked(at, m, to)
		} else {
			t.move(at, to)
		}
	}
	loadA := func(i int, to reg.VecPhysical) {
		at := Mem{Base: aRow[i/3]}
		if i%3 > 0 {
			at.Index, at.Scale = ars, uint8(i%3)
		}
		t.broadcast(at, to)
	}
	if height < width { // keep the column of A
		for i := range height {
			loadA(i, free[i])
		}
		b := free[height:]
		for j := range width {
			loadB(j, b[j%len(b)])
			for i := range height {
				t.fma(b[j%len(b)], free[i], acc(i, j))
			}
		}
		return
	}
	for j := range width {
		loadB(j, free[j])
	}
	a := free[width:]
	for i := range height {
		loadA(i, a[i%len(a)])
		for j := range width {
			t.fma(free[j], a[i%len(a)], acc(i, j))
		}
	}
}

// endTile stores the tile to C.
func (t target) endTile(name string, height, width int, acc func(i, j int) reg.VecPhysical, m mask, masked bool) {
	store := func(masked bool) {
		MOVQ(colC, ptrC)
		for i := range height {
			for j := range width {
				at := Mem{Base: ptrC, Disp: j * t.bytes()}
				if masked && j == width-1 {
					t.storeMasked(acc(i, j), m, at)
				} else {
					t.move(acc(i, j), at)
				}
			}
			if i < height-1 {
				ADDQ(tmp, ptrC)
			}
		}
	}
	MOVQ(arg(argCRS), tmp)
	if masked {
		CMPQ(cols, I32(width*t.width))
		JGE(LabelRef("whole" + name))
		store(true)
		JMP(LabelRef("stored" + name))
		Label("whole" + name)
	}
	store(false)
	if masked {
		Label("stored" + name)
	}
}

package main

import (
	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
)

// A pool is the constants of a file, each spread over 32 bytes. AVX-512 reads
// the first copy only.
type pool struct {
	ctx   *build.Context
	place map[spread]int
	order []spread
}

type spread struct {
	double bool
	bits   konst
}

const poolName, masksName = "vectorConst", "vectorMasks"

// at returns where a constant lies.
func (p *pool) at(double bool, c konst) operand.Mem {
	s := spread{double, c}
	if _, ok := p.place[s]; !ok {
		p.place[s] = len(p.order)
		p.order = append(p.order, s)
	}
	return operand.NewDataAddr(operand.NewStaticSymbol(poolName), 32*p.place[s])
}

// write emits the constants, and the masks for tails of AVX2.
func (p *pool) write(wide bool) {
	p.ctx.StaticGlobal(poolName)
	p.ctx.DataAttributes(attr.RODATA | attr.NOPTR)
	for _, s := range p.order {
		word := uint64(s.bits)
		if !s.double {
			word |= word << 32
		}
		for range 4 {
			p.ctx.AppendDatum(operand.U64(word))
		}
	}
	if wide {
		return
	}
	p.ctx.StaticGlobal(masksName)
	p.ctx.DataAttributes(attr.RODATA | attr.NOPTR)
	for i := range 8 {
		word := ^uint64(0)
		if i >= 4 {
			word = 0
		}
		p.ctx.AppendDatum(operand.U64(word))
	}
}

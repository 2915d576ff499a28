package graph

// Operations returns the built-in operations, of each family with attributes one
// member: for tables, and for tests that no operation may be missing from.
func Operations() []*Op {
	return []*Op{
		addOp, subOp, mulOp, divOp, negOp, squareOp, sqrtOp,
		expOp, expm1Op, logOp, log1pOp, sinOp, cosOp, atanOp, erfOp, absOp, signOp, reciprocalOp, xlogyOp, xdivyOp,
		newPowOp(PowAttrs{1.5}),
		sigmoidOp, tanhOp, softplusOp, reluOp, stepOp, leakyReLUOp, leakyStepOp, eluOp, siluOp, geluOp, normalCDFOp,
		maximumOp, minimumOp, greaterOp, greaterEqualOp, equalOp, whereOp, stopGradientOp,
		newClipOp(ClipAttrs{-1, 2}), newOneHotOp(OneHotAttrs{3}),
		newMatMulOp(MatMulAttrs{}), newTransposeOp(TransposeAttrs{[]int{1, 0}}), newReshapeOp(ReshapeAttrs{[]int{6}}),
		newBroadcastOp(BroadcastAttrs{[]int{4, 2, 3}}), newSliceOp(SliceAttrs{1, 1, 3}), newConcatOp(ConcatAttrs{1}),
		newSumOp(SumAttrs{[]int{1}, true}), newProdOp(ProdAttrs{[]int{1}}), newCumSumOp(CumSumAttrs{1, false}), newMaxOp(MaxAttrs{[]int{1}}), newMinOp(MinAttrs{[]int{1}}),
		newIsMaxOp(IsMaxAttrs{[]int{1}}), newIsMinOp(IsMinAttrs{[]int{1}}),
		newSoftmaxOp(SoftmaxAttrs{[]int{1}}), newLogSoftmaxOp(LogSoftmaxAttrs{[]int{1}}), newLogSumExpOp(LogSumExpAttrs{[]int{1}}),
		newRandomUniformOp(RandomUniformAttrs{[]int{2, 3}, 1 << 53}), newRandomBernoulliOp(RandomBernoulliAttrs{0.5, []int{2, 3}, 1 << 53}), newNextSeedOp(NextSeedAttrs{1 << 53}),
	}
}

package graph

import "slices"

// Operations returns the built-in operations, of each family with attributes one
// member: for tables, and for tests that no operation may be missing from. Each
// table of element-wise ones lists its own.
func Operations() []*Op {
	return slices.Concat(arithmeticOps(), functionOps(), activationOps(), comparisonOps(), []*Op{
		newMatMulOp(MatMulAttrs{}), newTransposeOp(TransposeAttrs{[]int{1, 0}}), newReshapeOp(ReshapeAttrs{[]int{6}}),
		newBroadcastOp(BroadcastAttrs{[]int{4, 2, 3}}), newSliceOp(SliceAttrs{1, 1, 3, 1}), newConcatOp(ConcatAttrs{1}),
		newSetSliceOp(SetSliceAttrs{[]Range{{0, 3, 2}, {0, 3, 1}}}),
		newSumOp(SumAttrs{[]int{1}, true}), newProdOp(ProdAttrs{[]int{1}}), newCumSumOp(CumSumAttrs{1, false}),
		newGatherOp(GatherAttrs{1}), newScatterAddOp(ScatterAddAttrs{1, 4}), newTakeAlongOp(TakeAlongAttrs{1}),
		newScatterAddAlongOp(ScatterAddAlongAttrs{1, 4}), newArgsortOp(ArgsortAttrs{1, 2, true}),
		newCumProdOp(CumProdAttrs{1, false}), newCumLogSumExpOp(CumLogSumExpAttrs{1, false}), newRecurrenceOp(RecurrenceAttrs{1, false}), newTriangleOp(TriangleAttrs{0, false}),
		newMaxOp(MaxAttrs{[]int{1}}), newMinOp(MinAttrs{[]int{1}}),
		newIsMaxOp(IsMaxAttrs{[]int{1}}), newIsMinOp(IsMinAttrs{[]int{1}}),
		newSoftmaxOp(SoftmaxAttrs{[]int{1}}), newLogSoftmaxOp(LogSoftmaxAttrs{[]int{1}}), newLogSumExpOp(LogSumExpAttrs{[]int{1}}),
		sigmoidCrossEntropyOp, newSoftmaxCrossEntropyOp(SoftmaxCrossEntropyAttrs{[]int{1}}),
		newWeightedSoftmaxCrossEntropyOp(WeightedSoftmaxCrossEntropyAttrs{[]int{1}}),
		newConv2DOp(Conv2DAttrs(ConvSettings{}.withDefaults())), newConvTranspose2DOp(ConvTranspose2DAttrs{[2]int{1, 1}, [2]int{}, [2]int{1, 1}, [2]int{}, 1}),
		newConvWeightsOp(ConvWeightsAttrs{ConvSettings{}.withDefaults(), [2]int{2, 3}}),
		newMaxPool2DOp(MaxPool2DAttrs{[2]int{1, 2}, [2]int{1, 2}, [2]int{}}), newAvgPool2DOp(AvgPool2DAttrs{[2]int{1, 2}, [2]int{1, 2}, [2]int{}}),
		newPoolIndexOp(PoolIndexAttrs{[2]int{1, 2}, [2]int{1, 2}, [2]int{}}), newPoolPickOp(PoolPickAttrs{[2]int{1, 2}, [2]int{1, 2}, [2]int{}}),
		newPoolPutOp(PoolPutAttrs{PoolSettings{Size: [2]int{1, 2}, Stride: [2]int{1, 2}}, [2]int{2, 4}}),
		newAvgSpreadOp(AvgSpreadAttrs{PoolSettings{Size: [2]int{1, 2}, Stride: [2]int{1, 2}}, [2]int{2, 4}}),
		newRandomUniformOp(RandomUniformAttrs{[]int{2, 3}, 1 << 53}),
		newRandomBernoulliOp(RandomBernoulliAttrs{0.5, []int{2, 3}, 1 << 53}), newNextSeedOp(NextSeedAttrs{1 << 53}),
		sampleScan(), newPartOp(PartAttrs{1, []int{2, 1}}), newPlacedOp(PlacedAttrs{2, 9}),
	})
}

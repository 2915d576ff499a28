package main

// addProducts lists the products of the gemm command: 1024³, and those that
// the networks of the workloads take, with the transposes that they read.
func addProducts(threads int, add func(name, dtype string, make func() *Problem)) {
	seen := map[string]bool{}
	one := func(m, n, k int, transA, transB bool, dtype string) {
		q := Product{M: m, N: n, K: k, TransA: transA, TransB: transB}
		if key := q.name() + dtype; !seen[key] {
			seen[key] = true
			add(q.name(), dtype, func() *Problem { return NewProduct(m, n, k, transA, transB, dtype, threads) })
		}
	}
	for _, dtype := range both {
		one(1024, 1024, 1024, false, false, dtype)
	}
	for _, w := range workloads() {
		for _, dtype := range w.Dtypes {
			if !w.Loop {
				w.products(func(m, n, k int, transA, transB bool) { one(m, n, k, transA, transB, dtype) })
			}
		}
	}
}

// products calls f for the products of a step: W·A′, Wᵀ·dZ and dZ·A′ᵀ of every
// layer, as far as they are needed. X lies example by example.
func (w Workload) products(f func(m, n, k int, transA, transB bool)) {
	for l := range w.Sizes[1:] {
		in, out, m := w.Sizes[l], w.Sizes[l+1], w.Examples
		first := l == 0
		f(out, m, in, false, first)
		if w.Rule == "forward" {
			continue
		}
		f(out, in, m, false, !first)
		if !first {
			f(in, m, out, true, false)
		}
	}
}

// Command bench times what the library does against what else there is: see
//
//	go run ./bench --help
//
// The programs that are compared are files: graph.go is the library, hand*.go is
// code written by hand, gorgonia.go and gonum.go are those two, and python holds
// NumPy, PyTorch and scikit-learn, which run as peers (peer.go). workload.go lists what is
// timed, loop.go and measure.go time it, table.go, chart.go and docs.go show it. fold*.go judge networks, whose
// settings are the table of foldtable.go; fit.go, batches.go, nets.go, gather.go, conv.go and scan.go time two
// that take turns (race.go, against PyTorch torchrace.go), latency*.go predictions.
//
// It imports what it wants, gorgonia included, and nobody imports it. Another
// workload is a row of workload.go, another program an engine in goSystems of
// system.go.
package main

package netspec

import (
	"context"

	"chainrule/graph/gradtest"
)

// The settings of a check of gradients.
const (
	checkEntries      = 50   // of a parameter that are compared at most
	leastCheckEntries = 1    // however large the network is
	checkPasses       = 10   // forward passes for an entry, about
	checkFLOP         = 1e11 // of all forward passes together, about
)

// A CheckedParam compares the gradient of one parameter with differences.
type CheckedParam struct {
	Line Line // dW1, …
	gradtest.Row
}

// Total returns how many entries the parameter has.
func (p CheckedParam) Total() int { return p.Shape.TotalSize() }

// CheckGradients compares gradients of W and b with differences of the cost,
// until ctx is done. Of a parameter with many entries it takes some, chosen at
// random.
func CheckGradients(ctx context.Context, s *Spec, r *Result) ([]CheckedParam, error) {
	m, err := newModel(s)
	if err != nil {
		return nil, err
	}
	g := m.Cost.Graph()
	var of []Line
	var claims []gradtest.Claim
	for l := range s.W {
		of = append(of, Line{kindDW, l + 1}, Line{kindDB, l + 1})
		claims = append(claims, gradtest.Claim{Of: g.Use(m.net.Params()[2*l]), Values: r.DW[l].Data},
			gradtest.Claim{Of: g.Use(m.net.Params()[2*l+1]), Values: r.DB[l].Data})
	}
	settings := gradtest.Settings{MaxEntries: entriesToCheck(s)}
	report, err := gradtest.Judge(ctx, settings, m.Cost, s.Feeds(m.Nodes), claims...)
	if err != nil {
		return nil, err
	}
	var all []CheckedParam
	for i, row := range report.Rows {
		all = append(all, CheckedParam{of[i], row})
	}
	return all, nil
}

// entriesToCheck returns how many entries of a parameter are compared.
func entriesToCheck(s *Spec) int {
	weights := 0
	for _, w := range s.W {
		weights += len(w.Data)
	}
	perPass := 2 * float64(weights) * float64(s.Examples())
	passes := checkPasses * 2 * float64(s.Layers())
	return int(min(max(checkFLOP/(perPass*passes), leastCheckEntries), checkEntries))
}

package browser_test

import (
	"encoding/json"
	"net/http"

	"chainrule/internal/handgrad"
)

// byHand answers a network, its examples and its labels with the values and derivatives that the
// formulas derived by hand give, which know nothing of the engine behind the page.
func byHand(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		W, B    []handgrad.Matrix
		Hidden  []string
		Softmax bool
		X, Y    handgrad.Matrix
	}
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	n := handgrad.MLP{W: asked.W, B: asked.B, Softmax: asked.Softmax}
	for _, name := range asked.Hidden {
		g, err := handgrad.ActivationByName(name)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		n.Hidden = append(n.Hidden, g)
	}
	gradients, err := n.Gradients(asked.X, asked.Y)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if err := json.NewEncoder(w).Encode(gradients); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

// Command server answers a list of inputs in JSON by that of the outputs. Its argument
// is the file of a model.
package main

import (
	"encoding/json"
	"log"
	"net/http"
	"os"

	"chainrule/layers/predict"
)

func main() {
	m, err := predict.LoadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe("localhost:8080", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var x []float64
		err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&x)
		y := make([]float64, len(x)/m.Inputs()*m.Outputs())
		if err == nil {
			err = m.Predict(y, x)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		json.NewEncoder(w).Encode(y)
	})))
}

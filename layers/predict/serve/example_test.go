package serve_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"chainrule/layers/predict/serve"
)

// A handler goes into any server. Beside it, go h.Watch(ctx) takes new files of the model.
func Example() {
	h, err := serve.Open("../testdata/fruits.safetensors")
	if err != nil {
		fmt.Println(err)
		return
	}
	h.MaxRows = 100
	mux := http.NewServeMux()
	mux.Handle("/fruits/", http.StripPrefix("/fruits", h))
	server := httptest.NewServer(mux) // or http.ListenAndServe("localhost:8080", mux)
	defer server.Close()

	r, err := http.Post(server.URL+"/fruits/predict", "application/json",
		strings.NewReader(`{"rows": [{"weight": 150, "colour": "red"}, {"weight": 165, "colour": "green"}]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer r.Body.Close()
	var answer struct{ Predictions []struct{ Class string } }
	err = json.NewDecoder(r.Body).Decode(&answer)
	fmt.Println(r.StatusCode, answer.Predictions, err)
	// Output: 200 [{apple} {banana}] <nil>
}

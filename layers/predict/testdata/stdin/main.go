// Command stdin reads a table, separated by commas, and writes a line of outputs for
// each of its rows. Its argument is the file of a model.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"chainrule/layers/predict"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	m, err := predict.LoadFile(os.Args[1])
	if err != nil {
		return err
	}
	in := bufio.NewScanner(os.Stdin)
	in.Scan()
	t, err := m.Table(strings.Split(in.Text(), ","))
	if err != nil {
		return err
	}
	x, y := make([]float64, m.Inputs()), make([]float64, m.Outputs())
	for in.Scan() {
		if err := t.Encode(x, strings.Split(in.Text(), ",")); err != nil {
			return err
		}
		if err := m.Predict(y, x); err != nil {
			return err
		}
		fmt.Println(y)
	}
	return in.Err()
}

package main

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"chainrule/cmd/demo/internal/cli"
	"chainrule/internal/shipped"
	"chainrule/internal/words"
	"chainrule/optim/experiment"
	"github.com/spf13/cobra"
)

// A csvConfig is what flags say about the file of --csv.
type csvConfig struct {
	csv       string   // path, name of a shipped set or "-" for standard input, "" for none
	label     string   // column that holds the class, "" for the last
	targets   []string // columns of numbers to predict, in place of label
	ignore    []string // columns to leave out
	header    string
	separator string // "" to be found out
	decimal   string // the same
	missing   string
	task      string   // "" to be found out
	text      []string // columns of texts that look like numbers
	encoding  string   // "" for UTF-8
	share     float64  // to hold out
}

func defaultCSV() csvConfig { return csvConfig{header: "auto", missing: "error", share: 0.2} }

// aboutFile is why a flag has no effect without --csv.
const aboutFile = "it says how the file of --csv is written"

func addFileFlags(cmd *cobra.Command, c *csvConfig) {
	group := cli.NewGroup(cmd, "A file as data")
	share := func(v float64) bool { return v >= 0 && v < 1 }
	group.Add(cli.File(&c.csv, "csv", "the name of a CSV file").Or("none").Also("file", "input"), "csv",
		"file to train on, a row for each example, with numbers or texts as inputs and one column for the class or the number to predict; - for standard input, "+
			"and without a file of that name "+words.List(shipped.Names(), "or"))
	group.Add(cli.Text(&c.label, "COLUMN", "the name of a column").Or("the last").Also("target", "class", "y"), "label", "column of the file that holds the class, or the number to predict")
	group.Add(columnList(&c.targets).Or("none").Also("labels"), "targets", "columns of numbers to predict, in place of --label")
	group.Add(columnList(&c.ignore).Or("none"), "ignore", "columns to leave out, such as an ID or a name")
	group.Add(cli.Choice(&c.task, "classify", "regress").Or("found out"), "task",
		"whether the label is a class or a number to predict")
	group.Add(columnList(&c.text).Or("none"), "text", "columns of texts that look like numbers, such as a postcode: each different text becomes an input, as it does where the first cell of a column is a text")
	group.Add(cli.Choice(&c.missing, "error", "drop", "mean", "fill"), "missing",
		"what to do about a missing cell: fail, leave its row out, put the mean of the column's numbers, or fill texts too, with the most frequent, each by the examples to train on")
	group.Add(cli.Choice(&c.header, "auto", "yes", "no"), "header", "whether the first line names the columns; without names they are called 1, 2, 3 and so on")
	group.Add(oneMark(&c.separator, ",", ";", "|", "tab").Or("found out"), "separator", `what stands between cells: ",", ";", "|" or tab`)
	group.Add(oneMark(&c.decimal, ".", ",").Or("found out"), "decimal", `what stands before decimals: "." or ","`)
	group.Add(cli.Text(&c.encoding, "NAME", "the name of an encoding").Or("utf-8"), "encoding", "of the text, such as windows-1252 or latin1")
	group.Add(cli.Real(&c.share, "a number from 0 to below 1", share), "held", "share of the file that is held out, 0 for none")
}

// oneMark is one of some marks; the help says which.
func oneMark(dst *string, marks ...string) *cli.Value {
	shown := make([]string, len(marks))
	for i, mark := range marks {
		shown[i] = strconv.Quote(mark)
	}
	v := cli.Choice(dst, marks...)
	v.Kind, v.Names = "MARK", nil
	v.Parse = func(s string) error {
		if !slices.Contains(marks, s) {
			return errors.New(words.List(shown, "or") + " expected")
		}
		*dst = s
		return nil
	}
	return v
}

// columnList is a list of names of columns, separated as in a CSV file.
func columnList(dst *[]string) *cli.Value {
	return &cli.Value{Kind: "LIST", Parse: func(s string) error {
		names, err := csv.NewReader(strings.NewReader(s)).Read()
		if err != nil || strings.ContainsAny(s, "\r\n") {
			return errors.New(`names of columns separated by commas expected, in "" where a name has a comma`)
		}
		*dst = names
		return nil
	}}
}

// settings returns the file as data of an experiment.
func (c csvConfig) settings(seed uint32) experiment.Data {
	return experiment.Data{Kind: "csv", Path: c.csv, Label: c.label, Held: c.share, Seed: seed, Header: c.header,
		Separator: c.separator, Decimal: c.decimal, Ignore: c.ignore, Missing: c.missing, Encoding: c.encoding, Task: c.task, Text: c.text, Targets: c.targets}
}

// A source is where a set comes from.
type source struct {
	name    string // in titles
	shipped bool   // with the program
}

// read reads the file, of standard input if that is what c says, or a shipped set if
// there is no file of the name.
func (c csvConfig) read(d experiment.Data, in io.Reader) (experiment.Examples, source, error) {
	if c.csv == "-" {
		d.Path = "standard input"
		sets, err := experiment.LoadFrom(in, d)
		return sets, source{name: d.Path}, err
	}
	from := source{name: filepath.Base(c.csv)}
	if _, err := os.Stat(c.csv); errors.Is(err, fs.ErrNotExist) {
		if f, ok := shipped.Open(c.csv); ok {
			defer f.Close()
			d.Path = strings.TrimSuffix(c.csv, ".csv") + ".csv"
			sets, err := experiment.LoadFrom(f, d)
			return sets, source{d.Path, true}, err
		}
	}
	sets, err := experiment.Load(d)
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w, and %s come with demo", err, words.List(shipped.Names(), "and"))
	}
	return sets, from, err
}

// describeFile names the examples of a file.
func (c config) describeFile(sets experiment.Examples, from source) examples {
	train, held := sets.Train, sets.Held
	e := examples{title: from.name, sets: sets, words: train.Classes, shipped: from.shipped, reading: sets.Reading.String()}
	e.about = from.name
	if from.shipped {
		e.about += ", which comes with demo"
	}
	e.about += fmt.Sprintf(": %s of %s, %s. ", words.Count(train.Len()+held.Len()+sets.Val.Len(), "example"), e.classes(), words.Count(len(train.Features), "input"))
	if e.reading != "" {
		e.about += "How it was read: " + e.reading + ". "
	}
	parts := []string{fmt.Sprintf("%d to train on", train.Len())}
	if sets.Val != nil {
		parts = append(parts, fmt.Sprintf("%d for validation", sets.Val.Len()))
	}
	if held != nil {
		parts = append(parts, fmt.Sprintf("%d held out", held.Len()))
	}
	switch {
	case len(parts) == 1:
	case e.numbers():
		e.about += strings.Join(parts, ", ") + ". "
	default:
		e.about += strings.Join(parts, ", ") + ", of each class the same share. "
	}
	what := "The inputs are"
	if e.numbers() {
		what = "Inputs and numbers to predict are"
	}
	how := "mean 0 and standard deviation 1 over the examples to train on"
	if c.initFrom != "" {
		how = "as " + c.initFrom + " has it, if it has it, else over the examples to train on"
	}
	e.about += what + " standardised: " + how
	e.names = train.Features
	return e
}

// dataFlags are the flags by what the JSON of an experiment calls them.
var dataFlags = strings.NewReplacer("data.label", "--label", "data.ignore", "--ignore", "data.header", "--header",
	"data.separator", "--separator", "data.decimal", "--decimal", "data.missing", "--missing", "data.encoding", "--encoding",
	"data.task", "--task", "data.text", "--text", "data.targets", "--targets")

// flagError puts the flag before an error, in place of the path in the JSON.
func (c config) flagError(err error) error {
	var at *experiment.Error
	if !errors.As(err, &at) {
		return err
	}
	flag := map[string]string{"data.examples": fmt.Sprintf("--examples %d", c.examples),
		"data": "--csv", "data.path": "--csv", "rule.rate": "--lr", "data.val": fmt.Sprintf("--val %v", c.val), "data.held": fmt.Sprintf("--held %v", c.share)}[at.Path]
	text := strings.TrimPrefix(err.Error(), at.Path+": ")
	return fmt.Errorf("%s: %s", cmp.Or(flag, dataFlags.Replace(flagOf(at.Path))), dataFlags.Replace(text))
}

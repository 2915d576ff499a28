package graph_test

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/graph/draw"
	"chainrule/graph/explain"
	"chainrule/graph/gradtest"
	"chainrule/layers"
	"chainrule/layers/predict"
	"chainrule/layers/predict/serve"
	"chainrule/losses"
	"chainrule/losses/metrics"
	"chainrule/optim"
	"chainrule/optim/dataset"
	"chainrule/optim/experiment"
	"chainrule/optim/fullbatch"
)

// everyFunction and everyType are the public packages' but for interfaces, generic
// functions and gradtest.Check, whose *testing.T nobody but a test has.
var everyFunction = []any{
	layers.NewEmbedding, graph.Argmax, graph.Argmin, graph.Argsort, graph.At, graph.Gather, graph.ScatterAdd, graph.ScatterAddAlong, graph.Sort, graph.TakeAlong, graph.TopK,
	dataset.FromMatrix, dataset.FromRows, dataset.FromTensor, dataset.OpenCSV, dataset.OpenIDX, dataset.ReadCSV, dataset.ReadIDX, draw.DOT, draw.Isolate, draw.PNG, draw.SVG, draw.WriteSVG, experiment.Chain, experiment.CheckEnding, experiment.Load, experiment.NewRule, experiment.NewSchedule, experiment.RuleKinds, experiment.Open, experiment.OpenSaved, experiment.Parse, experiment.Prepare, experiment.ScheduleKinds,
	experiment.LoadFrom, experiment.LoadWithin, experiment.New, experiment.NewOn, experiment.Read, explain.ConventionNames, explain.Derive, explain.DeriveRaw, explain.LanguageNames, gradtest.Compare, gradtest.Judge,
	graph.Abs, graph.Add, graph.Atan, graph.BroadcastTo, graph.Clip, graph.Compile, graph.Concat, graph.Cos, graph.CumSum, graph.Div, graph.Dot,
	graph.ELU, graph.Equal, graph.Erf, graph.Errorf, graph.Exp, graph.Expm1, graph.Fail, graph.Formulas, graph.FromLogits, graph.GELU, graph.Grad, graph.GradByExample, graph.GradByExampleRaw, graph.GradRaw,
	graph.Greater, graph.GreaterEqual, graph.HVP, graph.Jacobian, graph.LeakyReLU, graph.Less, graph.LessEqual, graph.Log, graph.Log1p, graph.LogSoftmax,
	graph.LogSumExp, graph.MatMul, graph.MatMulTrans, graph.Max, graph.Maximum, graph.Mean, graph.MeanOver, graph.Min, graph.Minimum, graph.Mul, graph.Neg, graph.New,
	graph.NewParam, graph.NewScript, graph.NextSeed, graph.NormalCDF, graph.NotEqual, graph.OneHot, graph.Operations, graph.Outer, graph.Pow, graph.Prod,
	graph.RandomBernoulli, graph.RandomUniform, graph.SigmoidCrossEntropy, graph.SoftmaxCrossEntropy, graph.WeightedSoftmaxCrossEntropy, graph.ReLU, graph.Reciprocal, graph.Recovered, graph.Require, graph.Reshape, graph.SiLU, graph.Sigmoid, graph.Sign, graph.Sin,
	graph.CumLogSumExp, graph.CumProd, graph.Diag, graph.Diagonal, graph.Eye, graph.Flip, graph.Pad, graph.Recurrence, graph.SetSlice, graph.Split, graph.Stack, graph.Tile, graph.Tril, graph.Triu,
	graph.Slice, graph.Softmax, graph.Softplus, graph.Sqrt, graph.Square, graph.Step, graph.StopGradient, graph.Sub, graph.Sum, graph.Tanh,
	graph.AvgPool2D, graph.Conv2D, graph.ConvTranspose2D, graph.MaxPool2D,
	graph.StepOf, graph.Transpose, graph.Upstream, graph.VJP, graph.Variance, graph.Norm, graph.Std, graph.Where, graph.XLogY, layers.ActivationByName, layers.ActivationNames,
	layers.ApplyWith, layers.Build, layers.Describe, layers.Glorot, layers.He, layers.InitializerByName, layers.InitializerNames, layers.LeCun, layers.Load, layers.LoadFile, layers.LoadWeights, layers.Save, layers.SaveFile, predict.Load, predict.LoadFile, predict.New, serve.New, serve.Open, layers.NewConv2D, layers.NewDense,
	layers.NewStandardize, layers.NewTwoLayer, layers.NewUnstandardize, layers.Normal, layers.Scaled, layers.State, layers.Summarize, layers.Uniform, layers.Zeros, losses.AbsoluteError, losses.Accuracy, losses.BinaryAccuracy, losses.BinaryCrossEntropy,
	graph.Hessian, graph.JVP, graph.Vmap, graph.Cond,
	layers.ApplyMasked,
	losses.CategoricalCrossEntropy, losses.Hinge, losses.Huber, metrics.Class, losses.SigmoidCrossEntropy, losses.SoftmaxCrossEntropy, losses.SquaredError, losses.WeightedSoftmaxCrossEntropy, fullbatch.Minimize, optim.Flatten,
}

var everyType = []any{
	new(layers.Embedding), new(layers.EmbeddingSettings), new(graph.ArgsortAttrs), new(graph.GatherAttrs), new(graph.IndexError), new(graph.ScatterAddAlongAttrs), new(graph.ScatterAddAttrs), new(graph.Sorting), new(graph.TakeAlongAttrs),
	new(dataset.BatchSettings), new(dataset.Batches), new(dataset.Block), new(dataset.Column), new(dataset.CSV), new(dataset.CSVError), new(dataset.Fold), new(dataset.Frequent), new(dataset.IDX), new(dataset.Rows), new(dataset.Schema), new(dataset.Text), new(dataset.Header), new(dataset.Mean), new(dataset.Missing), new(dataset.Reading), new(dataset.Scaling),
	new(dataset.Set), new(experiment.Cost), new(experiment.Data), new(experiment.Error), new(experiment.Examples), new(experiment.Experiment),
	new(experiment.Init), new(experiment.Layer), new(experiment.Nodes), new(experiment.Rule), new(experiment.Saved), new(experiment.Schedule), new(experiment.Training), new(experiment.Score),
	new(experiment.Settings), new(draw.Settings), new(explain.Convention), new(explain.Derivation), new(explain.Language), new(explain.Line), new(explain.Program), new(explain.Settings), new(gradtest.Claim), new(gradtest.Entry), new(gradtest.Report),
	new(gradtest.Row), new(gradtest.Settings), new(gradtest.Verdict), new(graph.BroadcastAttrs), new(graph.ByExample), new(graph.ClipAttrs), new(graph.ConcatAttrs),
	new(graph.CumLogSumExpAttrs), new(graph.CumProdAttrs), new(graph.Cumulative), new(graph.Padding), new(graph.RecurrenceAttrs), new(graph.SetSliceAttrs), new(graph.TriangleAttrs),
	new(graph.Coupling), new(graph.CumSumAttrs), new(graph.Error), new(graph.Feeds), new(graph.Formula), new(graph.Graph), new(graph.IsMaxAttrs), new(graph.LabelValues), new(graph.NotFinite), new(graph.Requirement), new(graph.IsMinAttrs),
	new(graph.LogSoftmaxAttrs), new(graph.LogSumExpAttrs), new(graph.MatMulAttrs), new(graph.MaxAttrs), new(graph.MinAttrs), new(graph.NextSeedAttrs),
	new(graph.Node), new(graph.OneHotAttrs), new(graph.Op), new(graph.Panic), new(graph.Param), new(graph.PowAttrs), new(graph.ProdAttrs), new(graph.Profile),
	new(graph.ProfileRow), new(graph.Program), new(graph.RandomBernoulliAttrs), new(graph.RandomUniformAttrs), new(graph.Range), new(graph.Reduce),
	new(explain.Loop), new(graph.Loop), new(graph.ScanAttrs), new(graph.StepBody), new(graph.PartAttrs), new(graph.PlacedAttrs),
	new(graph.ReshapeAttrs), new(graph.Definition), new(graph.Script), new(graph.Source), new(graph.Settings), new(graph.Shapes), new(graph.SliceAttrs), new(graph.SoftmaxAttrs), new(graph.SoftmaxCrossEntropyAttrs), new(graph.WeightedSoftmaxCrossEntropyAttrs), new(graph.Spec),
	new(graph.AvgPool2DAttrs), new(graph.AvgSpreadAttrs), new(graph.Conv2DAttrs), new(graph.ConvSettings), new(graph.ConvTranspose2DAttrs), new(graph.ConvTransposeSettings),
	new(graph.ConvWeightsAttrs), new(graph.MaxPool2DAttrs), new(graph.PoolIndexAttrs), new(graph.PoolPickAttrs), new(graph.PoolPutAttrs), new(graph.PoolSettings),
	new(graph.SumAttrs), new(graph.TransposeAttrs), new(graph.Update), new(layers.Activation), new(layers.Dense), new(layers.DenseSettings),
	new(layers.BatchNorm), new(layers.BatchNormSettings), new(layers.Dropout), new(layers.DropoutSettings), new(layers.LayerNorm), new(layers.LayerNormSettings),
	new(layers.GRU), new(layers.LSTM), new(layers.MultiHeadAttention), new(layers.MultiHeadAttentionSettings), new(layers.Positions), new(layers.PositionsSettings),
	new(layers.RNN), new(layers.Recurrent), new(layers.RecurrentSettings), new(layers.Steps), new(layers.StepMean), new(layers.TransformerSettings),
	new(layers.AvgPool2D), new(layers.Conv2D), new(layers.Conv2DSettings), new(layers.Flatten), new(layers.GlobalAvgPool), new(layers.Image), new(layers.MaxPool2D),
	new(layers.Parallel), new(layers.Residual), new(layers.Standardize), new(layers.Summary), new(layers.SummaryRow), new(layers.Unstandardize), new(losses.With),
	new(metrics.AbsoluteError), new(metrics.Accuracy), new(metrics.Averages), new(metrics.Brier), new(metrics.Calibration), new(metrics.CalibrationBin), new(metrics.Confusion),
	new(graph.Mapping),
	new(metrics.LogLoss), new(metrics.Point), new(metrics.R2), new(metrics.ROC), new(metrics.SquaredError), new(metrics.StreamROC), new(metrics.TopK),
	new(layers.Initializer), new(layers.MLP), new(layers.Model), new(predict.Model), new(predict.Table), new(serve.Handler), new(optim.Checkpoint), new(layers.MLPNodes), new(layers.MLPSettings), new(layers.Sequential), new(optim.Adam),
	new(optim.Batches), new(optim.DataFunc), new(optim.Fit), new(optim.FitState), new(optim.GradientDescent), new(optim.History), new(optim.Metric), new(optim.Momentum), new(optim.Progress), new(optim.Record), new(optim.Trainer), new(optim.Update),
	new(optim.Adagrad), new(optim.AdamW), new(optim.Average), new(optim.Clip), new(optim.Decay), new(optim.Flat), new(optim.FlatPart), new(optim.Lion),
	new(optim.PerParameter), new(optim.RMSProp), new(optim.Together), new(optim.RangeCurve), new(optim.RangePoint), new(optim.RangeTest),
	new(optim.Constant), new(optim.Cosine), new(optim.Exponential), new(optim.OneCycle), new(optim.Plateau), new(optim.PlateauState), new(optim.Position),
	new(optim.Staircase), new(optim.Warmup), new(fullbatch.Method), new(fullbatch.Progress), new(fullbatch.Result), new(fullbatch.Settings),
}

// What is missing (nil, a zero struct, such a node among a list) is an error or a zero
// result of every public function and method, never a panic. Errors that are nil are
// called by nobody.
func TestNothingPanicsOnZeroValues(t *testing.T) {
	for i, f := range everyFunction {
		callWithZeros(t, fmt.Sprintf("function %d: %T", i, f), reflect.ValueOf(f))
	}
	for _, v := range everyType {
		_, isError := v.(error)
		for _, v := range []reflect.Value{reflect.ValueOf(v), reflect.Zero(reflect.TypeOf(v))} {
			for i := range v.NumMethod() {
				m := v.Type().Method(i).Name
				_, ofValue := v.Type().Elem().MethodByName(m)
				if v.IsNil() && (isError || ofValue) || v.Type() == reflect.TypeFor[*gradtest.Settings]() {
					continue
				}
				callWithZeros(t, v.Type().String()+"."+m, v.Method(i))
			}
		}
	}
}

// callWithZeros gives nil, then what is new and empty, then lists of each.
func callWithZeros(t *testing.T, name string, f reflect.Value) {
	for depth := range 4 {
		func() {
			defer func() {
				if r := recover(); r != nil {
					t.Errorf("%s, arguments %d: panic: %v", name, depth, r)
				}
			}()
			call := f.Call
			if f.Type().IsVariadic() {
				call = f.CallSlice
			}
			var in []reflect.Value
			for i := range f.Type().NumIn() {
				in = append(in, zero(f.Type().In(i), depth))
			}
			call(in)
		}()
	}
}

func zero(t reflect.Type, depth int) reflect.Value {
	v := reflect.Zero(t)
	switch {
	case t == reflect.TypeFor[context.Context]():
		return reflect.ValueOf(context.Background())
	case t == reflect.TypeFor[http.ResponseWriter]():
		return reflect.ValueOf(httptest.NewRecorder())
	case t == reflect.TypeFor[*http.Request]():
		return reflect.ValueOf(httptest.NewRequest("GET", "/model", nil))
	case depth == 0:
	case t.Kind() == reflect.Pointer:
		return reflect.New(t.Elem())
	case t.Kind() == reflect.Slice:
		return reflect.Append(v, zero(t.Elem(), depth-1))
	case t.Kind() == reflect.Map:
		v = reflect.MakeMap(t)
		v.SetMapIndex(zero(t.Key(), depth-1), zero(t.Elem(), depth-1))
	case t.Kind() == reflect.Func:
		return reflect.MakeFunc(t, func([]reflect.Value) (out []reflect.Value) {
			for i := range t.NumOut() {
				out = append(out, reflect.Zero(t.Out(i)))
			}
			return out
		})
	}
	return v
}

// The two lists hold all there is: what the sources of the public packages export.
func TestZeroListsAreComplete(t *testing.T) {
	listed := map[string]bool{"gradtest.Check": true, "draw.Isolate": true} // which needs a test, and which starts this program again
	for _, f := range everyFunction {
		name := runtime.FuncForPC(reflect.ValueOf(f).Pointer()).Name()
		listed[name[strings.LastIndex(name, "/")+1:]] = true
	}
	for _, v := range everyType {
		name := reflect.TypeOf(v).Elem().String()
		if of, is := strings.CutPrefix(name, "schema."); is {
			name = "dataset." + of // as it is exported
		}
		if name == "modelfile.Section" {
			name = "optim.Checkpoint"
		}
		listed[name] = true
	}
	found := 0
	for _, dir := range []string{"graph", "graph/draw", "graph/explain", "graph/gradtest", "layers", "layers/predict", "layers/predict/serve", "losses", "losses/metrics", "optim", "optim/dataset", "optim/experiment", "optim/fullbatch"} {
		for _, name := range exported(t, "../"+dir) {
			found++
			if !listed[name] {
				t.Errorf("%s is in neither everyFunction nor everyType", name)
			}
		}
	}
	if found < len(everyFunction) {
		t.Errorf("%d found, and %d functions are listed", found, len(everyFunction))
	}
}

// exported returns the functions and types that the sources of a folder export, but for
// interfaces, other names of maps and what is generic, as package.Name.
func exported(t *testing.T, dir string) (names []string) {
	files, err := filepath.Glob(dir + "/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %d files, error %v", dir, len(files), err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		add := func(id *ast.Ident, generic bool) {
			if id.IsExported() && !generic {
				names = append(names, f.Name.Name+"."+id.Name)
			}
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				add(d.Name, d.Recv != nil || d.Type.TypeParams != nil)
			case *ast.GenDecl:
				for _, s := range d.Specs {
					if s, ok := s.(*ast.TypeSpec); ok {
						_, isInterface := s.Type.(*ast.InterfaceType)
						_, isMap := s.Type.(*ast.MapType)
						add(s.Name, isInterface || s.TypeParams != nil || s.Assign.IsValid() && isMap)
					}
				}
			}
		}
	}
	return names
}

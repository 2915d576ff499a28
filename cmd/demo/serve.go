package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"chainrule/cmd/demo/internal/cli"
	"chainrule/cmd/demo/internal/terminal"
	"chainrule/internal/files"
	"chainrule/layers/predict/serve"
	"github.com/spf13/cobra"
)

// A serveConfig is what the flags of demo serve say.
type serveConfig struct {
	addr    string
	bytes   int
	rows    int
	timeout time.Duration
}

// shutdownTime is for how long requests under way are waited for.
const shutdownTime = 10 * time.Second

func newServeCommand() *cobra.Command {
	c := serveConfig{addr: "localhost:8080", bytes: 8 << 20, rows: 10_000, timeout: 10 * time.Second}
	cmd := &cobra.Command{
		Use:   "serve MODEL",
		Short: "answer predictions of a trained network over HTTP",
		Long: `Answers over HTTP until it is interrupted; requests under way are ended first.

POST /predict takes {"rows": [{"column": value, ...}, ...]} or {"inputs": [[number, ...], ...]} as application/json, or a table with a header as text/csv, and answers in JSON, or in CSV to a request with "Accept: text/csv". GET /model tells what 'demo inspect' does, /healthz that the server lives, /metrics counts and times for Prometheus.

A new file that is put in the place of the model, best by a rename, is served within a second, and no request is lost. One that cannot be read is logged, and the old model stays.

There is no encryption and nobody is asked for a password: other machines than this one should reach it through a server that does both.`,
		Example: "demo serve iris.safetensors\ndemo serve iris.safetensors --addr localhost:9000",
		Args:    oneArgument("the name of a model file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return interrupted(cmd, runServe(cmd, args[0], c))
		},
		ValidArgsFunction: modelFiles,
	}
	group := cli.NewGroup(cmd, "Server")
	group.Add(cli.Text(&c.addr, "HOST:PORT", "an address such as localhost:8080"), "addr", "address to listen at; port 0 is any that is free")
	group.Add(cli.Whole(&c.bytes, 1, 1<<30), "max-bytes", "of the body of a request")
	group.Add(cli.Whole(&c.rows, 1, 1<<20), "max-rows", "examples of a request")
	group.Add(seconds(&c.timeout), "timeout", "seconds for reading a request, and for a prediction")
	return cmd
}

// runServe is demo serve.
func runServe(cmd *cobra.Command, path string, c serveConfig) error {
	if _, err := regularFile(path); err != nil {
		return cli.Mistake(cmd, err)
	}
	h, err := serve.Open(path)
	if err != nil {
		return cli.Mistake(cmd, err)
	}
	h.MaxBytes, h.MaxRows, h.Timeout = int64(c.bytes), c.rows, c.timeout
	h.Log = slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), nil))
	listener, err := net.Listen("tcp", c.addr)
	if err != nil {
		return cli.Usage(cmd, "--addr %s: %w", cli.Quoted(c.addr), listenReason(err))
	}
	ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGTERM)
	defer stop()
	go h.Watch(ctx)
	server := &http.Server{Handler: h, ReadHeaderTimeout: c.timeout, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		// Beyond the answer's own time, a client has so long to take it.
		WriteTimeout: 2*c.timeout + time.Minute, ErrorLog: slog.NewLogLogger(h.Log.Handler(), slog.LevelWarn)}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	out := terminal.NewWriter(cmd.OutOrStdout())
	out.Printf("%s is served at http://%s\n", path, listener.Addr())
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	last, done := context.WithTimeout(context.Background(), shutdownTime)
	defer done()
	if err := server.Shutdown(last); err != nil {
		return errors.Join(fmt.Errorf("requests under way did not end within %v", shutdownTime), server.Close())
	}
	return out.Err
}

// listenReason strips what the message says already.
func listenReason(err error) error {
	var of *net.OpError
	var call *os.SyscallError
	switch {
	case errors.As(err, &call):
		return call.Err
	case errors.As(err, &of) && of.Err != nil:
		return of.Err
	}
	return files.Reason(err)
}

package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"

	"chainrule/cmd/demo/internal/cli"
	"chainrule/cmd/demo/internal/play"
	"chainrule/cmd/demo/internal/play/server"
	"chainrule/cmd/demo/internal/play/static"
	"chainrule/cmd/demo/internal/terminal"
	"chainrule/internal/files"
	"github.com/spf13/cobra"
)

// A playConfig is what the flags of demo play say.
type playConfig struct {
	addr   string
	open   bool
	class  string
	static string
}

func newPlayCommand() *cobra.Command {
	c := playConfig{addr: "127.0.0.1:0"}
	cmd := &cobra.Command{
		Use:   "play",
		Short: "open the playground, a page on which networks are trained, read and broken",
		Long: `Serves a page to a browser on this machine, at the address that it prints, until it is interrupted. Everything is in this program: no network is needed, and nothing is written to disk.

On the page a network is trained as you watch, forwards and backwards step by step; every formula of its gradient is shown with its numbers, weights are nudged, mistakes planted and found, and experiments, models and programs taken along.

--class takes a worksheet for a class, a JSON file with tasks: what each claims, what may be changed, and what has to be reached.

--static writes the page as files for any web server instead, with an engine that runs in the reader's browser. It needs the Go toolchain and the source of this program, and takes a minute.`,
		Example: "demo play --open\ndemo play --addr localhost:8080 --class worksheet.json\ngo run ./cmd/demo play --static site",
		Args:    cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if c.static != "" {
				return interrupted(cmd, runStatic(cmd, c.static))
			}
			return interrupted(cmd, runPlay(cmd, c))
		},
	}
	group := cli.NewGroup(cmd, "Server")
	group.Add(cli.Text(&c.addr, "HOST:PORT", "an address such as localhost:8080"), "addr", "address to listen at; port 0 is any that is free")
	group.Switch(&c.open, "open", "open the page in your browser")
	group.Add(cli.File(&c.class, "json", "the name of a worksheet").Or("none"), "class", "worksheet for a class")
	group = cli.NewGroup(cmd, "Without a server")
	group.Add(cli.Directory(&c.static).Or("none"), "static", "directory to write files to, in place of a server")
	return cmd
}

// runPlay is demo play.
func runPlay(cmd *cobra.Command, c playConfig) error {
	s := &server.Server{Log: slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), nil))}
	if c.class != "" {
		var err error
		if s.Class, err = readWorksheet(c.class); err != nil {
			return cli.Usage(cmd, "--class %s: %w", cli.Quoted(c.class), err)
		}
	}
	listener, err := net.Listen("tcp", c.addr)
	if err != nil {
		return cli.Usage(cmd, "--addr %s: %w", cli.Quoted(c.addr), listenReason(err))
	}
	at := listener.Addr().(*net.TCPAddr).AddrPort()
	url, names := reachable(c.addr, at)
	s.Names = names
	ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGTERM)
	defer stop()
	out := terminal.NewWriter(cmd.OutOrStdout())
	out.Printf("the playground is at %s (Ctrl-C ends it)\n", url)
	if !at.Addr().IsLoopback() {
		fmt.Fprintln(cmd.ErrOrStderr(), "demo: warning: other machines can reach the playground: there is no password and no encryption, and each page trains on this machine")
	}
	if c.open {
		openBrowser(url, func(err error) {
			fmt.Fprintf(cmd.ErrOrStderr(), "demo: no browser was opened (%v): open %s in one\n", err, url)
		})
	}
	return errors.Join(s.Serve(ctx, listener), out.Err)
}

// runStatic is demo play --static.
func runStatic(cmd *cobra.Command, path string) error {
	for _, flag := range []string{"addr", "open", "class"} {
		if cmd.Flags().Changed(flag) {
			return cli.Usage(cmd, "--%s is about a server, and with --static there is none", flag)
		}
	}
	names, err := static.Names()
	if err != nil {
		return err
	}
	dir, err := openDirectory(path, names...)
	if err != nil {
		return cli.Usage(cmd, "--static %s: %w", cli.Quoted(path), err)
	}
	defer dir.removeIfEmpty()
	made, err := static.Build(cmd.Context())
	switch {
	case cmd.Context().Err() != nil:
		return cli.ErrInterrupted
	case err != nil:
		return cli.Usage(cmd, "--static: %w", err)
	}
	var all []file
	for _, f := range made {
		all = append(all, file{f.Name, f.Data})
	}
	if _, err := dir.write(all); err != nil {
		return err
	}
	out := terminal.NewWriter(cmd.OutOrStdout())
	out.Printf("%d files are in %s, the engine among them with %.1f MB: any web server can serve them, 'python3 -m http.server -d %s' for one\n",
		len(all), path, float64(len(made[0].Data))/1e6, cli.Quoted(path))
	return out.Err
}

// mostWorksheet is how many bytes a worksheet may have.
const mostWorksheet = 1 << 20

// readWorksheet reads one, and tries its tasks.
func readWorksheet(path string) (*play.Worksheet, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, files.Reason(err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, mostWorksheet+1))
	if err != nil {
		return nil, files.Reason(err)
	}
	if len(text) > mostWorksheet {
		return nil, fmt.Errorf("a file of at most %d bytes expected", mostWorksheet)
	}
	return play.ParseWorksheet(text)
}

// reachable returns the address of the page for somebody at this machine, who gave addr, and
// by what names besides localhost it goes: those by which other machines can reach it, and of
// a loopback address the one in addr.
func reachable(addr string, at netip.AddrPort) (url string, names []string) {
	name, _, _ := net.SplitHostPort(addr) // net.Listen took it
	host := name
	if at.Addr().IsUnspecified() {
		host = "localhost"
	}
	url = "http://" + net.JoinHostPort(host, fmt.Sprint(at.Port())) + "/"
	if at.Addr().IsLoopback() {
		if _, err := netip.ParseAddr(host); err != nil && host != "localhost" { // a machine may call itself so
			names = []string{host}
		}
		return url, names
	}
	if own, err := os.Hostname(); err == nil {
		names = []string{own, own + ".local"}
	}
	if !at.Addr().IsUnspecified() {
		names = append(names, host)
	}
	return url, names
}

// openBrowser opens a page in the browser of whoever sits at this machine. What opens it may
// live as long as the browser, and call failed later.
func openBrowser(url string, failed func(error)) {
	command := []string{"xdg-open", url}
	switch runtime.GOOS {
	case "darwin":
		command[0] = "open"
	case "windows":
		command = []string{"rundll32", "url.dll,FileProtocolHandler", url}
	}
	cmd := exec.Command(command[0], command[1:]...)
	switch err := cmd.Start(); {
	case errors.Is(err, exec.ErrNotFound):
		failed(fmt.Errorf("there is no %s", command[0]))
	case err != nil:
		failed(files.Reason(err))
	default:
		go func() {
			if err := cmd.Wait(); err != nil {
				failed(fmt.Errorf("%s: %w", command[0], err))
			}
		}()
	}
}

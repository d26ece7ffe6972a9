package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strings"

	"guildhall/internal/app"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
)

// runServe serves the house until it is told to stop.
func runServe(ctx context.Context, s streams, args []string) int {
	return serve(ctx, s, "serve", args, nil)
}

// runDemo makes the demo consortium where there is none, and serves it.
func runDemo(ctx context.Context, s streams, args []string) int {
	return serve(ctx, s, "demo", args, func(h *app.House) error {
		made, err := app.Demo(speaking(ctx), h, func(line string) { fmt.Fprintln(s.out, line) })
		if err == nil {
			fmt.Fprint(s.out, app.DemoGuide(speaking(ctx), made, h.Config))
		}
		return err
	})
}

func serve(ctx context.Context, s streams, name string, args []string, prepare func(*app.House) error) int {
	var c app.Config
	if code, ok := parse(s, name, args, &c, nil); !ok {
		return code
	}
	logTo(s, c.Log, c.LogForm)
	go i18n.Words("") // read while the database opens
	release, err := app.Lock(c)
	if err != nil {
		return fail(ctx, s, err)
	}
	defer release()
	l, err := app.Listener(c.Addr)
	if err != nil {
		return fail(ctx, s, err)
	}
	defer l.Close()
	c.Addr = served(c.Addr, l)
	h, err := app.Open(ctx, c)
	if err != nil {
		return fail(ctx, s, err)
	}
	defer h.Close()
	if prepare != nil {
		if err := prepare(h); err != nil {
			return fail(ctx, s, err)
		}
	}
	link, err := h.Directory.First(ctx)
	if err != nil {
		return fail(ctx, s, err)
	}
	if link.Path != "" {
		fmt.Fprintln(s.out, i18n.T(speaking(ctx), "app.first", "http://"+c.Addr+link.Path))
	}
	fmt.Fprintln(s.out, i18n.T(speaking(ctx), "app.serving", "http://"+c.Addr))
	if err := h.Serve(ctx, l); err != nil {
		return fail(ctx, s, err)
	}
	return exitOK
}

// served gives the address that readers use: the port that was given where the
// flag asked for any, and this machine's where it asked for all addresses.
func served(asked string, l net.Listener) string {
	host, _, err := net.SplitHostPort(asked)
	_, port, err2 := net.SplitHostPort(l.Addr().String())
	if err != nil || err2 != nil {
		return asked
	}
	if host == "" || host == "0.0.0.0" || host == "::" {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// parse reads a command's flags into c and tells the exit code where the
// command ends here: for help, or for a flag that is wrong.
func parse(s streams, name string, args []string, c *app.Config, more func(*flag.FlagSet), only ...string) (code int, ok bool) {
	fs := flag.NewFlagSet("guildhall "+name, flag.ContinueOnError)
	fs.SetOutput(s.err)
	c.Flags(fs, only...)
	if more != nil {
		more(fs)
	}
	err := fs.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK, false
	case err != nil:
		return exitUsage, false
	case more == nil && fs.NArg() > 0:
		fmt.Fprintf(s.err, "guildhall %s: %q is no flag; see guildhall %s -h\n", name, fs.Arg(0), name)
		return exitUsage, false
	}
	return exitOK, true
}

// speaking gives the context in which a command speaks to its user: Chinese
// where the terminal says so or says nothing, English otherwise.
func speaking(ctx context.Context) context.Context {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(name); v != "" {
			if strings.HasPrefix(v, "zh") {
				return i18n.With(ctx, "zh-CN")
			}
			return i18n.With(ctx, "en")
		}
	}
	return i18n.With(ctx, "en")
}

// fail says in one sentence what went wrong and what to do, and gives the exit
// code for it.
func fail(ctx context.Context, s streams, err error) int {
	f := fault.Of(err)
	if f.Kind == fault.Internal && f.Key == "fault.internal" {
		fmt.Fprintln(s.err, "guildhall:", err)
		return exitFailure
	}
	fmt.Fprintln(s.err, "guildhall:", i18n.T(speaking(ctx), f.Key, f.Args...))
	var list fault.List
	if errors.As(err, &list) {
		for _, item := range list {
			fmt.Fprintf(s.err, "  %s: %s\n", item.Place, i18n.T(speaking(ctx), item.Err.Key, item.Err.Args...))
		}
	}
	slog.Debug("failed", "error", err)
	return exitFailure
}

func logTo(s streams, level, form string) {
	var at slog.Level
	if err := at.UnmarshalText([]byte(level)); err != nil {
		at = slog.LevelInfo
	}
	options := &slog.HandlerOptions{Level: at}
	var handler slog.Handler = slog.NewTextHandler(s.err, options)
	if form == "json" {
		handler = slog.NewJSONHandler(s.err, options)
	}
	slog.SetDefault(slog.New(handler))
}

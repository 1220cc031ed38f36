// Command bench measures Grantor beside simple programs that do the least that
// the same job needs, in the same run on the same machine, and prints what both
// took. docs/performance.md says what the figures mean.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return
	}
	fmt.Fprintln(os.Stderr, "bench: "+err.Error())
	os.Exit(1)
}

// settings are what the command line says.
type settings struct {
	json  string
	chart string
	only  *regexp.Regexp
	quick bool
	// clients, races and grants are numbers; 0 leaves them to quick.
	clients, races, grants int
}

func run(ctx context.Context, args []string) error {
	var s settings
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.StringVar(&s.json, "json", ".local/bench.json", "`file` that gets the figures as JSON")
	flags.StringVar(&s.chart, "chart", ".local/bench.md", "`file` that gets a chart: a page keeps what is around its own")
	only := flags.String("only", "", "measure only figures whose names match the `pattern` (a regular expression)")
	flags.BoolVar(&s.quick, "quick", false, "fewer rounds and fewer clients: shows that everything runs, measures roughly")
	flags.IntVar(&s.clients, "clients", 0, "`number` of OAuthClients (default 1000, with --quick 100)")
	flags.IntVar(&s.races, "races", 0, "`number` of races (default 2000, with --quick 100)")
	flags.IntVar(&s.grants, "grants", 0, "`number` of Grants in storage (default 100000, with --quick 1000)")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if s.clients < 0 || s.races < 0 || s.grants < 0 {
		return errors.New("--clients, --races and --grants must not be negative")
	}
	var err error
	if s.only, err = regexp.Compile(*only); err != nil {
		return fmt.Errorf("--only: %w", err)
	}
	results, err := measure(ctx, s)
	if err != nil {
		return err
	}
	if err := errors.Join(results.writeJSON(s.json), results.writeChart(s.chart)); err != nil {
		return err
	}
	return results.print(os.Stdout)
}

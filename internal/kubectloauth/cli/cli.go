package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
)

// ErrUsage marks what the caller has to correct on the command line.
var ErrUsage = errors.New("usage")

// Usage marks an error with ErrUsage.
func Usage(err error) error { return fmt.Errorf("%w: %w", ErrUsage, err) }

// Usagef returns an error that is marked with ErrUsage.
func Usagef(format string, args ...any) error { return Usage(fmt.Errorf(format, args...)) }

// NoArgs accepts no argument.
func NoArgs(_ *cobra.Command, args []string) error { return atMost(args, 0) }

// AtMostOne accepts one argument or none.
func AtMostOne(_ *cobra.Command, args []string) error { return atMost(args, 1) }

// Name accepts exactly one argument, the name of an OAuthClient.
func Name(_ *cobra.Command, args []string) error {
	if len(args) == 0 {
		return Usagef("name an OAuthClient")
	}
	return atMost(args, 1)
}

func atMost(args []string, most int) error {
	if len(args) > most {
		return Usagef("unexpected argument %q; see --help", args[most])
	}
	return nil
}

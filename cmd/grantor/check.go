package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/grantor-dev/grantor/internal/check"
)

// checkAgain is the time between two attempts.
const checkAgain = time.Second

type checkFlags struct {
	secretDir string
	issuer    string
	connectTo string
	caFile    string
	timeout   time.Duration
}

func checkCommand() *cobra.Command {
	var flags checkFlags
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Get a token with a client's Secret, and verify it",
		Long: `Get a token with a client's Secret, and verify it.

Does what an application does that has mounted the Secret of its OAuthClient, which must
allow the grant type client_credentials and use a client secret: reads what discovery
says, fetches the keys, gets an access token, verifies it and asks about it. Tries again
until everything works or the time is up. Prints each step, and neither the secret nor
the token.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			checked, err := flags.check()
			if err != nil {
				return usage(err)
			}
			said := map[string]bool{}
			checked.Say = func(line string) {
				if !said[line] {
					_, _ = fmt.Fprintln(cmd.OutOrStdout(), line)
				}
				said[line] = true
			}
			return untilItWorks(cmd.Context(), flags.timeout, checked.Run)
		},
	}
	f := cmd.Flags()
	f.StringVar(&flags.secretDir, "client-secret-dir", "", "directory with the files of the client's Secret: client_id, client_secret and issuer (required)")
	f.StringVar(&flags.issuer, "issuer", "", "issuer URL; default: the file issuer in that directory")
	f.StringVar(&flags.connectTo, "connect-to", "", "http://host:port or https://host:port to connect to instead of the issuer's host, for example in a cluster where that name does not resolve")
	f.StringVar(&flags.caFile, "ca-file", "", "PEM file of more authorities that may have signed the server's certificate; it need not exist")
	f.DurationVar(&flags.timeout, "timeout", 30*time.Second, "how long to try")
	return cmd
}

func (f *checkFlags) check() (*check.Check, error) {
	if f.secretDir == "" {
		return nil, errors.New("--client-secret-dir is required")
	}
	checked := &check.Check{Issuer: f.issuer, Now: time.Now}
	for name, into := range map[string]*string{"client_id": &checked.ClientID, "client_secret": &checked.ClientSecret, "issuer": &checked.Issuer} {
		if *into != "" {
			continue
		}
		content, err := os.ReadFile(filepath.Join(f.secretDir, name))
		if err != nil {
			return nil, fmt.Errorf("--client-secret-dir: %w", err)
		}
		*into = strings.TrimSuffix(string(content), "\n")
	}
	authorities, err := check.Authorities(f.caFile)
	if err != nil {
		return nil, fmt.Errorf("--ca-file: %w", err)
	}
	if checked.HTTP, err = check.Client(checked.Issuer, f.connectTo, authorities); err != nil {
		return nil, err
	}
	return checked, nil
}

// untilItWorks returns the last error once the time is up.
func untilItWorks(ctx context.Context, most time.Duration, try func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	var last error
	for {
		err := try(ctx)
		if err == nil {
			return nil
		}
		if last == nil || ctx.Err() == nil {
			last = err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("it does not work: %w", last)
		case <-time.After(checkAgain):
		}
	}
}

package imports

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/grantor-dev/grantor/internal/documents"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
	"github.com/grantor-dev/grantor/internal/migrate"
)

// most is how many MiB are read.
const most = 64

// Command returns the command. What the caller has to correct on the command line or in the
// input goes through usage, with which the program marks it.
func Command(usage func(error) error) *cobra.Command {
	var options migrate.Options
	strict := false
	cmd := &cobra.Command{
		Use:   "import [FILE...]",
		Short: "Turn clients of hydra-maester or Dex, and connectors of Dex, into resources",
		Long: `Turn clients of hydra-maester or Dex into OAuthClients, and connectors of Dex into OAuthIdentityProviders.

Reads OAuth2Clients of hydra-maester with their Secrets, and configurations or stored
OAuth2Clients of Dex, from files or, without any or for "-", from standard input.
Writes manifests for kubectl apply to standard output. They contain client secrets and passwords of directories.
Says on standard error what is lost, and what is left to do. It asks no cluster.

A connector with a restriction that is lost becomes an OAuthIdentityProvider with spec.disabled: true.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			inputs, err := documents.Files(cmd.InOrStdin(), args, most)
			if err != nil {
				return usage(err)
			}
			result, err := migrate.Convert(inputs, options)
			if err != nil {
				return usage(err)
			}
			return write(cmd, result, strict)
		},
	}
	f := cmd.Flags()
	f.StringVarP(&options.Namespace, "namespace", "n", "default", "namespace of clients whose input names none, such as those of Dex")
	f.StringVar(&options.ServerNamespace, "server-namespace", "grantor-system", "namespace of the OAuthServer, where a client may have any client ID, and of OAuthIdentityProviders")
	f.StringVar(&options.ServerName, "server-name", "default", "name of the OAuthServer, for OAuthIdentityProviders")
	f.BoolVar(&strict, "strict", false, "write nothing and exit with 1 if anything is lost")
	return cmd
}

func write(cmd *cobra.Command, result migrate.Result, strict bool) error {
	var errs []error
	say := func(what string, lines []string) {
		for _, line := range lines {
			_, err := fmt.Fprintln(cmd.ErrOrStderr(), what+": "+cli.Plain(line))
			errs = append(errs, err)
		}
	}
	say("lost", result.Lost)
	say("to do", result.ToDo)
	if strict && len(result.Lost) > 0 {
		return fmt.Errorf("--strict: nothing is written, because something would be lost (%d)", len(result.Lost))
	}
	return errors.Join(append(errs, documents.Write(cmd.OutOrStdout(), result.Manifests))...)
}

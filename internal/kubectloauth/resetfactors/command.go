// Package resetfactors is the command that takes all second factors from a user.
package resetfactors

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cluster"
	"github.com/grantor-dev/grantor/internal/kubectloauth/sessions"
)

// Command returns the command.
func Command() *cobra.Command {
	flags, dryRun := cluster.Flags{}, false
	cmd := &cobra.Command{
		Use:   "reset-factors USER",
		Short: "Take all second factors and the own password from a user who has lost them",
		Long: `Take all second factors from a user who has lost them: authenticator app, passkeys and
recovery codes. A password that the user has set goes, too. USER is the name of an OAuthUser,
or a subject with a colon.

The user signs in with the password alone afterwards, an OAuthUser with that of
spec.passwordSecretRef, and, where a second factor is required,
adds a new one then: make sure that it is the user who asks, and that nobody else knows the
password. Sessions go on; end them with kubectl oauth revoke.`,
		ValidArgsFunction: cobra.NoFileCompletions,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 || args[0] == "" {
				return cli.Usagef("name one user")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			opened, err := flags.Open()
			if err != nil {
				return err
			}
			return run(cmd.Context(), sessions.Reader{Cluster: opened}, cmd.OutOrStdout(), args[0], dryRun)
		},
	}
	flags.RegisterBesideUser(cmd)
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "print what would be reset, and reset nothing")
	return cmd
}

func run(ctx context.Context, reader sessions.Reader, w io.Writer, who string, dryRun bool) error {
	users, err := reader.Users(ctx)
	if err != nil {
		return err
	}
	are, err := users.Are(who)
	if err != nil {
		return err
	}
	found, err := reader.List(ctx, sessions.Enrollments, func(s sessions.Session) bool { return are(s) && !s.Over() })
	if err != nil {
		return err
	}
	if len(found) == 0 {
		_, err := fmt.Fprintf(w, "%s has no second factors and no own password\n", cli.Plain(who))
		return err
	}
	for _, one := range found {
		verb := "Reset"
		if dryRun {
			verb = "would be Reset"
		} else if err := reader.End(ctx, one); err != nil {
			return fmt.Errorf("reset %s: %w", one.Title(), err)
		}
		own := ""
		if slices.Contains(strings.Fields(one.Scope), "password") {
			own = ", with the own password: the one of spec.passwordSecretRef counts"
		}
		if _, err := fmt.Fprintf(w, "%s: %s, of %s%s\n", one.Title(), verb, cli.Plain(users.Name(one)), own); err != nil {
			return err
		}
	}
	return nil
}

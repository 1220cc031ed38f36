package revoke

import (
	"context"
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cluster"
	"github.com/grantor-dev/grantor/internal/kubectloauth/sessions"
)

type command struct {
	cluster   cluster.Flags
	selection sessions.Selection
	grants    []string
	consents  bool
	dryRun    bool
}

// Command returns the command.
func Command() *cobra.Command {
	c := &command{}
	cmd := &cobra.Command{
		Use:   "revoke --user USER | --client CLIENT | --grant NAME",
		Short: "End sessions of a user or a client",
		Long: `End sessions of a user or a client, and print what ended.

With --user, it ends the Logins and Grants of the user, and denies devices that wait. With
--client, it ends what users granted to the client; with both, what this user granted to
this client, and the user stays signed in. Consents stay unless --consents is set, so that
users are not asked again.

With --client, authorization codes that were issued before can still be redeemed until they
expire, which takes ten minutes at most. To end those too, set spec.sessionsNotBefore of the
OAuthClient, also to end everything with one write.

It does not ask for a confirmation: look first, with --dry-run. Both the user and the client
can begin again. To keep them out, set spec.disabled of the OAuthUser or spec.suspend of the
OAuthClient. Exits with 1 if something was not ended.`,
		Args:              cli.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := c.complete(cmd); err != nil {
				return err
			}
			return c.run(cmd.Context(), newPrinter(cmd.OutOrStdout(), c.dryRun, c.selection.Everywhere, c.selection.Client != ""))
		},
	}
	c.cluster.RegisterBesideUser(cmd)
	c.selection.Register(cmd)
	f := cmd.Flags()
	f.StringSliceVar(&c.grants, "grant", nil, "names of Grants, separated by commas; the claim grant_id of an access token is one")
	f.BoolVar(&c.consents, "consents", false, "withdraw consents, too, so that users are asked again")
	f.BoolVar(&c.dryRun, "dry-run", false, "print what would end, and end nothing")
	return cmd
}

func (c *command) complete(cmd *cobra.Command) error {
	if err := c.selection.Check(cmd); err != nil {
		return err
	}
	if slices.Contains(c.grants, "") {
		return cli.Usage(errors.New("--grant has an empty name"))
	}
	selects := c.selection.User != "" || c.selection.Client != ""
	switch {
	case cmd.Flags().Changed("grant") && len(c.grants) == 0:
		return cli.Usage(errors.New("--grant has no value"))
	case len(c.grants) == 0 && !selects:
		return cli.Usage(errors.New("say what ends: --user, --client or --grant"))
	case len(c.grants) > 0 && (selects || c.consents || c.selection.Everywhere):
		return cli.Usage(errors.New("--grant names what ends: leave out --user, --client, --consents and --all-namespaces"))
	}
	return nil
}

func (c *command) run(ctx context.Context, out *printer) error {
	opened, err := c.cluster.Open()
	if err != nil {
		return err
	}
	e := &ending{Reader: sessions.Reader{Cluster: opened, Everywhere: c.selection.Everywhere}, out: out, dryRun: c.dryRun}
	if len(c.grants) > 0 {
		e.named(ctx, c.grants)
		return out.close()
	}
	if e.users, err = e.Users(ctx); err != nil {
		return err
	}
	if err := e.users.Alone(c.selection.User); err != nil {
		return err
	}
	are, err := e.users.Are(c.selection.User)
	if err != nil {
		return err
	}
	err = e.selected(ctx, c.kinds(), func(s sessions.Session) bool { return are(s) && c.selection.Of(s) })
	return errors.Join(err, out.close())
}

// kinds are those that end, in their order: first what codes and devices that are on their
// way are checked against, last the Grants that were made of them.
func (c *command) kinds() []*sessions.Kind {
	var kinds []*sessions.Kind
	if c.selection.Client == "" {
		kinds = append(kinds, sessions.Logins)
	}
	if c.consents {
		kinds = append(kinds, sessions.Consents)
	}
	return append(kinds, sessions.Approvals, sessions.Grants)
}

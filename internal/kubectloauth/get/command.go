package get

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cluster"
	"github.com/grantor-dev/grantor/internal/kubectloauth/sessions"
)

type command struct {
	cluster   cluster.Flags
	selection sessions.Selection
	output    string
}

// Command returns the command.
func Command() *cobra.Command {
	c := &command{}
	cmd := &cobra.Command{
		Use:   "get grants|logins|consents|approvals|persons|enrollments [NAME]",
		Short: "Show where users are signed in, and what they allowed",
		Long: `Show where users are signed in (logins), what they allowed (consents), what applications
hold (grants), devices that wait for a user (approvals), what identity providers said of
their users last (persons), and which second factors users have (enrollments).

The objects are in the namespace of the OAuthServer, and looking at them needs the
ClusterRole grantor-session-admin there. What is private in them is sealed, and is left out
of every output: the objects of -o json and -o yaml have no spec.payload.`,
		Args:              arguments,
		ValidArgsFunction: completeKinds,
		RunE: func(cmd *cobra.Command, args []string) error {
			kind, _ := kindOf(args[0])
			if err := c.complete(cmd, kind, args[1:]); err != nil {
				return err
			}
			return c.run(cmd.Context(), cmd.OutOrStdout(), kind, args[1:])
		},
	}
	c.cluster.RegisterBesideUser(cmd)
	c.selection.Register(cmd)
	cmd.Flags().StringVarP(&c.output, "output", "o", "", "wide, json, yaml or name; default: a table")
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(outputs, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

var outputs = []string{"wide", "json", "yaml", "name"}

func (c *command) complete(cmd *cobra.Command, kind *sessions.Kind, name []string) error {
	if c.output != "" && !slices.Contains(outputs, c.output) {
		return cli.Usagef("--output %q is not %s", c.output, strings.Join(outputs, ", "))
	}
	if (kind == sessions.Logins || kind == sessions.Persons) && c.selection.Client != "" {
		return cli.Usagef("a %s belongs to no client: leave out --client", kind.Name)
	}
	if len(name) > 0 && (c.selection.User != "" || c.selection.Client != "" || c.selection.Everywhere) {
		return cli.Usagef("with a name there is nothing to select: leave out --user, --client and --all-namespaces")
	}
	return c.selection.Check(cmd)
}

func (c *command) run(ctx context.Context, w io.Writer, kind *sessions.Kind, name []string) error {
	opened, err := c.cluster.Open()
	if err != nil {
		return err
	}
	reader := sessions.Reader{Cluster: opened, Everywhere: c.selection.Everywhere}
	users, err := c.users(ctx, reader)
	if err != nil {
		return err
	}
	var found []sessions.Session
	if len(name) > 0 {
		one, err := reader.Get(ctx, kind, name[0])
		if err != nil {
			return err
		}
		found = []sessions.Session{one}
	} else {
		are, err := users.Are(c.selection.User)
		if err != nil {
			return err
		}
		found, err = reader.List(ctx, kind, func(s sessions.Session) bool { return are(s) && c.selection.Of(s) })
		if err != nil {
			return err
		}
	}
	return c.write(w, reader, kind, found, users, len(name) > 0)
}

// users are needed for a table, and to find those of one.
func (c *command) users(ctx context.Context, reader sessions.Reader) (sessions.Users, error) {
	if c.output != "" && c.output != "wide" && c.selection.User == "" {
		return sessions.Users{}, nil
	}
	return reader.Users(ctx)
}

func (c *command) write(w io.Writer, reader sessions.Reader, kind *sessions.Kind, found []sessions.Session, users sessions.Users, one bool) error {
	switch c.output {
	case "json":
		return writeJSON(w, found, one)
	case "yaml":
		return writeYAML(w, found, one)
	case "name":
		return writeNames(w, found)
	}
	if len(found) == 0 {
		_, err := fmt.Fprintf(w, "There are no %ss in %s.\n", kind.Name, reader.Where())
		return err
	}
	return cli.Table(w, rows(kind, found, layout{wide: c.output == "wide", namespaces: reader.Everywhere, users: users, now: time.Now()}))
}

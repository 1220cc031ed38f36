package explain

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cluster"
	"github.com/grantor-dev/grantor/internal/kubectloauth/facts"
)

// Command returns the command.
func Command() *cobra.Command {
	flags, file := &cluster.Flags{}, ""
	cmd := &cobra.Command{
		Use:   "explain NAME | explain -f FILE",
		Short: "Explain what an OAuthClient may do, and why something is refused",
		Long: `Explain what an OAuthClient may do, and why something is refused.

Applies the rules that the operator and the server apply, to an OAuthClient of the cluster
or of a file that was not applied yet, with the OAuthServers and OAuthClientPolicies of the
cluster as far as you may read them. A file is not checked against the schema:
kubectl apply --dry-run=server does that. Exits with 1 if the client is refused.`,
		Args:              cli.AtMostOne,
		ValidArgsFunction: flags.Names,
		RunE: func(cmd *cobra.Command, args []string) error {
			if (len(args) == 0) == (file == "") {
				return cli.Usage(errors.New("name an OAuthClient, or a file with -f"))
			}
			c, err := flags.Open()
			if err != nil {
				return err
			}
			if file == "" {
				object, err := c.OAuthClient(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				return explain(cmd.Context(), cmd.OutOrStdout(), c, object)
			}
			return explainFile(cmd, c, file)
		},
	}
	flags.Register(cmd)
	cmd.Flags().StringVarP(&file, "filename", "f", "", "file with manifests of OAuthClients; - is standard input")
	return cmd
}

func explainFile(cmd *cobra.Command, c *cluster.Cluster, file string) error {
	objects, err := facts.Clients(cmd.InOrStdin(), file, c.Namespace)
	if err != nil {
		return cli.Usage(fmt.Errorf("--filename: %w", err))
	}
	var errs []error
	for i, object := range objects {
		if i > 0 {
			if _, err := fmt.Fprintln(cmd.OutOrStdout()); err != nil {
				return err
			}
		}
		if err := facts.Alive(cmd.Context(), c, object); err != nil {
			return err
		}
		errs = append(errs, explain(cmd.Context(), cmd.OutOrStdout(), c, object))
	}
	return errors.Join(errs...)
}

func explain(ctx context.Context, w io.Writer, c *cluster.Cluster, object *oauthv1alpha1.OAuthClient) error {
	known, err := facts.Gather(ctx, c, object)
	if err != nil {
		return err
	}
	explanation := known.Explain()
	if err := report(object, explanation, known.Unknown).write(w); err != nil {
		return err
	}
	if explanation.Refusal != nil {
		return fmt.Errorf("OAuthClient %s/%s is refused: %s", object.Namespace, object.Name, explanation.Refusal.Reason)
	}
	return nil
}

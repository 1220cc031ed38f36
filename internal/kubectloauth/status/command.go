package status

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cluster"
)

// Command returns the command.
func Command() *cobra.Command {
	flags, all := &cluster.Flags{}, false
	cmd := &cobra.Command{
		Use:   "status [NAME]",
		Short: "Show the conditions of OAuthClients",
		Long: `Show the conditions of an OAuthClient, or one line for each of the namespace.

Exits with 1 if one of them is not ready.`,
		Args:              cli.AtMostOne,
		ValidArgsFunction: flags.Names,
		RunE: func(cmd *cobra.Command, args []string) error {
			if all && len(args) > 0 {
				return cli.Usage(errors.New("--all-namespaces shows all OAuthClients: leave out the name"))
			}
			c, err := flags.Open()
			if err != nil {
				return err
			}
			if len(args) == 0 {
				return showAll(cmd.Context(), cmd.OutOrStdout(), c, all)
			}
			object, err := c.OAuthClient(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return showOne(cmd.OutOrStdout(), object)
		},
	}
	flags.Register(cmd)
	cmd.Flags().BoolVarP(&all, "all-namespaces", "A", false, "show the OAuthClients of all namespaces")
	return cmd
}

func showAll(ctx context.Context, w io.Writer, c *cluster.Cluster, everywhere bool) error {
	list, within := &oauthv1alpha1.OAuthClientList{}, c.Namespace
	if everywhere {
		within = ""
	}
	if err := c.List(ctx, list, client.InNamespace(within)); err != nil {
		return fmt.Errorf("list OAuthClients: %w", err)
	}
	if len(list.Items) == 0 {
		_, err := fmt.Fprintln(w, "There are no OAuthClients.")
		return err
	}
	if err := cli.Table(w, lines(list.Items, everywhere)); err != nil {
		return err
	}
	unready := 0
	for i := range list.Items {
		if !isReady(&list.Items[i]) {
			unready++
		}
	}
	if unready > 0 {
		return fmt.Errorf("%d of %d OAuthClients are not ready", unready, len(list.Items))
	}
	return nil
}

func showOne(w io.Writer, object *oauthv1alpha1.OAuthClient) error {
	if err := cli.Table(w, summary(object)); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(w); err != nil {
		return err
	}
	if err := cli.Table(w, conditions(object)); err != nil {
		return err
	}
	if !isReady(object) {
		return fmt.Errorf("OAuthClient %s/%s is not ready", object.Namespace, object.Name)
	}
	return nil
}

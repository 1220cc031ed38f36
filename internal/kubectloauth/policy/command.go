package policy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientpolicy"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cluster"
	"github.com/grantor-dev/grantor/internal/kubectloauth/facts"
)

// Command returns the command.
func Command() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "policy",
		Short: "Test OAuthClientPolicies before they are applied",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return cli.Usagef("unknown command %q; policy test", args[0])
			}
			return nil
		},
		RunE: func(*cobra.Command, []string) error {
			return cli.Usage(errors.New("say what to do: policy test"))
		},
	}
	cmd.AddCommand(testCommand())
	return cmd
}

func testCommand() *cobra.Command {
	flags, file := &cluster.Flags{}, ""
	cmd := &cobra.Command{
		Use:   "test -f FILE",
		Short: "Show which OAuthClients the OAuthClientPolicies of a file would refuse",
		Long: `Show which OAuthClients the OAuthClientPolicies of a file would refuse.

Applies the rules of the operator and the server to all OAuthClients of the cluster, with the
policies that there are, and with those of the file in their place or beside them. You need
the right to list OAuthClients, OAuthServers, OAuthClientPolicies and namespaces. A policy
without a namespace is taken as one of --namespace. A file is not checked against the schema:
kubectl apply --dry-run=server does that. Exits with 1 if a client would be refused that is
allowed now.`,
		Args:              cli.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if file == "" {
				return cli.Usage(errors.New("name a file with -f"))
			}
			c, err := flags.Open()
			if err != nil {
				return err
			}
			policies, err := facts.Policies(cmd.InOrStdin(), file, c.Namespace)
			if err != nil {
				return cli.Usage(fmt.Errorf("--filename: %w", err))
			}
			return test(cmd.Context(), cmd.OutOrStdout(), c, policies)
		},
	}
	flags.Register(cmd)
	cmd.Flags().StringVarP(&file, "filename", "f", "", "file with manifests of OAuthClientPolicies; - is standard input")
	return cmd
}

func test(ctx context.Context, w io.Writer, c *cluster.Cluster, policies []*oauthv1alpha1.OAuthClientPolicy) error {
	all, servers, err := facts.All(ctx, c)
	if err != nil {
		return err
	}
	if err := errors.Join(distinct(policies), used(policies, servers)); err != nil {
		return err
	}
	changes := compare(all, policies)
	if len(changes) > 0 {
		if err := cli.Table(w, rows(changes)); err != nil {
			return err
		}
	}
	refused := 0
	for _, change := range changes {
		if change.newly() {
			refused++
		}
	}
	if refused > 0 {
		return fmt.Errorf("%d of %d OAuthClients would be refused that are allowed now", refused, len(all))
	}
	_, err = fmt.Fprintf(w, "None of %d OAuthClients would be refused that is allowed now.\n", len(all))
	return err
}

// distinct refuses two policies of one name, of which kubectl apply would keep the last.
func distinct(policies []*oauthv1alpha1.OAuthClientPolicy) error {
	seen := map[client.ObjectKey]bool{}
	for _, policy := range policies {
		key := client.ObjectKeyFromObject(policy)
		if seen[key] {
			return fmt.Errorf("OAuthClientPolicy %s is in the file twice", key)
		}
		seen[key] = true
	}
	return nil
}

// used refuses a policy that no server reads: a test of it would always succeed.
func used(policies []*oauthv1alpha1.OAuthClientPolicy, servers []*oauthv1alpha1.OAuthServer) error {
	for _, policy := range policies {
		if !slices.ContainsFunc(servers, func(server *oauthv1alpha1.OAuthServer) bool { return clientpolicy.Concerns(policy, server) }) {
			return fmt.Errorf("OAuthClientPolicy %s/%s has no effect: a policy is about the OAuthServers of its own namespace, or the one of spec.serverName, and there is none", policy.Namespace, policy.Name)
		}
	}
	return nil
}

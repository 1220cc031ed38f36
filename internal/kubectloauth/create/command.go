package create

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/util/validation"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cluster"
)

type command struct {
	cluster cluster.Flags
	options
	apply, overwrite, unchecked bool
}

// options are what the manifest is made from.
type options struct {
	redirects, grants, scopes              []string
	workload, redirectPath                 string
	serviceAccount, displayName, serverRef string
	public                                 bool
}

// Command returns the command.
func Command() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "create",
		Short: "Make the manifest of an OAuthClient",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return cli.Usagef("unknown command %q; create client", args[0])
			}
			return nil
		},
		RunE: func(*cobra.Command, []string) error {
			return cli.Usage(errors.New("say what to create: create client NAME"))
		},
	}
	cmd.AddCommand(clientCommand())
	return cmd
}

func clientCommand() *cobra.Command {
	c := &command{}
	cmd := &cobra.Command{
		Use:   "client NAME",
		Short: "Print the manifest of an OAuthClient, or apply it",
		Long: `Print the manifest of an OAuthClient, or apply it with --apply.

With --for, the redirect URIs follow the hosts of the Ingresses and HTTPRoutes that lead to
the workload, which needs --redirect-path; a client that signs no users in authenticates with
the ServiceAccount of the workload, and has no secret.

Before that, it is checked as kubectl oauth explain -f and kubectl apply --server-side
--dry-run=server do, as far as you may. What was not checked is a comment or, with --apply, on
standard error. If it would be refused, nothing is printed or applied and the command exits
with 1; --unchecked leaves the checks out.`,
		Args: func(_ *cobra.Command, args []string) error {
			if err := cli.Name(nil, args); err != nil {
				return err
			}
			if wrong := validation.IsDNS1123Subdomain(args[0]); len(wrong) > 0 {
				return cli.Usagef("%q is not a valid object name: %s", args[0], wrong[0])
			}
			return nil
		},
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := c.check(); err != nil {
				return err
			}
			return c.run(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), args[0])
		},
	}
	c.cluster.Register(cmd)
	f := cmd.Flags()
	f.StringArrayVar(&c.redirects, "redirect", nil, "redirect URI; can be repeated")
	f.StringVar(&c.workload, "for", "", "workload, such as deployment/web, whose hosts and ServiceAccount the client has; also statefulset and daemonset")
	f.StringVar(&c.redirectPath, "redirect-path", "", "path of the redirect URIs at the hosts of the workload, such as /callback; needs --for")
	f.StringSliceVar(&c.grants, "grant", nil, "grant types, separated by commas; default: authorization_code,refresh_token")
	f.StringSliceVar(&c.scopes, "scope", nil, "scopes, separated by commas; default: openid for a client that signs users in")
	f.BoolVar(&c.public, "public", false, "the application cannot keep a secret, as one in a browser or on a machine of a user: no credentials")
	f.StringVar(&c.serviceAccount, "service-account", "", "ServiceAccount whose tokens authenticate the client, instead of a secret")
	f.StringVar(&c.displayName, "display-name", "", "what users see when they are asked for consent; default: the client ID")
	f.StringVar(&c.serverRef, "server-ref", "", "OAuthServer, as NAME or NAMESPACE/NAME; default: the default server")
	f.BoolVar(&c.apply, "apply", false, "apply the manifest (server-side apply) instead of printing it")
	f.BoolVar(&c.overwrite, "overwrite", false, "with --apply, change an OAuthClient that is there already")
	f.BoolVar(&c.unchecked, "unchecked", false, "do not check the manifest")
	_ = cmd.RegisterFlagCompletionFunc("grant", cobra.FixedCompletions(grantTypes(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func grantTypes() []string {
	return []string{
		string(oauthv1alpha1.GrantAuthorizationCode), string(oauthv1alpha1.GrantRefreshToken), string(oauthv1alpha1.GrantClientCredentials),
		string(oauthv1alpha1.GrantDeviceCode), string(oauthv1alpha1.GrantTokenExchange),
	}
}

func (c *command) check() error {
	for _, grant := range c.grants {
		if !slices.Contains(grantTypes(), grant) {
			return cli.Usagef("--grant %q is none of %s", grant, strings.Join(grantTypes(), ", "))
		}
	}
	switch {
	case c.overwrite && !c.apply:
		return cli.Usage(errors.New("--overwrite needs --apply"))
	case c.redirectPath != "" && c.workload == "":
		return cli.Usage(errors.New("--redirect-path needs --for, whose hosts it belongs to; with --redirect, write the whole URI"))
	case c.public && c.serviceAccount != "":
		return cli.Usage(errors.New("--public has no credentials: leave out --service-account"))
	case c.public && slices.Contains(c.grants, string(oauthv1alpha1.GrantClientCredentials)):
		return cli.Usage(errors.New("--public has no credentials, and the grant client_credentials needs them"))
	case len(c.redirects) > 0 && !c.interactive():
		return cli.Usage(errors.New("--redirect is for the grant authorization_code, which --grant does not have"))
	case c.interactive() && len(c.redirects) == 0 && c.workload == "":
		return cli.Usage(errors.New("a client that signs users in needs --redirect, or --for with --redirect-path"))
	case c.interactive() && len(c.redirects) == 0 && c.redirectPath == "":
		return cli.Usage(errors.New("--for needs --redirect-path, the path to which users return, or --redirect"))
	}
	return nil
}

// interactive reports whether the client sends users to the server.
func (o options) interactive() bool {
	return len(o.grants) == 0 || slices.Contains(o.grants, string(oauthv1alpha1.GrantAuthorizationCode))
}

func (c *command) run(ctx context.Context, w, stderr io.Writer, name string) error {
	in, err := c.cluster.Open()
	if err != nil && (c.apply || c.workload != "" || !errors.Is(err, cluster.ErrNoKubeconfig)) {
		return err
	}
	m := manifest{}
	if m.object, err = c.build(ctx, in, name, &m); err != nil {
		return err
	}
	if err := c.checked(ctx, in, &m); err != nil {
		return err
	}
	if !c.apply {
		return m.write(w)
	}
	if err := m.apply(ctx, in, stderr, c.overwrite); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "oauthclient.oauth.grantor.dev/%s applied in namespace %q. See kubectl oauth status %s.\n", name, in.Namespace, name)
	return err
}

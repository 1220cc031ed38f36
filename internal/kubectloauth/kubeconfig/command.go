package kubeconfig

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	clientauthenticationv1 "k8s.io/client-go/pkg/apis/clientauthentication/v1"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cluster"
	"github.com/grantor-dev/grantor/internal/kubectloauth/issuer"
)

type command struct {
	cluster          cluster.Flags
	reach            issuer.Flags
	issuer, clientID string
	scopes           []string
	entry            string
	noBrowser        bool
}

// Command returns the command.
func Command() *cobra.Command {
	c := &command{}
	cmd := &cobra.Command{
		Use:   "kubeconfig [NAME]",
		Short: "Print the user entry of a kubeconfig that signs in with kubectl oauth login",
		Long: `Print the user entry of a kubeconfig that signs in with kubectl oauth login.

Issuer and client ID are those of an OAuthClient, or of --issuer and --client-id, for which
no cluster is asked.`,
		Args:              cli.AtMostOne,
		ValidArgsFunction: c.cluster.Names,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := c.complete(cmd.Context(), args); err != nil {
				return err
			}
			return c.write(cmd.OutOrStdout())
		},
	}
	c.cluster.Register(cmd)
	c.reach.Register(cmd)
	f := cmd.Flags()
	f.StringVar(&c.issuer, "issuer", "", "issuer URL; default: that of the OAuthClient")
	f.StringVar(&c.clientID, "client-id", "", "client ID; default: that of the OAuthClient")
	f.StringSliceVar(&c.scopes, "scope", []string{"openid", "groups"}, "scopes to ask for, separated by commas")
	f.StringVar(&c.entry, "entry", "oauth", "name of the user entry")
	f.BoolVar(&c.noBrowser, "no-browser", false, "let login print the URL to open instead of opening a browser")
	return cmd
}

func (c *command) complete(ctx context.Context, args []string) error {
	if len(args) == 0 {
		if c.issuer == "" || c.clientID == "" {
			return cli.Usage(errors.New("name an OAuthClient, or give --issuer and --client-id"))
		}
		return nil
	}
	cluster, err := c.cluster.Open()
	if err != nil {
		return err
	}
	object, err := cluster.OAuthClient(ctx, args[0])
	if err != nil {
		return err
	}
	if err := usable(object); err != nil {
		return err
	}
	c.issuer, c.clientID = cmp.Or(c.issuer, object.Status.Issuer), cmp.Or(c.clientID, object.Status.ClientID)
	if c.issuer == "" || c.clientID == "" {
		return fmt.Errorf("OAuthClient %s/%s has no issuer yet; see kubectl oauth status", object.Namespace, object.Name)
	}
	return nil
}

// usable refuses clients with which kubectl oauth login cannot sign in.
func usable(c *oauthv1alpha1.OAuthClient) error {
	if c.Spec.Authentication.Method != oauthv1alpha1.AuthenticationNone {
		return fmt.Errorf("OAuthClient %s/%s has credentials that a command line cannot keep: use one with spec.authentication.method none", c.Namespace, c.Name)
	}
	if !slices.ContainsFunc(c.Spec.RedirectURIs, loopback) {
		return fmt.Errorf("OAuthClient %s/%s has no redirect URI of a command line: add http://127.0.0.1/callback to spec.redirectURIs", c.Namespace, c.Name)
	}
	return nil
}

// loopback reports whether a redirect URI is the one of login, with whatever port.
func loopback(uri oauthv1alpha1.RedirectURI) bool {
	rest, ok := strings.CutPrefix(string(uri), "http://127.0.0.1")
	host, path, found := strings.Cut(rest, "/")
	return ok && found && path == "callback" && (host == "" || strings.HasPrefix(host, ":"))
}

func (c *command) write(w io.Writer) error {
	args := []string{"oauth", "login", "--exec-credential", "--issuer=" + c.issuer, "--client-id=" + c.clientID, "--scope=" + strings.Join(c.scopes, ",")}
	if file := c.reach.CAFile(); file != "" {
		path, err := filepath.Abs(file)
		if err != nil {
			return err
		}
		args = append(args, "--ca-file="+path)
	}
	if c.noBrowser {
		args = append(args, "--no-browser")
	}
	content, err := clientcmd.Write(api.Config{AuthInfos: map[string]*api.AuthInfo{c.entry: {Exec: &api.ExecConfig{
		APIVersion: clientauthenticationv1.SchemeGroupVersion.String(), Command: "kubectl", Args: args,
		InteractiveMode: api.IfAvailableExecInteractiveMode,
		InstallHint:     "kubectl oauth is a plugin of kubectl: put kubectl-oauth into a directory of PATH.",
	}}}})
	if err != nil {
		return fmt.Errorf("write the entry: %w", err)
	}
	_, err = w.Write(content)
	return err
}

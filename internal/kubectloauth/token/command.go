package token

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/check"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cluster"
	"github.com/grantor-dev/grantor/internal/kubectloauth/issuer"
)

type command struct {
	cluster cluster.Flags
	issuer  issuer.Flags
	scopes  []string
	// audiences are sent as the parameter audience.
	audiences []string
	dpop      bool
	request   string
}

// Command returns the command.
func Command() *cobra.Command {
	c := &command{}
	cmd := &cobra.Command{
		Use:   "token NAME",
		Short: "Get an access token with the Secret of an OAuthClient",
		Long: `Get an access token with the Secret of an OAuthClient.

The client must allow the grant type client_credentials and authenticate with a client
secret, and you must be allowed to read its Secret. Prints the access token and nothing
else.

With --dpop, the token is bound to a new key (RFC 9449) that is forgotten when the command
ends. Name the request that you want to send with --request: then the two headers of that
request are printed, for curl -H @-.`,
		Args:              cli.Name,
		ValidArgsFunction: c.cluster.Names,
		RunE: func(cmd *cobra.Command, args []string) error {
			wanted, err := c.proved()
			if err != nil {
				return cli.Usage(err)
			}
			printed, err := c.get(cmd.Context(), args[0], wanted)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), printed)
			return err
		},
	}
	c.cluster.Register(cmd)
	c.issuer.Register(cmd)
	cmd.Flags().StringSliceVar(&c.scopes, "scope", nil, "scopes to ask for, separated by commas; default: none")
	cmd.Flags().StringSliceVar(&c.audiences, "audience", nil, "audiences to ask for, separated by commas; default: the issuer")
	cmd.Flags().BoolVar(&c.dpop, "dpop", false, "bind the token to a new key (DPoP)")
	cmd.Flags().StringVar(&c.request, "request", "", "request to print the headers of, such as 'GET https://api.example.com/orders'; needs --dpop")
	return cmd
}

// get returns what is printed.
func (c *command) get(ctx context.Context, name string, wanted *proved) (string, error) {
	cluster, err := c.cluster.Open()
	if err != nil {
		return "", err
	}
	object, err := cluster.OAuthClient(ctx, name)
	if err != nil {
		return "", err
	}
	if err := usable(object); err != nil {
		return "", err
	}
	secret := &corev1.Secret{}
	if err := cluster.Get(ctx, client.ObjectKey{Namespace: object.Namespace, Name: object.ClientSecretName()}, secret); err != nil {
		return "", fmt.Errorf("read the Secret of OAuthClient %s/%s: %w", object.Namespace, name, err)
	}
	asked, err := request(object, secret)
	if err != nil {
		return "", err
	}
	if asked.HTTP, err = c.issuer.Client(asked.Issuer, string(secret.Data[string(cmp.Or(object.Spec.Secret.Keys.CACertificate, "ca.crt"))])); err != nil {
		return "", err
	}
	asked.Scopes, asked.Audiences = c.scopes, c.audiences
	if !c.dpop {
		return asked.Token(ctx)
	}
	return wanted.token(ctx, asked)
}

// usable refuses clients that have no client secret, or another use of it.
func usable(c *oauthv1alpha1.OAuthClient) error {
	if !slices.Contains(c.Spec.GrantTypes, oauthv1alpha1.GrantClientCredentials) {
		return fmt.Errorf("OAuthClient %s/%s may not use client_credentials: add it to spec.grantTypes, or sign in with kubectl oauth login", c.Namespace, c.Name)
	}
	if !c.Spec.Authentication.Method.HasSecret() {
		return fmt.Errorf("OAuthClient %s/%s authenticates with %s and has no client secret (spec.authentication.method)", c.Namespace, c.Name, c.Spec.Authentication.Method)
	}
	if c.Spec.Secret.Derived != nil {
		return fmt.Errorf("OAuthClient %s/%s has a client secret that is in no Secret (spec.secret.derived)", c.Namespace, c.Name)
	}
	return nil
}

// request reads from the Secret what a token is asked for with.
func request(c *oauthv1alpha1.OAuthClient, secret *corev1.Secret) (*check.Check, error) {
	asked := &check.Check{Now: time.Now, SecretInBody: c.Spec.Authentication.Method == oauthv1alpha1.AuthenticationPost}
	keys := c.Spec.Secret.Keys
	for _, value := range []struct {
		key  oauthv1alpha1.SecretKey
		into *string
	}{
		{cmp.Or(keys.ClientID, "client_id"), &asked.ClientID},
		{cmp.Or(keys.ClientSecret, "client_secret"), &asked.ClientSecret},
		{cmp.Or(keys.Issuer, "issuer"), &asked.Issuer},
	} {
		if *value.into = strings.TrimSuffix(string(secret.Data[string(value.key)]), "\n"); *value.into == "" {
			return nil, fmt.Errorf("the Secret %s/%s has no %s: see kubectl oauth status %s", secret.Namespace, secret.Name, value.key, c.Name)
		}
	}
	return asked, nil
}

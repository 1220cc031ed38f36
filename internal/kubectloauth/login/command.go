package login

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
	"github.com/grantor-dev/grantor/internal/kubectloauth/issuer"
)

const (
	printID     = "id-token"
	printAccess = "access-token"
)

type command struct {
	reach             issuer.Flags
	issuer, clientID  string
	scopes, audiences []string
	noBrowser, device bool
	execCredential    bool
	print             string
	cacheDir          string
	timeout           time.Duration
}

// Command returns the command.
func Command() *cobra.Command {
	c := &command{}
	cmd := &cobra.Command{
		Use:   "login",
		Short: "Sign in, and print a token",
		Long: `Sign in with a browser of this machine, and print a token.

The OAuthClient must be one of a native application: authentication.method none and the
redirect URI http://127.0.0.1/callback. Tokens are kept in the cache directory of the user
and refreshed there, so that a browser is needed only when the session has ended.

With --device the browser can be on another machine; the OAuthClient then needs the grant
urn:ietf:params:oauth:grant-type:device_code, and no redirect URI.

With --exec-credential it prints what kubectl asks a credential plugin for; kubectl oauth
kubeconfig prints the entry of the kubeconfig.`,
		Args:              cli.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := c.complete(); err != nil {
				return cli.Usage(err)
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), c.timeout)
			defer cancel()
			return c.run(ctx, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	c.reach.Register(cmd)
	f := cmd.Flags()
	f.StringVar(&c.issuer, "issuer", "", "issuer URL (required)")
	f.StringVar(&c.clientID, "client-id", "", "client ID of the OAuthClient (required)")
	f.StringSliceVar(&c.scopes, "scope", []string{"openid"}, "scopes to ask for, separated by commas")
	f.StringSliceVar(&c.audiences, "audience", nil, "audiences of the access token, separated by commas; default: the issuer")
	f.BoolVar(&c.noBrowser, "no-browser", false, "print the URL to open instead of opening a browser")
	f.BoolVar(&c.device, "device", false, "sign in with a browser of another machine: print a link and a code (RFC 8628)")
	f.BoolVar(&c.execCredential, "exec-credential", false, "print an ExecCredential (client.authentication.k8s.io/v1) for kubectl")
	f.StringVar(&c.print, "print", "", "which token to print: id-token or access-token; default: access-token, and id-token with --exec-credential")
	f.StringVar(&c.cacheDir, "token-cache-dir", "", "directory for tokens; default: kubectl-oauth in the cache directory of the user")
	f.DurationVar(&c.timeout, "timeout", 5*time.Minute, "how long to wait for the user to sign in")
	_ = cmd.RegisterFlagCompletionFunc("print", cobra.FixedCompletions([]string{printID, printAccess}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// complete checks the flags and fills defaults in.
func (c *command) complete() error {
	if c.issuer == "" || c.clientID == "" {
		return errors.New("--issuer and --client-id are required")
	}
	if err := issuer.Secure(c.issuer); err != nil {
		return fmt.Errorf("--issuer: %w", err)
	}
	switch {
	case c.print == "" && c.execCredential:
		c.print = printID
	case c.print == "":
		c.print = printAccess
	case c.print != printID && c.print != printAccess:
		return fmt.Errorf("--print %q is not %s or %s", c.print, printID, printAccess)
	}
	if c.cacheDir == "" {
		dir, err := os.UserCacheDir()
		if err != nil {
			return fmt.Errorf("there is no cache directory; set --token-cache-dir: %w", err)
		}
		c.cacheDir = filepath.Join(dir, "kubectl-oauth")
	}
	return nil
}

package decode

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/spf13/cobra"

	"github.com/grantor-dev/grantor/internal/check"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
	"github.com/grantor-dev/grantor/internal/kubectloauth/issuer"
)

// most is how much is read of standard input.
const most = 1 << 20

type command struct {
	issuer   issuer.Flags
	expected string
	noVerify bool
}

// Command returns the command.
func Command() *cobra.Command {
	c := &command{}
	cmd := &cobra.Command{
		Use:   "decode [TOKEN]",
		Short: "Print the header and the claims of a JWT, and verify it",
		Long: `Print the header and the claims of a JWT, and verify it.

Reads the token from standard input without an argument, which keeps it out of the history
of the shell. Verifies the signature with the keys of the issuer, and exits with 1 if that
is not possible. Anyone can be an issuer: compare it, or say it with --issuer.`,
		Args:              cli.AtMostOne,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			token, err := argument(cmd.InOrStdin(), args)
			if err != nil {
				return err
			}
			d, err := decode(token)
			if err != nil {
				return err
			}
			if err := d.write(cmd.OutOrStdout(), time.Now()); err != nil {
				return err
			}
			return c.signature(cmd.Context(), cmd.OutOrStdout(), token, d)
		},
	}
	c.issuer.Register(cmd)
	cmd.Flags().StringVar(&c.expected, "issuer", "", "issuer that the token must be of; default: the one that it names")
	cmd.Flags().BoolVar(&c.noVerify, "no-verify", false, "do not verify the signature, and send no request")
	return cmd
}

func argument(stdin io.Reader, args []string) (string, error) {
	if len(args) > 0 {
		return strings.TrimSpace(args[0]), nil
	}
	content, err := io.ReadAll(io.LimitReader(stdin, most))
	if err != nil {
		return "", fmt.Errorf("read standard input: %w", err)
	}
	return strings.TrimSpace(string(content)), nil
}

// signature says whether the issuer's keys verify the token.
func (c *command) signature(ctx context.Context, w io.Writer, token string, d decoded) error {
	if c.noVerify {
		_, err := fmt.Fprintln(w, "Signature: not verified (--no-verify)")
		return err
	}
	key, err := c.verify(ctx, token, d)
	if err != nil {
		_, wrote := fmt.Fprintln(w, "Signature: NOT VERIFIED")
		return errors.Join(fmt.Errorf("the signature is not verified: %w", err), wrote)
	}
	_, err = fmt.Fprintf(w, "Signature: verified with key %q of %s\n", key, cli.Plain(d.issuer()))
	return err
}

// verify returns the ID of the issuer's key that signed the token.
func (c *command) verify(ctx context.Context, token string, d decoded) (string, error) {
	at := d.issuer()
	if c.expected != "" && at != c.expected {
		return "", errors.New("the token is of another issuer than --issuer says")
	}
	// What can be verified with a public key; never none nor a shared secret.
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{
		jose.ES256, jose.ES384, jose.ES512, jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512, jose.EdDSA,
	})
	if err != nil {
		return "", errors.New("it has no signature that a public key can verify")
	}
	http, err := c.issuer.Client(at, "")
	if err != nil {
		return "", err
	}
	keys, err := (&check.Check{Issuer: at, HTTP: http}).Keys(ctx)
	if err != nil {
		return "", fmt.Errorf("the keys of the issuer cannot be read: %w", err)
	}
	if _, err := signed.Verify(keys); err != nil {
		return "", errors.New("none of the issuer's keys has signed it")
	}
	return signed.Signatures[0].Header.KeyID, nil
}

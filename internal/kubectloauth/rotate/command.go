package rotate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cluster"
)

// command are the flags of both commands.
type command struct {
	cluster cluster.Flags
	wait    bool
	timeout time.Duration
}

// Command returns the command.
func Command() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rotate",
		Short: "Replace a client secret, or the keys of a server",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return cli.Usagef("unknown command %q; rotate client or rotate keys", args[0])
			}
			return nil
		},
		RunE: func(*cobra.Command, []string) error {
			return cli.Usage(errors.New("say what to rotate: rotate client or rotate keys"))
		},
	}
	cmd.AddCommand(clientCommand(), keysCommand())
	return cmd
}

func clientCommand() *cobra.Command {
	c := &command{}
	cmd := &cobra.Command{
		Use:   "client NAME",
		Short: "Replace the secret of an OAuthClient",
		Long: `Replace the secret of an OAuthClient.

Sets spec.secret.rotation.requestedAt. The operator writes a new value into the Secret, and
the former one works for spec.secret.rotation.overlap, one hour by default. With --wait, it
ends when the Secret has the new value. No secret is read or printed.`,
		Args:              cli.Name,
		ValidArgsFunction: c.cluster.Names,
		RunE: func(cmd *cobra.Command, args []string) error {
			opened, err := c.open()
			if err != nil {
				return err
			}
			return c.run(cmd.Context(), cmd.OutOrStdout(), opened, func() (*rotation, error) {
				object, err := opened.OAuthClient(cmd.Context(), args[0])
				if err != nil {
					return nil, err
				}
				return ofSecret(object)
			})
		},
	}
	c.register(cmd, 2*time.Minute)
	return cmd
}

func keysCommand() *cobra.Command {
	c := &command{}
	cmd := &cobra.Command{
		Use:   "keys NAME",
		Short: "Replace the keys of an OAuthServer",
		Long: `Replace the signing keys, the root key and the pepper of an OAuthServer.

Sets spec.keys.requestedAt. Nobody is signed out, and what the former keys signed or sealed
stays valid. The next signing keys are published for ten minutes, or half of
spec.keys.rotationInterval, before they sign; with --wait, it ends when the new
keys are in use. Keys that leaked have to be named in spec.keys.revoked.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cli.Usage(errors.New("name an OAuthServer"))
			}
			return cli.AtMostOne(nil, args)
		},
		ValidArgsFunction: c.cluster.Servers,
		RunE: func(cmd *cobra.Command, args []string) error {
			opened, err := c.open()
			if err != nil {
				return err
			}
			return c.run(cmd.Context(), cmd.OutOrStdout(), opened, func() (*rotation, error) {
				object, err := opened.OAuthServer(cmd.Context(), args[0])
				if err != nil {
					return nil, err
				}
				return ofKeys(object), nil
			})
		},
	}
	c.register(cmd, 15*time.Minute)
	return cmd
}

func (c *command) register(cmd *cobra.Command, timeout time.Duration) {
	c.cluster.Register(cmd)
	cmd.Flags().BoolVar(&c.wait, "wait", false, "wait until the operator has done it")
	cmd.Flags().DurationVar(&c.timeout, "timeout", timeout, "how long to wait at most, with --wait")
}

func (c *command) open() (*cluster.Cluster, error) {
	if c.timeout <= 0 {
		return nil, cli.Usage(errors.New("--timeout must be more than 0"))
	}
	return c.cluster.Open()
}

// run asks for the rotation of what read returns, and waits for it.
func (c *command) run(ctx context.Context, w io.Writer, in *cluster.Cluster, read func() (*rotation, error)) error {
	r, requested, err := ask(ctx, in, read)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "Asked the operator to rotate %s (%s: %s).\n", r.title, r.field, requested.UTC().Format(time.RFC3339)); err != nil {
		return err
	}
	if !c.wait {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	if err := await(ctx, in, r, requested); err != nil {
		return fmt.Errorf("%s was not rotated within %s: %w", r.title, c.timeout, err)
	}
	_, err = fmt.Fprintln(w, r.done())
	return err
}

// ask asks for a rotation. An object that changed meanwhile is read again.
func ask(ctx context.Context, in client.Writer, read func() (*rotation, error)) (*rotation, time.Time, error) {
	var r *rotation
	var requested time.Time
	err := retry.RetryOnConflict(retry.DefaultBackoff, func() (err error) {
		if r, err = read(); err != nil {
			return err
		}
		if requested, err = r.request(time.Now()); err != nil {
			return err
		}
		if err := in.Patch(ctx, r.object, r.patch(requested)); err != nil {
			return fmt.Errorf("ask for the rotation: %w", err)
		}
		return nil
	})
	return r, requested, err
}

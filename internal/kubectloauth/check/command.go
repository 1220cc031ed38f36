package check

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/check"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cluster"
	"github.com/grantor-dev/grantor/internal/kubectloauth/issuer"
)

type command struct {
	cluster cluster.Flags
	issuer  issuer.Flags
}

// Command returns the command.
func Command() *cobra.Command {
	c := &command{}
	cmd := &cobra.Command{
		Use:   "check NAME | check URL",
		Short: "Check that an OAuthServer, or an issuer URL, answers as it should",
		Long: `Check that an OAuthServer, or an issuer URL, answers as it should.

Reads what discovery says, compares the issuer, fetches the keys, and looks at TLS and at
the clock of the server. Of an OAuthServer it also looks at the condition Ready, and trusts
the authorities in its status.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cli.Usage(errors.New("name an OAuthServer or an issuer URL"))
			}
			return cli.AtMostOne(cmd, args)
		},
		ValidArgsFunction: c.cluster.Servers,
		RunE: func(cmd *cobra.Command, args []string) error {
			say := func(line string) { _, _ = fmt.Fprintln(cmd.OutOrStdout(), line) }
			if strings.Contains(args[0], "://") {
				return c.reach(cmd.Context(), &check.Check{Issuer: args[0], Say: say}, "")
			}
			return c.server(cmd.Context(), args[0], say)
		},
	}
	c.cluster.Register(cmd)
	c.issuer.Register(cmd)
	return cmd
}

func (c *command) server(ctx context.Context, name string, say func(string)) error {
	cluster, err := c.cluster.Open()
	if err != nil {
		return err
	}
	object, err := cluster.OAuthServer(ctx, name)
	if err != nil {
		return err
	}
	asked := &check.Check{Issuer: object.Spec.Issuer, Say: say}
	if certificates := object.Spec.ClientCertificates; certificates != nil && certificates.Header != nil {
		asked.CertificateHeader = certificates.Header.Name
	}
	reached := c.reach(ctx, asked, object.Status.CertificateAuthorities)
	return errors.Join(reached, ready(object, say))
}

func ready(object *oauthv1alpha1.OAuthServer, say func(string)) error {
	condition := meta.FindStatusCondition(object.Status.Conditions, oauthv1alpha1.ConditionReady)
	switch {
	case condition == nil:
		return errors.New("status: the operator has not seen the OAuthServer yet")
	case condition.Status != metav1.ConditionTrue:
		return fmt.Errorf("status: the OAuthServer is not ready: %s: %s", condition.Reason, cli.Plain(condition.Message))
	}
	say("status: the OAuthServer is ready")
	return nil
}

func (c *command) reach(ctx context.Context, asked *check.Check, authorities string) (err error) {
	asked.Now = time.Now
	if asked.HTTP, err = c.issuer.Client(asked.Issuer, authorities); err != nil {
		return err
	}
	return asked.Reach(ctx)
}

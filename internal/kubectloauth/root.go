package kubectloauth

import (
	"github.com/spf13/cobra"

	"github.com/grantor-dev/grantor/internal/kubectloauth/check"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
	"github.com/grantor-dev/grantor/internal/kubectloauth/create"
	"github.com/grantor-dev/grantor/internal/kubectloauth/decode"
	"github.com/grantor-dev/grantor/internal/kubectloauth/explain"
	"github.com/grantor-dev/grantor/internal/kubectloauth/get"
	"github.com/grantor-dev/grantor/internal/kubectloauth/imports"
	"github.com/grantor-dev/grantor/internal/kubectloauth/kubeconfig"
	"github.com/grantor-dev/grantor/internal/kubectloauth/login"
	"github.com/grantor-dev/grantor/internal/kubectloauth/policy"
	"github.com/grantor-dev/grantor/internal/kubectloauth/resetfactors"
	"github.com/grantor-dev/grantor/internal/kubectloauth/revoke"
	"github.com/grantor-dev/grantor/internal/kubectloauth/rotate"
	"github.com/grantor-dev/grantor/internal/kubectloauth/status"
	"github.com/grantor-dev/grantor/internal/kubectloauth/token"
)

// Root returns the command with all others below it.
func Root() *cobra.Command {
	root := &cobra.Command{
		Use:           "kubectl-oauth",
		Annotations:   map[string]string{cobra.CommandDisplayNameAnnotation: "kubectl oauth"},
		Short:         "Look at OAuth clients and sessions, end sessions, rotate secrets and keys, get tokens and sign in",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return cli.Usagef("unknown command %q; see --help", args[0])
			}
			return nil
		},
		RunE: func(*cobra.Command, []string) error { return cli.Usagef("name a command; see --help") },
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return cli.Usage(err) })
	root.AddCommand(
		status.Command(), explain.Command(), token.Command(), decode.Command(), login.Command(),
		kubeconfig.Command(), check.Command(), get.Command(), revoke.Command(), resetfactors.Command(),
		rotate.Command(), create.Command(), policy.Command(), imports.Command(cli.Usage), versionCommand(),
	)
	return root
}

package kubectloauth

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/grantor-dev/grantor/internal/buildinfo"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
)

func versionCommand() *cobra.Command {
	output := ""
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print version, commit, Go version and platform",
		Args:  cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			err := buildinfo.Read("", "").Print(cmd.OutOrStdout(), "kubectl-oauth", output)
			if errors.Is(err, buildinfo.ErrOutput) {
				return cli.Usage(err)
			}
			return err
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "text", "how to print it: text or json")
	return cmd
}

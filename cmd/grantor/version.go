package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/grantor-dev/grantor/internal/buildinfo"
)

// version and revision are set when a release is built:
// -ldflags="-X main.version=v1.2.3 -X main.revision=COMMIT".
var version, revision string

func versionCommand() *cobra.Command {
	output := ""
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print version, commit, Go version and platform",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			err := buildinfo.Read(version, revision).Print(cmd.OutOrStdout(), "grantor", output)
			if errors.Is(err, buildinfo.ErrOutput) {
				return usage(err)
			}
			return err
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "text", "how to print it: text or json")
	return cmd
}

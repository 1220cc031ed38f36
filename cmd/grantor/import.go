package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/grantor-dev/grantor/internal/documents"
	"github.com/grantor-dev/grantor/internal/migrate"
)

func importCommand() *cobra.Command {
	var options migrate.Options
	strict := false
	cmd := &cobra.Command{
		Use:   "import [FILE...]",
		Short: "Turn clients of hydra-maester or Dex, and connectors of Dex, into resources",
		Long: `Turn clients of hydra-maester or Dex into OAuthClients, and connectors of Dex into OAuthIdentityProviders.

Reads OAuth2Clients of hydra-maester with their Secrets, and configurations or stored
OAuth2Clients of Dex, from files or, without any or for "-", from standard input.
Writes manifests for kubectl apply to standard output. They contain client secrets and passwords of directories.
Says on standard error what is lost, and what is left to do.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			inputs, err := documents.Files(cmd.InOrStdin(), args, 64)
			if err != nil {
				return usage(err)
			}
			result, err := migrate.Convert(inputs, options)
			if err != nil {
				return usage(err)
			}
			return writeImport(cmd, result, strict)
		},
	}
	f := cmd.Flags()
	f.StringVarP(&options.Namespace, "namespace", "n", "default", "namespace of clients whose input names none, such as those of Dex")
	f.StringVar(&options.ServerNamespace, "server-namespace", "grantor-system", "namespace of the OAuthServer, where a client may have any client ID, and of OAuthIdentityProviders")
	f.StringVar(&options.ServerName, "server-name", "default", "name of the OAuthServer, for OAuthIdentityProviders")
	f.BoolVar(&strict, "strict", false, "write nothing and exit with 1 if anything is lost")
	return cmd
}

func writeImport(cmd *cobra.Command, result migrate.Result, strict bool) error {
	for _, line := range result.Lost {
		cmd.PrintErrln("lost: " + line)
	}
	for _, line := range result.ToDo {
		cmd.PrintErrln("to do: " + line)
	}
	if strict && len(result.Lost) > 0 {
		return fmt.Errorf("--strict: nothing is written, because something would be lost (%d)", len(result.Lost))
	}
	return documents.Write(cmd.OutOrStdout(), result.Manifests)
}

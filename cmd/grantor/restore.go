package main

import (
	"github.com/spf13/cobra"

	"github.com/grantor-dev/grantor/internal/documents"
	"github.com/grantor-dev/grantor/internal/restore"
)

func restoreCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "restore [FILE...]",
		Short: "Turn a backup into manifests for another cluster",
		Long: `Turn a backup into manifests for another cluster.

Reads what kubectl get -o yaml printed of Namespaces, Secrets, OAuthServers, OAuthUsers,
OAuthClientPolicies and OAuthClients, from files or, without any or for "-", from
standard input. Writes manifests for kubectl apply to standard output, in the order in
which they are to be applied. They contain secrets. Says on standard error what is left
out, and whose second factors are lost.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			inputs, err := documents.Files(cmd.InOrStdin(), args, 512)
			if err != nil {
				return usage(err)
			}
			result, err := restore.Manifests(inputs)
			if err != nil {
				return usage(err)
			}
			for _, note := range result.Notes {
				cmd.PrintErrln("note: " + note)
			}
			return documents.Write(cmd.OutOrStdout(), result.Manifests)
		},
	}
}

package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"sigs.k8s.io/yaml"

	"github.com/grantor-dev/grantor/internal/migrate"
)

// maxImport bounds the input, so that a mistake does not fill the memory.
const maxImport = 64 << 20

func importCommand() *cobra.Command {
	var options migrate.Options
	strict := false
	cmd := &cobra.Command{
		Use:   "import [FILE...]",
		Short: "Turn clients of hydra-maester or Dex into OAuthClients",
		Long: `Turn clients of hydra-maester or Dex into OAuthClients.

Reads OAuth2Clients of hydra-maester with their Secrets, and configurations or stored
OAuth2Clients of Dex, from files or, without any or for "-", from standard input.
Writes manifests for kubectl apply to standard output. They contain client secrets.
Says on standard error what is lost, and what is left to do.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			inputs, err := readInputs(cmd.InOrStdin(), args)
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
	f.StringVarP(&options.Namespace, "namespace", "n", "default", "namespace of the clients whose input names none, as that of Dex does")
	f.StringVar(&options.ServerNamespace, "server-namespace", "grantor-system", "namespace of the OAuthServer, where a client may have any client ID")
	f.BoolVar(&strict, "strict", false, "write nothing and exit with 1 if anything is lost")
	return cmd
}

func readInputs(stdin io.Reader, files []string) ([]migrate.Input, error) {
	if len(files) == 0 {
		files = []string{"-"}
	}
	var inputs []migrate.Input
	left := int64(maxImport)
	for _, name := range files {
		content, err := readInput(stdin, name, left+1)
		if err != nil {
			return nil, err
		}
		if left -= int64(len(content)); left < 0 {
			return nil, errors.New("the input is larger than 64 MiB")
		}
		if name == "-" {
			name = "standard input"
		}
		inputs = append(inputs, migrate.Input{Name: name, Content: content})
	}
	return inputs, nil
}

func readInput(stdin io.Reader, name string, most int64) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(io.LimitReader(stdin, most))
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return io.ReadAll(io.LimitReader(file, most))
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
	for i, manifest := range result.Manifests {
		text, err := yaml.Marshal(manifest)
		if err != nil {
			return fmt.Errorf("write a manifest: %w", err)
		}
		if i > 0 {
			text = append([]byte("---\n"), text...)
		}
		if _, err := cmd.OutOrStdout().Write(text); err != nil {
			return fmt.Errorf("write to standard output: %w", err)
		}
	}
	return nil
}

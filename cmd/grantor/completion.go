package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// addCompletion adds the command that prints completion for shells, and says what there
// is to complete: files for flags and arguments that name files, and nothing else.
func addCompletion(root *cobra.Command) {
	for _, cmd := range root.Commands() {
		if cmd.Args != nil {
			cmd.ValidArgsFunction = cobra.NoFileCompletions
		}
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if complete := completionOf(f.Name); complete != nil {
				// It fails for a flag that does not exist, or twice.
				_ = cmd.RegisterFlagCompletionFunc(f.Name, complete)
			}
		})
	}
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		if cmd.Name() != "completion" {
			continue
		}
		cmd.Args = func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage(fmt.Errorf("unknown shell %q: bash, zsh, fish or powershell", args[0]))
			}
			return nil
		}
		cmd.RunE = func(*cobra.Command, []string) error {
			return usage(errors.New("name a shell: bash, zsh, fish or powershell"))
		}
		for _, shell := range cmd.Commands() {
			shell.Args = noArgs
		}
	}
}

// completionOf returns what completes the value of a flag; nil lets the shell offer files.
func completionOf(flag string) cobra.CompletionFunc {
	switch {
	case flag == "log-level":
		return cobra.FixedCompletions([]string{"debug", "info", "warn", "error"}, cobra.ShellCompDirectiveNoFileComp)
	case flag == "output":
		return cobra.FixedCompletions([]string{"text", "json"}, cobra.ShellCompDirectiveNoFileComp)
	case strings.HasSuffix(flag, "kubeconfig"), strings.HasSuffix(flag, "-file"), strings.HasSuffix(flag, "-dir"):
		return nil
	}
	return cobra.NoFileCompletions
}

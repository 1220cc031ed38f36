package main

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func TestHelpListsEveryFlag(t *testing.T) {
	for _, cmd := range []*cobra.Command{operatorCommand(), serverCommand(), checkCommand()} {
		t.Run(cmd.Name(), func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := run(t, cmd.Name(), "--help")
			if code != 0 || stderr != "" {
				t.Errorf("exit code %d, stderr: %s", code, stderr)
			}
			count := 0
			cmd.Flags().VisitAll(func(f *pflag.Flag) {
				count++
				if !strings.Contains(stdout, "--"+f.Name+" ") || !strings.Contains(stdout, f.Usage) || len(strings.Fields(f.Usage)) < 4 {
					t.Errorf("--%s is not explained in:\n%s", f.Name, stdout)
				}
			})
			if count < 5 {
				t.Errorf("only %d flags", count)
			}
		})
	}
}

func TestHelpListsTheCommands(t *testing.T) {
	code, stdout, _ := run(t, "--help")
	for _, name := range []string{"operator", "server", "import", "restore", "check", "version", "completion"} {
		if code != 0 || !strings.Contains(stdout, "\n  "+name+" ") {
			t.Errorf("no %s, exit code %d:\n%s", name, code, stdout)
		}
	}
}

// TestDocumentedFlags are those that scripts rely on.
func TestDocumentedFlags(t *testing.T) {
	documented := map[string][]string{
		"operator": {"kubeconfig", "metrics-address"},
		"server": {
			"kubeconfig", "server-name", "server-namespace", "listen-address", "metrics-address", "tls-cert-file", "tls-key-file",
		},
	}
	for _, cmd := range []*cobra.Command{operatorCommand(), serverCommand()} {
		for _, name := range documented[cmd.Name()] {
			if cmd.Flags().Lookup(name) == nil {
				t.Errorf("%s has no --%s", cmd.Name(), name)
			}
		}
	}
}

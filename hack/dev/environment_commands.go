package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/grantor-dev/grantor/hack/dev/environment"
	"github.com/grantor-dev/grantor/hack/dev/progress"
	"github.com/grantor-dev/grantor/hack/devenv"
)

func upCommand() *cobra.Command {
	settings := environment.Defaults()
	cmd := &cobra.Command{
		Use:   "up",
		Short: "Start the environment in the background, or bring it to these settings",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			env, layout, out, err := open(cmd)
			if err != nil {
				return err
			}
			running, err := env.Up(cmd.Context(), settings)
			if err != nil {
				return err
			}
			out.Text(upSummary(running, layout))
			return nil
		},
	}
	addSettings(cmd.Flags(), &settings)
	return cmd
}

func upSummary(running environment.Running, layout environment.Layout) string {
	return fmt.Sprintf(`
Grantor is up. Issuer: %s

  source %s
  .local/bin/kubectl get oauthservers,oauthclients -A

Logs are in .local/logs; "make demo" shows the main job, "make down" stops all.
`, running.Issuer, layout.Relative(layout.EnvFile()))
}

func downCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "down",
		Short: "Stop what up and demo started; the state stays",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			env, _, _, err := open(cmd)
			if err != nil {
				return err
			}
			return env.Down(cmd.Context())
		},
	}
}

func resetCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "reset",
		Short: "Stop it and delete its state",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			env, _, _, err := open(cmd)
			if err != nil {
				return err
			}
			return env.Reset(cmd.Context())
		},
	}
}

func serveAssetsCommand() *cobra.Command {
	return &cobra.Command{
		Use:    environment.ServeAssets + " DIR ASSETS",
		Short:  "Serve a cluster from the binaries that " + devenv.AssetsVariable + " names",
		Hidden: true,
		Args:   cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.Setenv(devenv.AssetsVariable, args[1]); err != nil {
				return fmt.Errorf("set %s: %w", devenv.AssetsVariable, err)
			}
			return environment.RunAssets(cmd.Context(), args[0])
		},
	}
}

func addSettings(flags *pflag.FlagSet, s *environment.Settings) {
	flags.IntVar(&s.Servers, "servers", s.Servers, "number of server replicas")
	flags.BoolVar(&s.TLS, "tls", s.TLS, "serve https with a generated CA")
	addKubeconfig(flags, &s.Kubeconfig)
}

func addKubeconfig(flags *pflag.FlagSet, value *string) {
	flags.StringVar(value, "kubeconfig", "",
		"existing cluster to use; KUBECONFIG in the environment is not read (default an embedded cluster)")
}

func open(cmd *cobra.Command) (*environment.Environment, environment.Layout, *progress.Printer, error) {
	root, err := devenv.RepoRoot()
	if err != nil {
		return nil, environment.Layout{}, nil, err
	}
	layout, out := environment.Layout{Root: root}, progress.New(cmd.OutOrStdout())
	return environment.New(layout, out), layout, out, nil
}

package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/grantor-dev/grantor/hack/dev/demo"
	"github.com/grantor-dev/grantor/hack/dev/environment"
)

// sample is the manifest that the demonstration applies.
const sample = "config/samples/demo/oauthclient.yaml"

func demoCommand() *cobra.Command {
	chosen := environment.Defaults()
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Show the main job, from nothing",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			env, layout, out, err := open(cmd)
			if err != nil {
				return err
			}
			out.Text("Grantor's main job on a development environment\n\n")
			running, err := env.Up(cmd.Context(), demoSettings(cmd, chosen, env.LastSettings()))
			if err != nil {
				return err
			}
			err = demo.Run(cmd.Context(), demo.Options{
				Kubeconfig:   running.Kubeconfig,
				Issuer:       running.Issuer,
				CAFile:       running.CAFile,
				Manifest:     filepath.Join(layout.Root, sample),
				ManifestName: sample,
				Out:          out,
			})
			if err != nil {
				return errors.Join(err, errors.New("logs are in .local/logs"))
			}
			out.Text(tryNext(running))
			return nil
		},
	}
	addSettings(cmd.Flags(), &chosen)
	return cmd
}

// demoSettings leaves a running environment as it is, except for what was
// chosen now.
func demoSettings(cmd *cobra.Command, chosen, last environment.Settings) environment.Settings {
	settings := last
	if cmd.Flags().Changed("servers") {
		settings.Servers = chosen.Servers
	}
	if cmd.Flags().Changed("tls") {
		settings.TLS = chosen.TLS
	}
	if cmd.Flags().Changed("kubeconfig") {
		settings.Kubeconfig = chosen.Kubeconfig
	}
	return settings
}

func tryNext(running environment.Running) string {
	curl := "curl -s"
	if running.CAFile != "" {
		curl = `curl -s --cacert "$CA_FILE"`
	}
	return fmt.Sprintf(`
Try next:

  source .local/env; alias k=$PWD/.local/bin/kubectl
  k get oauthclients -A                       # every client, and whether it works
  k -n demo get secret hello-oauth -o yaml    # what a pod would mount
  k -n demo delete secret hello-oauth         # comes back, with the same client ID
  k -n demo describe oauthclient hello        # conditions and events say what happened
  %s $ISSUER/.well-known/openid-configuration
  k -n demo delete oauthclient hello          # refused by every replica within 2 s

  %s/account    sign in as alice, password alice-password
  docs/guides/sign-in.md          an application that signs people in, with its program

  make up SERVERS=3    three replicas, one issuer       logs: .local/logs
  make down            stop it, keep its state          make reset: delete that too
`, curl, running.Issuer)
}

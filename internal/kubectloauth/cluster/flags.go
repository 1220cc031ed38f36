package cluster

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
)

// Flags are those of kubectl that say which cluster, which user and which namespace.
type Flags struct {
	kubeconfig string
	overrides  clientcmd.ConfigOverrides
}

// Register adds the flags to a command, with their completion.
func (f *Flags) Register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.kubeconfig, clientcmd.RecommendedConfigPathFlag, "", "path of a kubeconfig; default: $KUBECONFIG, then that of kubectl")
	clientcmd.BindOverrideFlags(&f.overrides, flags, clientcmd.RecommendedConfigOverrideFlags(""))
	complete := func(name string, values func(*cobra.Command) []string) {
		// It fails for a flag that does not exist, or twice.
		_ = cmd.RegisterFlagCompletionFunc(name, func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
			return values(cmd), cobra.ShellCompDirectiveNoFileComp
		})
	}
	complete(clientcmd.FlagNamespace, f.namespaces)
	complete(clientcmd.FlagContext, func(*cobra.Command) []string { return f.contexts() })
}

func (f *Flags) config() clientcmd.ClientConfig {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.ExplicitPath = f.kubeconfig
	return clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, &f.overrides)
}

// rest returns how to reach the API server, and the namespace.
func (f *Flags) rest() (*rest.Config, string, error) {
	config, err := f.config().ClientConfig()
	if clientcmd.IsEmptyConfig(err) {
		return nil, "", cli.Usage(errors.New("there is no kubeconfig: set KUBECONFIG or --kubeconfig"))
	}
	if err != nil {
		return nil, "", cli.Usage(fmt.Errorf("kubeconfig: %w", err))
	}
	namespace, _, err := f.config().Namespace()
	if err != nil {
		return nil, "", cli.Usage(fmt.Errorf("kubeconfig: %w", err))
	}
	config.UserAgent = "kubectl-oauth"
	config.WarningHandler = rest.NoWarnings{}
	return config, namespace, nil
}

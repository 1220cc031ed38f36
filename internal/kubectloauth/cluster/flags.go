package cluster

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
)

// ErrNoKubeconfig says that nothing names an API server.
var ErrNoKubeconfig = errors.New("there is no kubeconfig: set KUBECONFIG or --kubeconfig")

// Flags are those of kubectl that say which cluster, which user and which namespace.
type Flags struct {
	kubeconfig string
	overrides  clientcmd.ConfigOverrides
}

// Register adds the flags to a command, with their completion.
func (f *Flags) Register(cmd *cobra.Command) { f.register(cmd, clientcmd.FlagAuthInfoName) }

// RegisterBesideUser is Register for a command that has a flag --user of its own; the user of
// the kubeconfig is --kubeconfig-user there.
func (f *Flags) RegisterBesideUser(cmd *cobra.Command) { f.register(cmd, "kubeconfig-user") }

func (f *Flags) register(cmd *cobra.Command, userFlag string) {
	flags := cmd.Flags()
	flags.StringVar(&f.kubeconfig, clientcmd.RecommendedConfigPathFlag, "", "path of a kubeconfig; default: $KUBECONFIG, then that of kubectl")
	names := clientcmd.RecommendedConfigOverrideFlags("")
	names.ContextOverrideFlags.AuthInfoName.LongName = userFlag
	clientcmd.BindOverrideFlags(&f.overrides, flags, names)
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

// Namespace is the one of the flags or of the kubeconfig, and default where there is none.
func (f *Flags) Namespace() string {
	namespace, _, err := f.config().Namespace()
	if err != nil || namespace == "" {
		return corev1.NamespaceDefault
	}
	return namespace
}

// rest returns how to reach the API server, and the namespace.
func (f *Flags) rest() (*rest.Config, string, error) {
	config, err := f.config().ClientConfig()
	if clientcmd.IsEmptyConfig(err) {
		return nil, "", cli.Usage(ErrNoKubeconfig)
	}
	if err != nil {
		return nil, "", cli.Usage(fmt.Errorf("kubeconfig: %w", err))
	}
	namespace, _, err := f.config().Namespace()
	if err != nil {
		return nil, "", cli.Usage(fmt.Errorf("kubeconfig: %w", err))
	}
	config.UserAgent = "kubectl-oauth"
	// As in kubectl, the API server alone limits how fast it is asked.
	config.QPS = -1
	config.WarningHandler = rest.NoWarnings{}
	return config, namespace, nil
}

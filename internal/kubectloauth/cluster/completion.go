package cluster

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// completionBound is how long someone who presses Tab waits for the API server.
const completionBound = 3 * time.Second

// Names completes the first argument with the names of the OAuthClients of the namespace.
func (f *Flags) Names(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	list := &oauthv1alpha1.OAuthClientList{}
	f.list(cmd, list)
	names := make([]string, len(list.Items))
	for i := range list.Items {
		names[i] = list.Items[i].Name
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// Servers completes the first argument with the names of the OAuthServers of the namespace.
func (f *Flags) Servers(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	list := &oauthv1alpha1.OAuthServerList{}
	f.list(cmd, list)
	names := make([]string, len(list.Items))
	for i := range list.Items {
		names[i] = list.Items[i].Name
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

func (f *Flags) namespaces(cmd *cobra.Command) []string {
	list := &corev1.NamespaceList{}
	f.list(cmd, list)
	names := make([]string, len(list.Items))
	for i := range list.Items {
		names[i] = list.Items[i].Name
	}
	return names
}

func (f *Flags) contexts() []string {
	raw, err := f.config().RawConfig()
	if err != nil {
		return nil
	}
	return slices.Sorted(maps.Keys(raw.Contexts))
}

// list reads a list, of the namespace if its kind has one. It stays empty if that fails.
func (f *Flags) list(cmd *cobra.Command, into client.ObjectList) {
	c, err := f.Open()
	if err != nil {
		return
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), completionBound)
	defer cancel()
	// The namespace is ignored where there is none.
	_ = c.List(ctx, into, client.InNamespace(c.Namespace))
}

package node

import (
	"context"

	"github.com/spf13/cobra"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/metrics/prometheus/version" // the version among each program's metrics
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"

	"github.com/grantor-dev/grantor/hack/localkube/internal/dns"
)

// Programs are upstream's, by their names there, and a small dns.
func Programs() map[string]func(args []string) int {
	return map[string]func(args []string) int{
		"dns": dns.Main,
		"kube-controller-manager": func(args []string) int {
			return run(controllermanager.NewControllerManagerCommand(), args)
		},
		"kube-proxy":     func(args []string) int { return run(proxy.NewProxyCommand(), args) },
		"kube-scheduler": func(args []string) int { return run(scheduler.NewSchedulerCommand(), args) },
		"kubelet":        func(args []string) int { return run(kubelet.NewKubeletCommand(context.Background()), args) },
	}
}

func run(command *cobra.Command, args []string) int {
	command.SetArgs(args)
	return cli.Run(command)
}

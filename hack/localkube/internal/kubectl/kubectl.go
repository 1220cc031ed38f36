// Package kubectl is the kubectl of the same release as the API server. It
// owns nothing but the start: commands, plugins and flags are upstream's.
package kubectl

import (
	"os"

	_ "k8s.io/client-go/plugin/pkg/client/auth" // credential plugins of foreign kubeconfigs
	"k8s.io/component-base/cli"
	"k8s.io/component-base/logs"
	"k8s.io/kubectl/pkg/cmd"
	"k8s.io/kubectl/pkg/cmd/util"
)

// Main runs kubectl with args and returns its exit code, unless kubectl ends
// the process itself.
func Main(args []string) int {
	// kubectl looks for plugins in os.Args, not in what cobra is given.
	os.Args = append([]string{"kubectl"}, args...)

	// The verbosity has to be known before the command is constructed, because
	// the construction already reads files and logs.
	_, _ = logs.GlogSetter(cmd.GetLogVerbosity(os.Args))

	if err := cli.RunNoErrOutput(cmd.NewDefaultKubectlCommand()); err != nil {
		util.CheckErr(err)
		return 1
	}
	return 0
}

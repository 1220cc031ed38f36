package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// testGrace is how long the command may take to end once it was asked to.
const testGrace = 30 * time.Second

// exitError ends this program with the code of another one, which has said
// itself what was wrong.
type exitError int

// Error says the code.
func (e exitError) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

func testCommand() *cobra.Command {
	var kubeconfig string
	cmd := &cobra.Command{
		Use:   "test -- COMMAND...",
		Short: "Run a command with a cluster for tests, which it finds in " + devenv.TestKubeconfigVariable,
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			kube, err := startTestCluster(cmd.Context(), kubeconfig)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, kube.Stop()) }()
			return runIn(cmd.Context(), kube, args)
		},
	}
	addKubeconfig(cmd.Flags(), &kubeconfig)
	return cmd
}

func startTestCluster(ctx context.Context, kubeconfig string) (*devenv.Kube, error) {
	root, err := devenv.RepoRoot()
	if err != nil {
		return nil, err
	}
	kube, err := devenv.StartKube(ctx, devenv.KubeOptions{Kubeconfig: kubeconfig, RepoRoot: root})
	if err != nil {
		return nil, err
	}
	if err := devenv.Install(ctx, kube.Config, root, devenv.InstallOptions{}); err != nil {
		return nil, errors.Join(err, kube.Stop())
	}
	return kube, nil
}

// runIn runs the command in this process group, so that a terminal's Ctrl-C
// reaches it without our help; SIGTERM is passed on.
func runIn(ctx context.Context, kube *devenv.Kube, args []string) error {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(cmd.Environ(),
		devenv.TestKubeconfigVariable+"="+kube.Kubeconfig,
		// No test shall find a cluster that is used for other work.
		"KUBECONFIG="+kube.Kubeconfig,
		devenv.RunVariable+"="+rand.Text(),
	)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = testGrace
	err := cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exitError(codeOf(exit))
	}
	if err != nil {
		return fmt.Errorf("run %s: %w", strings.Join(args, " "), err)
	}
	return nil
}

// codeOf follows the shells for a command that a signal ended.
func codeOf(exit *exec.ExitError) int {
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return exit.ExitCode()
}

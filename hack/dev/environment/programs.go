package environment

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/grantor-dev/grantor/hack/dev/background"
	"github.com/grantor-dev/grantor/hack/devenv"
)

const (
	operatorProcess = "operator"
	serverPrefix    = "server-"
	// programGrace lets a server finish its requests.
	programGrace = 30 * time.Second
)

// program is one of Grantor's, as a background process.
type program struct {
	spec    background.Spec
	options devenv.ProgramOptions
}

func (u *up) planOperator() (program, error) {
	metrics, err := u.memory.port(operatorProcess+"-metrics", u.processes.Running(operatorProcess))
	if err != nil {
		return program{}, err
	}
	options := devenv.OperatorOptions(devenv.OperatorSettings{
		Binary:      u.grantor,
		Kubeconfig:  u.operatorKubeconfig(),
		MetricsPort: metrics,
		LogFile:     u.layout.Log(operatorProcess),
	})
	return newProgram(operatorProcess, options, u.operatorKubeconfig()), nil
}

func (u *up) planServer(i int) (program, error) {
	name := fmt.Sprintf("%s%d", serverPrefix, i)
	ours := u.processes.Running(name)
	port, err := u.memory.port(name, ours)
	if err != nil {
		return program{}, err
	}
	metrics, err := u.memory.port(name+"-metrics", ours)
	if err != nil {
		return program{}, err
	}
	options := devenv.ServerOptions(devenv.ServerSettings{
		Binary:      u.grantor,
		Kubeconfig:  u.serverKubeconfig(),
		Port:        port,
		MetricsPort: metrics,
		LogFile:     u.layout.Log(name),
		TLS:         u.ca,
	})
	inputs := []string{u.serverKubeconfig()}
	if u.ca != nil {
		inputs = append(inputs, u.ca.CertFile, u.ca.KeyFile)
	}
	return newProgram(name, options, inputs...), nil
}

func newProgram(name string, options devenv.ProgramOptions, inputs ...string) program {
	return program{
		options: options,
		spec: background.Spec{
			Name: name, Binary: options.Binary, Args: options.Args, Inputs: inputs, LogFile: options.LogFile,
		},
	}
}

// startPrograms ends servers beyond the wanted number and starts what does not
// run as wanted.
func (u *up) startPrograms(ctx context.Context) (string, error) {
	if err := u.stopSurplus(ctx); err != nil {
		return "", err
	}
	var outcomes []string
	for _, p := range u.programs {
		what, err := u.keepOrStart(ctx, p.spec, programGrace, nil)
		if err != nil {
			return "", err
		}
		outcomes = append(outcomes, p.spec.Name+" "+what)
	}
	return strings.Join(outcomes, ", "), nil
}

func (u *up) stopSurplus(ctx context.Context) error {
	names, err := u.processes.Names()
	if err != nil {
		return err
	}
	wanted := map[string]bool{clusterProcess: true}
	for _, p := range u.programs {
		wanted[p.spec.Name] = true
	}
	for _, name := range names {
		if wanted[name] {
			continue
		}
		if _, err := u.processes.Stop(ctx, name, programGrace); err != nil {
			return err
		}
	}
	return nil
}

// keepOrStart says which of the two it did. before runs only if the process is
// started.
func (u *up) keepOrStart(
	ctx context.Context, spec background.Spec, grace time.Duration, before func() error,
) (string, error) {
	current, err := u.processes.Current(spec)
	if err != nil {
		return "", err
	}
	if current {
		return "kept", nil
	}
	stopped, err := u.processes.Stop(ctx, spec.Name, grace)
	if err != nil {
		return "", err
	}
	if before != nil {
		if err := before(); err != nil {
			return "", fmt.Errorf("start %s: %w", spec.Name, err)
		}
	}
	if err := u.processes.Start(spec); err != nil {
		return "", err
	}
	if stopped {
		return "restarted", nil
	}
	return "started", nil
}

// awaitPrograms waits until all programs say that they are ready, and makes the
// servers known to the operator.
func (u *up) awaitPrograms(ctx context.Context) (string, error) {
	for _, p := range u.programs {
		err := devenv.AwaitReady(ctx, p.options, func() error {
			if u.processes.Running(p.spec.Name) {
				return nil
			}
			return errors.New("its process is gone")
		})
		if err != nil {
			return "", fmt.Errorf("%s: %w", p.spec.Name, err)
		}
	}
	if err := devenv.Announce(ctx, u.cluster, u.running.MetricsURLs...); err != nil {
		return "", err
	}
	return strings.Join(u.running.ServerURLs, " "), nil
}

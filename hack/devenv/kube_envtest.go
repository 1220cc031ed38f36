package devenv

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

// startEnvtest runs etcd and kube-apiserver from the assets. No controllers
// come with them: nothing is garbage-collected and namespaces stay Terminating.
func startEnvtest(_ context.Context, o KubeOptions, assets string) (*Kube, error) {
	env, err := newEnvtest(o, assets)
	if err != nil {
		return nil, err
	}
	log, err := openLog(o.LogFile)
	if err != nil {
		return nil, err
	}
	env.ControlPlane.GetAPIServer().Out, env.ControlPlane.GetAPIServer().Err = log, log
	env.ControlPlane.Etcd.Out, env.ControlPlane.Etcd.Err = log, log

	stop := func() error {
		err := errors.Join(env.Stop(), log.Close())
		if o.Ephemeral {
			err = errors.Join(err, os.RemoveAll(o.Dir))
		}
		return err
	}
	cfg, err := env.Start()
	if err != nil {
		err = fmt.Errorf("start envtest with %s=%s: %w", AssetsVariable, assets, err)
		return nil, errors.Join(SeeLog(err, o.LogFile), stop())
	}
	cfg.QPS = -1
	if err := WriteFile(o.adminKubeconfig(), env.KubeConfig, 0o600); err != nil {
		return nil, errors.Join(err, stop())
	}
	return &Kube{
		Config:     cfg,
		Kubeconfig: o.adminKubeconfig(),
		Source:     fmt.Sprintf("envtest with %s=%s", AssetsVariable, assets),
		LogFile:    o.LogFile,
		stop:       stop,
	}, nil
}

func newEnvtest(o KubeOptions, assets string) (*envtest.Environment, error) {
	// Neither an existing cluster nor a download, whatever the environment says.
	existing := false
	env := &envtest.Environment{
		UseExistingCluster:       &existing,
		BinaryAssetsDirectory:    assets,
		ControlPlaneStartTimeout: localkubeBound,
		ControlPlaneStopTimeout:  30 * time.Second,
	}
	env.ControlPlane.Etcd = &envtest.Etcd{}
	if !o.Ephemeral {
		env.ControlPlane.Etcd.DataDir = o.state()
		if err := os.MkdirAll(o.state(), 0o700); err != nil {
			return nil, fmt.Errorf("make the cluster's directory: %w", err)
		}
	}
	if o.Port != 0 {
		env.ControlPlane.GetAPIServer().SecureServing.Address = "127.0.0.1"
		env.ControlPlane.GetAPIServer().SecureServing.Port = strconv.Itoa(o.Port)
	}
	return env, nil
}

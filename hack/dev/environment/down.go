package environment

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
)

// Down ends every process of the environment, and no other. The state stays.
func (e *Environment) Down(ctx context.Context) error {
	unlock, err := e.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	return e.stopAll(ctx)
}

// Reset ends every process and deletes all state, of the cluster too.
func (e *Environment) Reset(ctx context.Context) error {
	unlock, err := e.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	external := e.layout.recall().Settings.Kubeconfig
	if err := e.stopAll(ctx); err != nil {
		return err
	}
	err = e.out.Step("state", func() (string, error) {
		err := errors.Join(os.RemoveAll(e.layout.kube()), os.RemoveAll(e.layout.run()))
		return "deleted", err
	})
	if err == nil && external != "" {
		e.out.Detailf("What was installed in the cluster of %s stays there.", external)
	}
	return err
}

func (e *Environment) stopAll(ctx context.Context) error {
	names, err := e.processes.Names()
	if err != nil {
		return err
	}
	return e.out.Step("processes", func() (string, error) {
		programs, err := e.stopPrograms(ctx, names)
		if err != nil {
			return "", err
		}
		// Last: the programs give back what they hold in it.
		stopped, err := e.processes.Stop(ctx, clusterProcess, clusterGrace)
		if err != nil {
			return "", err
		}
		if stopped {
			programs = append(programs, clusterProcess)
		}
		if err := removeFile(e.layout.EnvFile()); err != nil {
			return "", fmt.Errorf("remove the file of variables: %w", err)
		}
		if len(programs) == 0 {
			return "nothing was running", nil
		}
		return "stopped " + strings.Join(programs, ", "), nil
	})
}

// stopPrograms stops all at once, because each may have to drain.
func (e *Environment) stopPrograms(ctx context.Context, names []string) (stopped []string, err error) {
	var (
		all sync.WaitGroup
		mu  sync.Mutex
	)
	for _, name := range names {
		if name == clusterProcess {
			continue
		}
		all.Go(func() {
			was, stopErr := e.processes.Stop(ctx, name, programGrace)
			mu.Lock()
			defer mu.Unlock()
			err = errors.Join(err, stopErr)
			if was {
				stopped = append(stopped, name)
			}
		})
	}
	all.Wait()
	return stopped, err
}

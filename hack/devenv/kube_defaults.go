package devenv

import (
	"fmt"
	"os"
	"path/filepath"
)

// withDefaults fills in what was left out. tidy removes what was made up here.
func (o KubeOptions) withDefaults() (_ KubeOptions, tidy func(), err error) {
	if o.RepoRoot == "" {
		if o.RepoRoot, err = RepoRoot(); err != nil {
			return o, nil, err
		}
	}
	var remove []string
	if o.Dir == "" {
		if o.Dir, err = os.MkdirTemp("", "grantor-kube-"); err != nil {
			return o, nil, fmt.Errorf("make a directory for the cluster: %w", err)
		}
		o.Ephemeral = true
		remove = append(remove, o.Dir)
	}
	if o.LogFile == "" {
		name := filepath.Base(o.Dir) + ".log"
		o.LogFile = filepath.Join(o.RepoRoot, ".local", "logs", name)
		remove = append(remove, o.LogFile)
	}
	return o, func() {
		for _, path := range remove {
			_ = os.RemoveAll(path)
		}
	}, nil
}

// state is where the control plane keeps its files. An ephemeral localkube
// deletes all of it when it ends, also after this process was killed, so that
// is the whole directory then; one that is kept leaves room for other files.
func (o KubeOptions) state() string {
	if o.Ephemeral {
		return o.Dir
	}
	return filepath.Join(o.Dir, "state")
}

// adminKubeconfig is where the administrator's kubeconfig is written.
func (o KubeOptions) adminKubeconfig() string { return filepath.Join(o.Dir, "admin.kubeconfig") }

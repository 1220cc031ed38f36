package devenv

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
)

// storeBound covers building localkube, a start and an installation.
const storeBound = localkubeBuildBound + 5*time.Minute

// installed are the folders that Install takes without an issuer, below the root.
var installed = []string{"config/crd", "config/rbac", "config/admission/operator"}

// installedStore returns the store of a cluster with what Install brings to it. It is made
// once and kept until something in it is different: to accept our CRDs, with their hundreds
// of rules, is a quarter of what an API server does for a short test.
func installedStore(ctx context.Context, repoRoot string) (string, error) {
	if _, err := LocalkubeBinary(ctx, repoRoot); err != nil {
		return "", err
	}
	all := filepath.Join(repoRoot, ".local", "stores")
	unlock, err := LockFile(ctx, all+".lock", storeBound)
	if err != nil {
		return "", fmt.Errorf("make a store: %w", err)
	}
	defer unlock()
	name, err := installedName(repoRoot)
	if err != nil {
		return "", fmt.Errorf("name a store: %w", err)
	}
	store := filepath.Join(all, name)
	if _, err := os.Stat(store); err == nil {
		return store, nil
	}
	if err := makeStore(ctx, repoRoot, all, store); err != nil {
		return "", fmt.Errorf("make a store: %w", err)
	}
	return store, nil
}

// makeStore also removes what was made before.
func makeStore(ctx context.Context, repoRoot, all, store string) error {
	if err := removeMatching(filepath.Join(all, "*")); err != nil {
		return err
	}
	making := filepath.Join(all, "making")
	o := KubeOptions{Dir: making, RepoRoot: repoRoot}
	kube, err := StartKube(ctx, o)
	if err != nil {
		return err
	}
	if err := errors.Join(Install(ctx, kube.Config, repoRoot, InstallOptions{}), kube.Stop()); err != nil {
		return SeeLog(err, kube.LogFile)
	}
	made := filepath.Join(o.state(), "etcd")
	// What etcd allocates in advance is half of it.
	if err := removeMatching(filepath.Join(made, "member", "wal", "*.tmp")); err != nil {
		return err
	}
	if err := os.Rename(made, store); err != nil {
		return err
	}
	return os.RemoveAll(making)
}

func removeMatching(pattern string) error {
	found, err := filepath.Glob(pattern)
	if err != nil {
		return err
	}
	for _, path := range found {
		if err := os.RemoveAll(path); err != nil {
			return err
		}
	}
	return nil
}

// installedName changes with localkube and with everything that Install reads.
func installedName(repoRoot string) (string, error) {
	hash := sha256.New()
	add := func(path string) error {
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(repoRoot, path)
		_, _ = fmt.Fprintf(hash, "%s %d\n%s", name, len(content), content)
		return err
	}
	if err := add(filepath.Join(repoRoot, ".local", "bin", "localkube.stamp")); err != nil {
		return "", err
	}
	for _, folder := range installed {
		err := filepath.WalkDir(filepath.Join(repoRoot, filepath.FromSlash(folder)), func(path string, file fs.DirEntry, err error) error {
			if err != nil || file.IsDir() {
				return err
			}
			return add(path)
		})
		if err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(hash.Sum(nil))[:16], nil
}

// awaitInstalled waits until the kinds are served that a cluster began with.
func awaitInstalled(ctx context.Context, cfg *rest.Config) error {
	a, err := newApplier(cfg)
	if err != nil {
		return err
	}
	list, err := a.client.Resource(definitions).List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("list CRDs: %w", err)
	}
	crds := make([]*unstructured.Unstructured, len(list.Items))
	for i := range list.Items {
		crds[i] = &list.Items[i]
	}
	return a.awaitServed(ctx, crds)
}

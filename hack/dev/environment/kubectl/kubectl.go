package kubectl

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// Link makes a link to kubectl: the machine's own where it has one, else that of the envtest
// assets, else localkube beside the link, which is one too. root is that of the checkout.
func Link(ctx context.Context, root, link string) error {
	target, err := find(ctx, root, filepath.Dir(link))
	if err != nil {
		return err
	}
	if current, err := os.Readlink(link); err == nil && current == target {
		return nil
	}
	if err := os.Remove(link); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("link kubectl: %w", err)
	}
	if err := os.Symlink(target, link); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("link kubectl: %w", err)
	}
	return nil
}

func find(ctx context.Context, root, own string) (string, error) {
	dirs := filepath.SplitList(os.Getenv("PATH"))
	if assets := os.Getenv(devenv.AssetsVariable); assets != "" {
		dirs = append(dirs, assets)
	}
	if found := firstExecutable("kubectl", dirs, own); found != "" {
		return found, nil
	}
	if _, err := devenv.LocalkubeBinary(ctx, root); err != nil {
		return "", err
	}
	return "localkube", nil
}

// firstExecutable looks through the directories, except the one where the link
// itself lies: a developer may well have that in the PATH.
func firstExecutable(name string, dirs []string, except string) string {
	for _, dir := range dirs {
		if !filepath.IsAbs(dir) || sameFile(dir, except) {
			continue
		}
		path := filepath.Join(dir, name)
		info, err := os.Stat(path)
		if err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o111 != 0 {
			return path
		}
	}
	return ""
}

func sameFile(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

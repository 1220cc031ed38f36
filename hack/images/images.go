package images

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/grantor-dev/grantor/hack/debian"
	"github.com/grantor-dev/grantor/hack/devenv"
)

// buildBound is how long another build may take; from nothing it compiles for minutes.
const buildBound = 30 * time.Minute

// Need is what builds images.
var Need = debian.Need{
	What: "what builds images", Packages: []string{"buildah", "busybox-static"}, Programs: []string{"buildah", "busybox"},
}

// Order says what to build.
type Order struct {
	// Name of the image, with registry and tag.
	Name string
	// Context is the folder that is sent along, Dockerfile the text of one.
	Context, Dockerfile string
	// Arguments are more flags of buildah build.
	Arguments []string
	// Work is a folder for buildah's storage and for the archive.
	Work string
}

// Build builds the image and returns the name of the archive.
func Build(ctx context.Context, o Order) (string, error) {
	if err := os.MkdirAll(o.Work, 0o755); err != nil {
		return "", fmt.Errorf("make a directory: %w", err)
	}
	short := strings.NewReplacer("/", "_", ":", "_").Replace(o.Name)
	unlock, err := lock(ctx, o.Work, short)
	if err != nil {
		return "", err
	}
	defer unlock()
	archive := filepath.Join(o.Work, short+".tar")
	dockerfile := filepath.Join(o.Work, short+".Dockerfile")
	if err := os.WriteFile(dockerfile, []byte(o.Dockerfile), 0o600); err != nil {
		return "", fmt.Errorf("write Dockerfile: %w", err)
	}
	arguments := append([]string{"build", "--isolation", "chroot", "--layers=false", "--file", dockerfile, "--tag", o.Name}, o.Arguments...)
	if err := Buildah(ctx, o.Work, append(arguments, o.Context)...); err != nil {
		return "", err
	}
	next := archive + ".next"
	// An archive cannot be written to twice.
	if err := os.RemoveAll(next); err != nil {
		return "", fmt.Errorf("remove a former archive: %w", err)
	}
	if err := Buildah(ctx, o.Work, "push", o.Name, "docker-archive:"+next+":"+o.Name); err != nil {
		return "", err
	}
	if err := os.Rename(next, archive); err != nil {
		return "", fmt.Errorf("keep the archive: %w", err)
	}
	return archive, nil
}

// lock keeps others from building the same at the same time.
func lock(ctx context.Context, work, what string) (unlock func(), err error) {
	return devenv.LockFile(ctx, filepath.Join(work, what+".lock"), buildBound)
}

// Buildah runs buildah with storage of its own, below work.
func Buildah(ctx context.Context, work string, arguments ...string) error {
	storage := []string{
		"--root", filepath.Join(work, "storage"), "--runroot", filepath.Join(work, "run"), "--storage-driver", "vfs",
	}
	command := exec.CommandContext(ctx, "buildah", append(storage, arguments...)...)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("buildah %s: %w\n%s", arguments[0], err, output)
	}
	return nil
}

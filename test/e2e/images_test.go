//go:build e2e

package e2e

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"

	"github.com/grantor-dev/grantor/hack/images"
)

const (
	firstImage  = "localhost/grantor:e2e"
	secondImage = "localhost/grantor:e2e-next"
	appImage    = "localhost/app:e2e"

	version  = "v0.0.0-e2e"
	revision = "0123456789abcdef0123456789abcdef01234567"
)

// load builds the images and gives them to the node.
func (c *cluster) load(ctx context.Context) error {
	c.image = filepath.Join(c.root, ".local", "images", "localhost_grantor_e2e.tar")
	var group sync.WaitGroup
	errs := make([]error, 2)
	for i, one := range []func() (string, error){
		func() (string, error) {
			return images.Grantor(ctx, c.root, images.Release{Name: firstImage, Version: version, Revision: revision})
		},
		func() (string, error) { return c.buildApp(ctx) },
	} {
		group.Go(func() {
			archive, err := one()
			if err == nil {
				err = c.importImage(ctx, archive)
			}
			errs[i] = err
		})
	}
	group.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	// Another name makes another image for everybody who rolls one out.
	return c.inNode(ctx, "images", "tag", firstImage, secondImage)
}

func (c *cluster) buildApp(ctx context.Context) (string, error) {
	work := filepath.Join(c.root, ".local", "images")
	folder := filepath.Join(work, "app")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	if err := c.run(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", folder, "./test/e2e/app"); err != nil {
		return "", err
	}
	return images.Build(ctx, images.Order{
		Name: appImage, Context: folder, Work: work,
		Dockerfile: "FROM scratch\nCOPY app /app\nUSER 65532:65532\nENTRYPOINT [\"/app\"]\n",
	})
}

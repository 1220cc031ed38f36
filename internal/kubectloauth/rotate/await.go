package rotate

import (
	"context"
	"errors"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
)

// again is the time between two looks at the status.
const again = 500 * time.Millisecond

// await looks at the status until the rotation is done. What it last said is in the error.
func await(ctx context.Context, in client.Reader, r *rotation, requested time.Time) error {
	ticker := time.NewTicker(again)
	defer ticker.Stop()
	uid, key := r.object.GetUID(), client.ObjectKeyFromObject(r.object)
	says := r.waits()
	for {
		r.clear()
		err := in.Get(ctx, key, r.object)
		switch {
		case apierrors.IsNotFound(err) || err == nil && r.object.GetUID() != uid:
			return errors.New("it was deleted")
		case apierrors.IsForbidden(err):
			return err
		case err == nil && r.complete(requested):
			return nil
		case err == nil:
			says = r.waits()
		}
		select {
		case <-ctx.Done():
			return errors.New(cli.Plain(says))
		case <-ticker.C:
		}
	}
}

package installation

import (
	"context"
	"testing"

	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
)

// ChangeServer changes OAuthServer default, also while a test cleans up, and returns it as
// it was before.
func (i *Installation) ChangeServer(t testing.TB, change func(*oauthv1alpha1.OAuthServer)) (former *oauthv1alpha1.OAuthServer) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	err := retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		server := &oauthv1alpha1.OAuthServer{}
		if err := i.Admin.Get(ctx, client.ObjectKey{Namespace: devenv.SystemNamespace, Name: devenv.ServerName}, server); err != nil {
			return err
		}
		former = server.DeepCopy()
		change(server)
		return i.Admin.Update(ctx, server)
	})
	if err != nil {
		t.Fatal(err)
	}
	return former
}

package oauthclient

import (
	"context"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthclient/gather"
	"github.com/grantor-dev/grantor/controllers/oauthclient/manifest"
	"github.com/grantor-dev/grantor/controllers/oauthclient/secret"
	"github.com/grantor-dev/grantor/controllers/replicas"
	"github.com/grantor-dev/grantor/internal/credentials"
)

// everywhere are replicas that have loaded everything.
type everywhere struct{}

func (everywhere) Coverage(context.Context, *oauthv1alpha1.OAuthServer, *oauthv1alpha1.OAuthClient) (replicas.Coverage, error) {
	return replicas.Coverage{Loaded: 3}, nil
}

// A rotation that becomes due between the decision and its end was not done.
func TestRotationThatBecomesDueDuringAReconcileIsNotForgotten(t *testing.T) {
	noon := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	const value = "a-0123456789-0123456789-0123456789"
	pepper, err := credentials.NewPepper("pepper", make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	c := &oauthv1alpha1.OAuthClient{}
	c.Namespace, c.Name, c.UID = "team", "app", "8a6d2f3c-0000-4000-8000-000000000001"
	c.Spec.Secret.Rotation = &oauthv1alpha1.SecretRotation{RequestedAt: &metav1.Time{Time: noon}}
	c.Status.SecretName = c.ClientSecretName()
	p := begin(gather.Observed{Client: c, Now: noon.Add(-time.Millisecond)})
	p.server, p.stored = &oauthv1alpha1.OAuthServer{}, c
	c.Status.Credentials = secret.Published(c, []credentials.Credential{credentials.New(pepper, c.UID, value, noon.Add(-time.Hour))})
	r := &Reconciler{Replicas: everywhere{}, Now: func() time.Time { return noon.Add(time.Millisecond) }, Steady: time.Now}

	plan := secret.Decide(secret.Observed{
		Client: c, Peppers: secret.Peppers{Peppers: credentials.Peppers{pepper}}, Digests: secret.Opened(c, credentials.Peppers{pepper}), Value: value, Now: p.Now,
	})
	if plan.Change != secret.None {
		t.Fatalf("decided %q before the rotation is due", plan.Change)
	}
	current, err := manifest.Desired(p.manifest(), nil, plan.Value)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.carryOut(t.Context(), p, work{manifest.Existing{Current: current}, plan}); err != nil {
		t.Fatal(err)
	}
	if c.Status.Credentials[0].RotationRequestedAt != nil {
		t.Error("the status says that a rotation was done that was never begun")
	}
	if p.again.Result().RequeueAfter == 0 {
		t.Error("no reconcile follows for the rotation")
	}
}

package oauthclient

import (
	"context"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/replicas"
	"github.com/grantor-dev/grantor/internal/conditions"
	"github.com/grantor-dev/grantor/internal/credentials"
)

// everywhere are replicas that have loaded everything.
type everywhere struct{}

func (everywhere) Coverage(context.Context, *oauthv1alpha1.OAuthServer, *oauthv1alpha1.OAuthClient) (replicas.Coverage, error) {
	return replicas.Coverage{Loaded: 3}, nil
}

// A rotation that becomes due between the decision and its end was not done.
func TestRotationThatBecomesDueMeanwhileIsNotForgotten(t *testing.T) {
	c := &oauthv1alpha1.OAuthClient{}
	c.Namespace, c.Name, c.UID = "team", "app", uid
	c.Spec.Secret.Rotation = &oauthv1alpha1.SecretRotation{RequestedAt: at(0)}
	c.Status.SecretName = c.ClientSecretName()
	p := &pass{client: c, now: noon.Add(-time.Millisecond), server: &oauthv1alpha1.OAuthServer{}, set: conditions.Set{Conditions: &c.Status.Conditions}, stored: c}
	c.Status.Credentials = publish(c, []credentials.Credential{endless(t, "a")})
	r := &Reconciler{Replicas: everywhere{}, Now: func() time.Time { return noon.Add(time.Millisecond) }}

	plan := decide(r.facts(p, peppers{Peppers: credentials.Peppers{pepper(t)}}, opened(c, credentials.Peppers{pepper(t)}), secret("a")))
	if plan.change != changeNone {
		t.Fatalf("decided %q before the rotation is due", plan.change)
	}
	current, err := desired(p, nil, plan.value)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.carryOut(t.Context(), p, secrets{current: current}, plan); err != nil {
		t.Fatal(err)
	}
	if c.Status.Credentials[0].RotationRequestedAt != nil {
		t.Error("the status says that a rotation was done that was never begun")
	}
	if p.requeue == 0 {
		t.Error("nobody comes back for the rotation")
	}
}

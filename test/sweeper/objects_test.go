package sweeper

import (
	"context"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
	"github.com/grantor-dev/grantor/test/population"
)

// place is a namespace with a server, a client in it and a user.
type place struct {
	client.Client
	namespace string
	server    *oauthv1alpha1.OAuthServer
	app       *oauthv1alpha1.OAuthClient
	user      *oauthv1alpha1.OAuthUser
}

func newPlace(t testing.TB) place {
	t.Helper()
	p := place{Client: admin(t), namespace: devenv.Namespace(t, cluster.Kube(t).Config)}
	p.server = &oauthv1alpha1.OAuthServer{ObjectMeta: metav1.ObjectMeta{Namespace: p.namespace, Name: "auth"}}
	p.server.Spec.Issuer = "https://auth.example"
	p.server.Spec.Sessions.MaxGrantsPerUser = 100_000
	p.app = installation.Application(p.namespace, "app")
	p.user = &oauthv1alpha1.OAuthUser{ObjectMeta: metav1.ObjectMeta{Namespace: p.namespace, Name: "ada"}}
	p.user.Spec.Username = "ada"
	for _, object := range []client.Object{p.server, p.app, p.user} {
		p.create(t, object)
	}
	// A namespace that is being deleted keeps its sessions for a while; they are
	// nobody's concern in the next test.
	t.Cleanup(func() {
		for _, kind := range []client.Object{&sessionv1alpha1.Grant{}, &sessionv1alpha1.Login{}, &sessionv1alpha1.Consent{}, &sessionv1alpha1.Mark{}} {
			_ = p.DeleteAllOf(context.Background(), kind, client.InNamespace(p.namespace))
		}
	})
	return p
}

func (p place) create(t testing.TB, object client.Object) {
	t.Helper()
	if err := p.Create(t.Context(), object); err != nil {
		t.Fatalf("create %T: %v", object, err)
	}
}

func (p place) remove(t testing.TB, object client.Object) {
	t.Helper()
	if err := p.Delete(t.Context(), object); err != nil {
		t.Fatalf("delete %T: %v", object, err)
	}
}

// has reports whether an object is there.
func (p place) has(t testing.TB, object client.Object) bool {
	t.Helper()
	copied, _ := object.DeepCopyObject().(client.Object)
	err := p.Get(t.Context(), client.ObjectKeyFromObject(object), copied)
	if err != nil && !apierrors.IsNotFound(err) {
		t.Fatalf("get %T: %v", object, err)
	}
	return err == nil && copied.GetUID() == object.GetUID()
}

func (p place) population() population.Grants {
	return population.Grants{
		Namespace: p.namespace, Client: p.app.ClientID(), ClientUID: string(p.app.UID), Subject: p.user.Subject(), Now: time.Now(),
	}
}

// sessions are one object of each kind that ended so long ago; in the future if it is
// negative. Their code was redeemed an hour before that.
func (p place) sessions(ended time.Duration) map[string]client.Object {
	end := metav1.NewTime(time.Now().Add(-ended).Truncate(time.Second))
	meta := func(name string) metav1.ObjectMeta {
		return metav1.ObjectMeta{Namespace: p.namespace, Name: name + ended.String(), Labels: map[string]string{
			sessionv1alpha1.LabelExpires: end.UTC().Format(sessionv1alpha1.ExpiresLayout),
		}}
	}
	grant := p.population().One(false)
	grant.ObjectMeta = meta("grant")
	grant.Spec.IssuedAt, grant.Spec.ExpiresAt = metav1.NewTime(end.Add(-3*time.Hour)), end
	return map[string]client.Object{
		"Grant": grant,
		"Login": &sessionv1alpha1.Login{ObjectMeta: meta("login"), Spec: sessionv1alpha1.LoginSpec{
			Subject: p.user.Subject(), UserUID: string(p.user.UID), State: sessionv1alpha1.LoginActive, ExpiresAt: end, Payload: "x",
		}},
		"Consent": &sessionv1alpha1.Consent{ObjectMeta: meta("consent"), Spec: sessionv1alpha1.ConsentSpec{
			Subject: p.user.Subject(), Client: p.app.ClientID(), ClientUID: string(p.app.UID), State: sessionv1alpha1.ConsentGranted, ExpiresAt: end, Payload: "x",
		}},
		"Mark": &sessionv1alpha1.Mark{ObjectMeta: meta("mark"), Spec: sessionv1alpha1.MarkSpec{
			Kind: sessionv1alpha1.MarkRevokedToken, ExpiresAt: end,
		}},
		"Approval": &sessionv1alpha1.Approval{ObjectMeta: meta("approval"), Spec: sessionv1alpha1.ApprovalSpec{
			Subject: p.user.Subject(), State: sessionv1alpha1.ApprovalClaimed, ExpiresAt: end, Payload: "x",
		}},
		"Connection": &sessionv1alpha1.Connection{ObjectMeta: meta("connection"), Spec: sessionv1alpha1.ConnectionSpec{
			Server: "default", Namespace: "reports", Token: "crm", TokenUID: "t", Generation: 1,
			Subject: p.user.Subject(), State: sessionv1alpha1.ConnectionReceived, ExpiresAt: end, Payload: "x",
		}},
	}
}

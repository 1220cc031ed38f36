package sweeper

import (
	"context"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// servers reads OAuthServers from one reader and everything else from another.
type servers struct {
	client.Reader
	servers client.Reader
}

func (s servers) List(ctx context.Context, list client.ObjectList, options ...client.ListOption) error {
	if _, ok := list.(*oauthv1alpha1.OAuthServerList); ok {
		return s.servers.List(ctx, list, options...)
	}
	return s.Reader.List(ctx, list, options...)
}

// published returns what the status of the server says.
func (p place) published(t testing.TB) *oauthv1alpha1.SessionsStatus {
	t.Helper()
	server := &oauthv1alpha1.OAuthServer{}
	if err := p.Get(t.Context(), client.ObjectKeyFromObject(p.server), server); err != nil {
		t.Fatal(err)
	}
	return server.Status.Sessions
}

func (p place) version(t testing.TB) string {
	t.Helper()
	server := &oauthv1alpha1.OAuthServer{}
	if err := p.Get(t.Context(), client.ObjectKeyFromObject(p.server), server); err != nil {
		t.Fatal(err)
	}
	return server.ResourceVersion
}

func TestCountsArePublishedWhenTheySaySomethingNew(t *testing.T) {
	p := newPlace(t)
	s := newSweeper(t)
	before := p.version(t)
	sweep(t, s)
	if p.version(t) != before {
		t.Error("a server without sessions was written")
	}
	for _, object := range p.sessions(-2 * time.Hour) {
		p.create(t, object)
	}
	many := p.population()
	many.Live = 29
	if err := many.Create(t.Context(), p, 8); err != nil {
		t.Fatal(err)
	}
	sweep(t, s)
	got := p.published(t)
	if got == nil || got.Grants != 30 || got.Logins != 1 || got.Consents != 1 || got.Marks != 1 || got.Approvals != 1 || got.Connections != 1 || got.CountedAt == nil || len(got.FullClients) != 0 {
		t.Fatalf("the status says %+v", got)
	}
	before = p.version(t)
	sweep(t, s)
	many.Live = 3
	if err := many.Create(t.Context(), p, 8); err != nil {
		t.Fatal(err)
	}
	sweep(t, s)
	if p.version(t) != before {
		t.Error("the server was written for a tenth more")
	}
	many.Live = 1
	if err := many.Create(t.Context(), p, 8); err != nil {
		t.Fatal(err)
	}
	sweep(t, s)
	if got := p.published(t); got.Grants != 34 {
		t.Errorf("the status says %+v", got)
	}
}

func TestWhoIsOverABoundIsPublished(t *testing.T) {
	p := newPlace(t)
	edit := func(change func(*oauthv1alpha1.OAuthServer)) {
		t.Helper()
		server := &oauthv1alpha1.OAuthServer{}
		if err := p.Get(t.Context(), client.ObjectKeyFromObject(p.server), server); err != nil {
			t.Fatal(err)
		}
		change(server)
		if err := p.Update(t.Context(), server); err != nil {
			t.Fatal(err)
		}
	}
	many := p.population()
	many.Live = 20
	if err := many.Create(t.Context(), p, 8); err != nil {
		t.Fatal(err)
	}
	s := newSweeper(t)
	sweep(t, s)
	if full := p.published(t).FullClients; len(full) != 0 {
		t.Errorf("the status names %+v", full)
	}
	edit(func(server *oauthv1alpha1.OAuthServer) { server.Spec.Sessions.MaxGrantsPerClient = 20 })
	sweep(t, s)
	full := p.published(t).FullClients
	if len(full) != 1 || full[0].UID != string(p.app.UID) || full[0].ClientID != p.app.ClientID() || full[0].Grants != 20 {
		t.Fatalf("the status names %+v", full)
	}
	edit(func(server *oauthv1alpha1.OAuthServer) { server.Spec.Sessions.MaxGrantsPerClient = 21 })
	sweep(t, s)
	if full := p.published(t).FullClients; len(full) != 0 {
		t.Errorf("the status still names %+v", full)
	}
}

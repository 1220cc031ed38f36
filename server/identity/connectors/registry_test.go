package connectors

import (
	"net/netip"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity/providers"
)

// list has some providers.
type list struct {
	version uint64
	named   map[string]*providers.Provider
}

func (l *list) Provider(name string) *providers.Provider { return l.named[name] }
func (l *list) Version() uint64                          { return l.version }

func provider(name, version string) *providers.Provider {
	object := &oauthv1alpha1.OAuthIdentityProvider{}
	object.Spec.OIDC = &oauthv1alpha1.OIDCProvider{Issuer: "https://login.example", ClientID: "grantor"}
	return &providers.Provider{Object: object, Name: name, Version: version, Complete: true}
}

// A connector is kept while its provider is there and the same, and forgotten with it.
func TestConnectorsAreForgotten(t *testing.T) {
	corp, other := provider("corp", "1"), provider("other", "1")
	known := &list{1, map[string]*providers.Provider{"corp": corp, "other": other}}
	r := New(Options{Networks: func() []netip.Prefix { return nil }, Now: time.Now, Providers: known})
	first, err := r.Of(corp)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := r.Of(corp); err != nil || again != first {
		t.Errorf("another connector of the same provider: %v", err)
	}
	known.named["corp"], known.version = provider("corp", "2"), 2
	if changed, err := r.Of(known.named["corp"]); err != nil || changed == first {
		t.Errorf("the same connector of a provider that was changed: %v", err)
	}
	delete(known.named, "corp")
	known.version = 3
	if _, err := r.Of(other); err != nil || len(r.kept) != 1 || r.kept["other"] == nil {
		t.Errorf("%d are kept: %v", len(r.kept), err)
	}
	delete(known.named, "other")
	known.version = 4
	if r.Forget(); len(r.kept) != 0 {
		t.Errorf("%d are kept of none", len(r.kept))
	}
	if late, err := r.Of(other); err != nil || late == nil || len(r.kept) != 0 {
		t.Errorf("%d are kept for who knew one before: %v", len(r.kept), err)
	}
}

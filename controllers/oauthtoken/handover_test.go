package oauthtoken

import (
	"context"
	"testing"

	"k8s.io/client-go/tools/events"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/provider"
	"github.com/grantor-dev/grantor/internal/tokenspec"
)

// one is a Handovers with one handover.
type one struct {
	handover *Handover
	taken    string
}

func (o *one) Next(context.Context, *oauthv1alpha1.OAuthToken) (*Handover, error) {
	return o.handover, nil
}

func (o *one) Taken(_ context.Context, _ *oauthv1alpha1.OAuthToken, id string) error {
	o.taken = id
	return nil
}

func (o *one) Setup(b *builder.Builder) *builder.Builder { return b }

// writes is a client that accepts all Secrets.
type writes struct{ client.Client }

func (writes) Create(context.Context, client.Object, ...client.CreateOption) error { return nil }

// A code goes to the provider that the person saw, and to no other one.
func TestACodeIsForOneProvider(t *testing.T) {
	seen := provider.Provider{Issuer: "https://id.example", Authorization: "https://id.example/a", Token: "https://id.example/t"}
	for name, test := range map[string]struct {
		change func(*source)
		good   bool
	}{
		"as it was":        {func(*source) {}, true},
		"another endpoint": {func(s *source) { s.provider.Token = "https://evil.example/t" }, false},
		"another issuer":   {func(s *source) { s.provider.Issuer = "https://evil.example" }, false},
		"another client":   {func(s *source) { s.client.ID = "other" }, false},
	} {
		p := &pass{OAuthToken: &oauthv1alpha1.OAuthToken{}, memory: &memory{}}
		p.Namespace, p.Name, p.Spec.Grant = "reports", "crm", oauthv1alpha1.TokenGrantAuthorizationCode
		p.source.provider, p.source.client.ID = seen, "reports"
		all := &one{handover: &Handover{ID: "h1", Provider: tokenspec.ProviderDigest(providerStatus(p))}}
		test.change(&p.source)
		r := &Reconciler{Client: writes{}, Handovers: all, Events: events.NewFakeRecorder(9)}
		found, err := r.handover(t.Context(), p)
		if err != nil || (found != nil) != test.good || (all.taken == "") != test.good {
			t.Errorf("%s: %+v, taken %q, %v", name, found, all.taken, err)
		}
		if !test.good && (p.state.Handover != "h1" || p.state.Ended != oauthv1alpha1.ReasonCodeNotRedeemed) {
			t.Errorf("%s: the state is %+v", name, p.state)
		}
	}
}

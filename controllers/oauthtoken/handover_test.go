package oauthtoken

import (
	"context"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/builder"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/memory"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/provider"
)

// one is a Handovers that remembers for which provider it was asked.
type one struct {
	asked *oauthv1alpha1.TokenProviderStatus
}

func (o *one) Next(_ context.Context, token *oauthv1alpha1.OAuthToken) (*Handover, error) {
	o.asked = token.Status.Provider
	return nil, nil //nolint:nilnil // that there is none is an answer
}

func (*one) Taken(context.Context, *oauthv1alpha1.OAuthToken, string) error { return nil }

func (*one) Setup(b *builder.Builder) *builder.Builder { return b }

// A code is judged by where it would be sent now, and not by where the status says.
func TestNextSeesThePresentProvider(t *testing.T) {
	p := &pass{OAuthToken: &oauthv1alpha1.OAuthToken{}, memory: &memory.Memory{}}
	p.Spec.Grant = oauthv1alpha1.TokenGrantAuthorizationCode
	p.Status.Provider = &oauthv1alpha1.TokenProviderStatus{Host: "former.example"}
	p.source.Provider, p.source.Client.ID = provider.Provider{Issuer: "https://id.example", Authorization: "https://id.example/a", Token: "https://id.example/t"}, "reports"
	all := &one{}
	if _, err := (&Reconciler{Handovers: all}).handover(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	wanted := oauthv1alpha1.TokenProviderStatus{Host: "id.example", Issuer: "https://id.example", ClientID: "reports", AuthorizationEndpoint: "https://id.example/a"}
	if all.asked == nil || *all.asked != wanted {
		t.Errorf("it was asked for a code of %+v", all.asked)
	}
}

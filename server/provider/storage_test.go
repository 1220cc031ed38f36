package provider

import (
	"net/http"
	"testing"

	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
)

func known(t *testing.T, p *Provider, id string) *clients.Client {
	t.Helper()
	client, err := p.Clients.Client(id)
	if err != nil || client == nil {
		t.Fatalf("client %s: %v", id, err)
	}
	return client
}

func issued(t *testing.T, p *Provider, id string) string {
	t.Helper()
	r := request(encoded(id, clientSecret))
	r.Method = http.MethodPost
	r.PostForm = map[string][]string{"grant_type": {"client_credentials"}, "scope": {"read"}}
	r.Form = r.PostForm
	response, err := p.Token(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return response.AccessToken
}

// fosite answers 200 to a revocation that storage refused.
func TestRevocationThatStorageRefused(t *testing.T) {
	p, m := newProvider(t)
	token, owner := issued(t, p, "team.basic"), known(t, p, "team.basic")
	m.err = errStorage
	for what, err := range map[string]error{
		"revocation": p.Revoke(t.Context(), owner, token),
		"introspection": func() error {
			introspection, err := p.Introspect(t.Context(), owner, token)
			if introspection != nil {
				t.Errorf("introspection says %+v beside %v", introspection, err)
			}
			return err
		}(),
	} {
		if refusal, ok := err.(*httpx.Error); !ok || refusal.Status != http.StatusServiceUnavailable || refusal.RetryAfter == 0 {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// Only a token of one's own costs a look into storage.
func TestForeignTokensNeverReachStorage(t *testing.T) {
	p, m := newProvider(t)
	token := issued(t, p, "team.basic")
	other, public := known(t, p, "team.other"), known(t, p, "team.public")
	if introspection, err := p.Introspect(t.Context(), other, token); err != nil || introspection.Active {
		t.Errorf("introspection by another: %+v, %v", introspection, err)
	}
	if _, err := p.Introspect(t.Context(), public, token); err == nil {
		t.Error("a public client may introspect")
	}
	for _, client := range []*clients.Client{other, public} {
		if err := p.Revoke(t.Context(), client, token); err == nil {
			t.Errorf("%s revokes the token of another", client.GetID())
		}
	}
	for _, text := range []string{"", "x", token + "x"} {
		if err := p.Revoke(t.Context(), other, text); err != nil {
			t.Error(err)
		}
	}
	if m.asked != 0 || len(m.revoked) != 0 {
		t.Errorf("storage was asked %d times", m.asked)
	}
}

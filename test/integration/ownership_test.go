package integration

import (
	"net/http"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func TestTokensOfOtherClientsAtIntrospection(t *testing.T) {
	t.Parallel()
	stranger, resource := newParty(t), newParty(t)
	for name, format := range formats() {
		t.Run(name, func(t *testing.T) {
			owner := newParty(t, format, audiences("one", oauthv1alpha1.Audience(resource.ID)))
			plain := owner.token(t, 0)
			active(t, owner.introspect(t, 0, plain))
			inactive(t, stranger.introspect(t, 0, plain))
			inactive(t, resource.introspect(t, 0, plain))

			meant := owner.token(t, 0, add("audience", resource.ID), add("audience", "one"))
			answer := resource.introspect(t, 0, meant)
			active(t, answer)
			if answer.JSON["client_id"] != owner.ID || answer.JSON["iss"] != grantor(t).Issuer {
				t.Errorf("the resource server reads %s", answer.Body)
			}
			inactive(t, stranger.introspect(t, 0, meant))
		})
	}
}

// RFC 7009 section 2.1: the token was issued to the client that asks, or the
// request is refused.
func TestTokensOfOtherClientsAtRevocation(t *testing.T) {
	t.Parallel()
	stranger, resource, browser := newParty(t), newParty(t), newParty(t, public)
	for name, format := range formats() {
		t.Run(name, func(t *testing.T) {
			owner := newParty(t, format, audiences(oauthv1alpha1.Audience(resource.ID)))
			token := owner.token(t, 0, add("audience", resource.ID))
			for _, other := range []party{stranger, resource, browser} {
				if answer := other.revoke(t, 0, token); answer.Status < 400 || answer.Status > 499 {
					t.Errorf("revocation by another client answers %d %s", answer.Status, answer.Body)
				} else {
					wellFormedError(t, answer)
				}
			}
			active(t, owner.introspect(t, 0, token))
		})
	}
}

func TestTokenTypeHints(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	for _, hint := range []string{"access_token", "refresh_token", "id_token", "nonsense", ""} {
		t.Run(hint, func(t *testing.T) {
			token := p.token(t, 0)
			hinted := []step{p.authentication(), add("token", token), add("token_type_hint", hint)}
			active(t, ask(t, at(t, 0, "/introspect"), hinted...))
			if answer := ask(t, at(t, 0, "/revoke"), hinted...); answer.Status != http.StatusOK {
				t.Errorf("revocation answers %d %s", answer.Status, answer.Body)
			}
			inactive(t, ask(t, at(t, 0, "/introspect"), hinted...))
		})
	}
}

func TestRevocationOfWhatIsNoToken(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	for _, token := range []string{"x", "a.b.c", "gat_", "gat_AQ", "..", "gat_" + p.Secret} {
		answer := p.revoke(t, 0, token)
		if answer.Status != http.StatusOK || answer.Body != "{}" {
			t.Errorf("revoking %q answers %d %q", token, answer.Status, answer.Body)
		}
		jsonThatNobodyKeeps(t, answer)
		inactive(t, p.introspect(t, 0, token))
	}
}

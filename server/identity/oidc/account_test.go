package oidc

import (
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// TestUsernames: an address is one only if it was verified.
func TestUsernames(t *testing.T) {
	const ceo = "ceo@corp.example"
	for sentence, test := range map[string]struct {
		claim  oauthv1alpha1.ClaimName
		trust  bool
		claims map[string]any
		want   string
	}{
		"the usual claim":                           {"", false, map[string]any{"preferred_username": "ada", "email": ceo}, "ada"},
		"a verified address":                        {"", false, map[string]any{"email": ceo, "email_verified": true}, ceo},
		"an address that anyone can write":          {"", false, map[string]any{"email": ceo}, ""},
		"the claim upn":                             {"upn", false, map[string]any{"upn": "ada", "preferred_username": "x"}, "ada"},
		"the claim email, verified":                 {"email", false, map[string]any{"preferred_username": "x", "email": ceo, "email_verified": "true"}, ceo},
		"the claim email, not verified":             {"email", false, map[string]any{"preferred_username": "x", "email": ceo, "email_verified": false}, ""},
		"the claim email, of which nothing is said": {"email", false, map[string]any{"email": ceo}, ""},
		"the claim email of a trusted provider":     {"email", true, map[string]any{"email": ceo}, ceo},
	} {
		c := newProvider(t).connector(time.Now)
		c.Spec.Claims.Username = test.claim
		if test.trust {
			c.Spec.Claims.EmailVerified = oauthv1alpha1.EmailVerifiedTrust
		}
		if got := c.username(test.claims); got != test.want {
			t.Errorf("%s: %q", sentence, got)
		}
	}
}

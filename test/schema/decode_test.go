package schema

import (
	"encoding/json"
	"fmt"
	"testing"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// oddTimes are strings that some readers take for a time and Go does not.
var oddTimes = []string{
	"2026-01-02t03:04:05z", "2026-01-02T03:04:05z", "2026-01-02T03:04:05x5Z", "2026-01-02T03:04:05,5Z", "2026-01-02T03:04:05Ttrailing",
	"2026-01-02T03:04:05+99:99", "2026-01-02T03:04:60Z", "2026-02-30T03:04:05Z", "2026-01-02T24:00:00Z", "2026-01-02T03:04:05-00:00",
	"0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-01-02T03:04:05.123456789123Z", "2026-01-02T03:04:05ZT\n",
}

// TestWhatIsStoredCanBeRead: one object that Go cannot decode fails the list and the
// watch of every client that reads all objects of its kind, in every namespace.
func TestWhatIsStoredCanBeRead(t *testing.T) {
	targets := map[string]struct {
		at   string
		into func() any
	}{
		"OAuthClient rotation":       {"spec.secret.rotation.requestedAt", func() any { return &oauthv1alpha1.OAuthClient{} }},
		"OAuthClient sessions":       {"spec.sessionsNotBefore", func() any { return &oauthv1alpha1.OAuthClient{} }},
		"OAuthClient lifetime":       {"spec.tokens.accessToken.lifetime", func() any { return &oauthv1alpha1.OAuthClient{} }},
		"OAuthClient refresh":        {"spec.tokens.refreshToken.lifetime", func() any { return &oauthv1alpha1.OAuthClient{} }},
		"OAuthClient idle":           {"spec.tokens.refreshToken.idleLifetime", func() any { return &oauthv1alpha1.OAuthClient{} }},
		"OAuthClient ID token":       {"spec.tokens.idToken.lifetime", func() any { return &oauthv1alpha1.OAuthClient{} }},
		"OAuthClient code":           {"spec.tokens.authorizationCode.lifetime", func() any { return &oauthv1alpha1.OAuthClient{} }},
		"OAuthClient overlap":        {"spec.secret.rotation.overlap", func() any { return &oauthv1alpha1.OAuthClient{} }},
		"OAuthClientPolicy lifetime": {"spec.maximum.accessTokenLifetime", func() any { return &oauthv1alpha1.OAuthClientPolicy{} }},
		"OAuthClientPolicy refresh":  {"spec.maximum.refreshTokenLifetime", func() any { return &oauthv1alpha1.OAuthClientPolicy{} }},
		"OAuthClientPolicy rotation": {"spec.require.rotationInterval", func() any { return &oauthv1alpha1.OAuthClientPolicy{} }},
		"OAuthClientPolicy ID token": {"spec.maximum.idTokenLifetime", func() any { return &oauthv1alpha1.OAuthClientPolicy{} }},
		"OAuthClient device":         {"spec.deviceAuthorization.codeLifetime", func() any { return &oauthv1alpha1.OAuthClient{} }},
		"OAuthResource lifetime":     {"spec.tokens.lifetime", func() any { return &oauthv1alpha1.OAuthResource{} }},
		"OAuthServer secrets":        {"spec.clientSecrets.minRotationInterval", func() any { return &oauthv1alpha1.OAuthServer{} }},
		"OAuthServer keys":           {"spec.keys.rotationInterval", func() any { return &oauthv1alpha1.OAuthServer{} }},
		"OAuthServer roots":          {"spec.keys.rootRotationInterval", func() any { return &oauthv1alpha1.OAuthServer{} }},
		"OAuthServer rotation":       {"spec.keys.requestedAt", func() any { return &oauthv1alpha1.OAuthServer{} }},
		"OAuthServer lifetime":       {"spec.tokens.accessToken.lifetime", func() any { return &oauthv1alpha1.OAuthServer{} }},
		"OAuthServer refresh":        {"spec.tokens.refreshToken.lifetime", func() any { return &oauthv1alpha1.OAuthServer{} }},
		"OAuthServer idle":           {"spec.tokens.refreshToken.idleLifetime", func() any { return &oauthv1alpha1.OAuthServer{} }},
		"OAuthServer grace":          {"spec.tokens.refreshToken.gracePeriod", func() any { return &oauthv1alpha1.OAuthServer{} }},
		"OAuthServer ID token":       {"spec.tokens.idToken.lifetime", func() any { return &oauthv1alpha1.OAuthServer{} }},
		"OAuthServer code":           {"spec.tokens.authorizationCode.lifetime", func() any { return &oauthv1alpha1.OAuthServer{} }},
		"OAuthServer session":        {"spec.login.sessionLifetime", func() any { return &oauthv1alpha1.OAuthServer{} }},
		"OAuthServer page":           {"spec.login.pageLifetime", func() any { return &oauthv1alpha1.OAuthServer{} }},
		"OAuthServer registrations":  {"spec.registration.anonymous.lifetime", func() any { return &oauthv1alpha1.OAuthServer{} }},
		"OAuthServer registered":     {"spec.registration.anonymous.notBefore", func() any { return &oauthv1alpha1.OAuthServer{} }},
		"OAuthServer requests":       {"spec.deployment.resources.requests.cpu", func() any { return &oauthv1alpha1.OAuthServer{} }},
		"OAuthServer limits":         {"spec.deployment.resources.limits.memory", func() any { return &oauthv1alpha1.OAuthServer{} }},
		"Grant issued":               {"spec.issuedAt", func() any { return &sessionv1alpha1.Grant{} }},
		"Grant expires":              {"spec.expiresAt", func() any { return &sessionv1alpha1.Grant{} }},
		"Login":                      {"spec.expiresAt", func() any { return &sessionv1alpha1.Login{} }},
		"Approval":                   {"spec.expiresAt", func() any { return &sessionv1alpha1.Approval{} }},
		"Connection":                 {"spec.expiresAt", func() any { return &sessionv1alpha1.Connection{} }},
		"Person expires":             {"spec.expiresAt", func() any { return &sessionv1alpha1.Person{} }},
		"Person checked":             {"spec.checkedAt", func() any { return &sessionv1alpha1.Person{} }},
		"Consent":                    {"spec.expiresAt", func() any { return &sessionv1alpha1.Consent{} }},
		"OAuthUser sessions":         {"spec.sessionsNotBefore", func() any { return &oauthv1alpha1.OAuthUser{} }},
		"Mark":                       {"spec.expiresAt", func() any { return &sessionv1alpha1.Mark{} }},
	}
	for name, target := range targets {
		for _, value := range append(append([]string{"1e1.5", "1e99999999999", "1e-999999999", "0.5h", "1h1h", "9999999999999999999h", "0.0000000000000000000001h"}, oddTimes...), notDurations...) {
			t.Run(fmt.Sprintf("%s %q", name, value), func(t *testing.T) {
				t.Parallel()
				var kind string
				_, _ = fmt.Sscan(name, &kind)
				stored, err := try(t, manifest(t, kind, fields{"status": nil, target.at: value}))
				if err != nil {
					return
				}
				raw, err := json.Marshal(stored)
				if err != nil {
					t.Fatal(err)
				}
				if err := json.Unmarshal(raw, target.into()); err != nil {
					t.Errorf("the API server stores %q, and no program can read the object: %v", value, err)
				}
			})
		}
	}
}

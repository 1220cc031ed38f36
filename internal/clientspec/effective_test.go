package clientspec

import (
	"reflect"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func TestWhatAnAcceptedClientMayDo(t *testing.T) {
	notBefore := metav1.NewTime(start.Add(time.Hour))
	c := candidate(withScopes("read"), withAudiences("team.api"), func(c *oauthv1alpha1.OAuthClient) { c.Spec.SessionsNotBefore = &notBefore })
	want := Client{
		ID: "team.app", UID: "uid-app", Namespace: "team", Name: "app", Method: oauthv1alpha1.AuthenticationBasic,
		GrantTypes: []string{"client_credentials"}, Scopes: []string{"read"}, Audiences: []string{"team.api", server().Spec.Issuer},
		Tokens: Tokens{
			AccessFormat: oauthv1alpha1.AccessTokenJWT, AccessLifetime: 15 * time.Minute,
			AccessBinding:   oauthv1alpha1.AccessTokenBindingIfProved,
			RefreshLifetime: 720 * time.Hour, RefreshIdle: 168 * time.Hour, RefreshGrace: 10 * time.Second,
			IDLifetime: 5 * time.Minute, IDAlgorithm: oauthv1alpha1.IDTokenRS256, IDClaims: oauthv1alpha1.IDTokenGranted,
			CodeLifetime: time.Minute,
		},
		Interactive: Interactive{
			DisplayName: "team.app", RedirectURIs: []string{}, PostLogoutURIs: []string{}, Origins: []string{},
			PKCE: oauthv1alpha1.PKCEAuto, Consent: oauthv1alpha1.ConsentRemember, Device: Device{CodeLifetime: 10 * time.Minute},
		},
		NotBefore: notBefore.Time,
	}
	if got := decide(c, servers(server()), nil).Client; !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestTokenSettings(t *testing.T) {
	settings := func(format oauthv1alpha1.AccessTokenFormat, lifetime time.Duration) oauthv1alpha1.AccessTokenSettings {
		s := oauthv1alpha1.AccessTokenSettings{Format: format}
		if lifetime != 0 {
			s.Lifetime = &metav1.Duration{Duration: lifetime}
		}
		return s
	}
	tests := map[string]struct {
		server, client oauthv1alpha1.AccessTokenSettings
		format         oauthv1alpha1.AccessTokenFormat
		lifetime       time.Duration
	}{
		"nothing is set":                    {settings("", 0), settings("", 0), "JWT", 15 * time.Minute},
		"the server sets both":              {settings("Opaque", time.Hour), settings("", 0), "Opaque", time.Hour},
		"the client overrides both":         {settings("Opaque", time.Hour), settings("JWT", time.Second), "JWT", time.Second},
		"the client overrides the format":   {settings("JWT", time.Hour), settings("Opaque", 0), "Opaque", time.Hour},
		"the client overrides the lifetime": {settings("Opaque", time.Hour), settings("", time.Minute), "Opaque", time.Minute},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := server(func(s *oauthv1alpha1.OAuthServer) { s.Spec.Tokens.AccessToken = test.server })
			c := candidate(func(c *oauthv1alpha1.OAuthClient) { c.Spec.Tokens.AccessToken = test.client })
			got := decide(c, servers(s), nil).Client
			if got.Tokens.AccessFormat != test.format || got.Tokens.AccessLifetime != test.lifetime {
				t.Errorf("%s for %s, wanted %s for %s", got.Tokens.AccessFormat, got.Tokens.AccessLifetime, test.format, test.lifetime)
			}
		})
	}
}

func TestClaimsOfIDTokens(t *testing.T) {
	for name, test := range map[string]struct{ server, client, want oauthv1alpha1.IDTokenClaims }{
		"nothing is set":       {"", "", "Granted"},
		"the server sets it":   {"Requested", "", "Requested"},
		"the client sets it":   {"", "Requested", "Requested"},
		"the client overrides": {"Requested", "Granted", "Granted"},
	} {
		t.Run(name, func(t *testing.T) {
			s := server(func(s *oauthv1alpha1.OAuthServer) { s.Spec.Tokens.IDToken.Claims = test.server })
			c := candidate(func(c *oauthv1alpha1.OAuthClient) { c.Spec.Tokens.IDToken.Claims = test.client })
			if got := decide(c, servers(s), nil).Client.Tokens.IDClaims; got != test.want {
				t.Errorf("ID tokens tell what is %s, wanted %s", got, test.want)
			}
		})
	}
}

func TestAlgorithmOfIDTokens(t *testing.T) {
	for name, test := range map[string]struct {
		server, client, want oauthv1alpha1.IDTokenAlgorithm
	}{
		"nothing is set":       {"", "", "RS256"},
		"the server sets it":   {"ES256", "", "ES256"},
		"the client sets it":   {"", "ES256", "ES256"},
		"the client overrides": {"ES256", "RS256", "RS256"},
	} {
		t.Run(name, func(t *testing.T) {
			s := server(func(s *oauthv1alpha1.OAuthServer) { s.Spec.Tokens.IDToken.Algorithm = test.server })
			c := candidate(func(c *oauthv1alpha1.OAuthClient) { c.Spec.Tokens.IDToken.Algorithm = test.client })
			if got := decide(c, servers(s), nil).Client.Tokens.IDAlgorithm; got != test.want {
				t.Errorf("signed with %s, wanted %s", got, test.want)
			}
		})
	}
}

// TestDecideChangesNothing: the objects come from caches that others read.
func TestDecideChangesNothing(t *testing.T) {
	c, s := candidate(withScopes("read"), boundTo("system", "default")), server()
	before, serverBefore := c.Client.DeepCopy(), s.DeepCopy()
	decision := decide(c, servers(s), []Candidate{c})
	decision.Client.Scopes[0] = "changed"
	if !reflect.DeepEqual(c.Client, before) || !reflect.DeepEqual(s, serverBefore) {
		t.Error("an object was changed")
	}
}

func TestDevices(t *testing.T) {
	own := func(d oauthv1alpha1.DeviceAuthorization) func(*oauthv1alpha1.OAuthClient) {
		return func(c *oauthv1alpha1.OAuthClient) { c.Spec.DeviceAuthorization = &d }
	}
	typed := &oauthv1alpha1.OAuthClientPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: "system", Name: "typed"}}
	typed.Spec.Require.TypedUserCode = true
	for name, test := range map[string]struct {
		client   Candidate
		policies []*oauthv1alpha1.OAuthClientPolicy
		want     Device
	}{
		"nothing set":              {candidate(), nil, Device{10 * time.Minute, false}},
		"a lifetime":               {candidate(own(oauthv1alpha1.DeviceAuthorization{CodeLifetime: &metav1.Duration{Duration: 2 * time.Minute}})), nil, Device{2 * time.Minute, false}},
		"no link":                  {candidate(own(oauthv1alpha1.DeviceAuthorization{CompleteURI: oauthv1alpha1.CompleteURIOmit})), nil, Device{10 * time.Minute, true}},
		"a policy, nothing set":    {candidate(), []*oauthv1alpha1.OAuthClientPolicy{typed}, Device{10 * time.Minute, true}},
		"a policy outranks a link": {candidate(own(oauthv1alpha1.DeviceAuthorization{CompleteURI: oauthv1alpha1.CompleteURIOffer})), []*oauthv1alpha1.OAuthClientPolicy{typed}, Device{10 * time.Minute, true}},
	} {
		decision := Decide(test.client, Inputs{Servers: servers(server()), Policies: test.policies})
		if got := decision.Client.Interactive.Device; got != test.want {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

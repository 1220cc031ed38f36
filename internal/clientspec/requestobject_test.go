package clientspec

import (
	"slices"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/publickeys"
)

// ecKeys are those of RFC 7517 appendix A.1.
func ecKeys() *oauthv1alpha1.JSONWebKeySet {
	return &oauthv1alpha1.JSONWebKeySet{Keys: []oauthv1alpha1.JSONWebKey{{
		KeyType: oauthv1alpha1.KeyTypeEC, Curve: "P-256", X: "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", Y: "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
	}}}
}

func withObjects(object oauthv1alpha1.ClientRequestObject) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) { c.Spec.RequestObject = &object }
}

func withAssertions(a oauthv1alpha1.ClientAuthentication) func(*oauthv1alpha1.OAuthClient) {
	a.Method = oauthv1alpha1.AuthenticationPrivateKeyJWT
	return func(c *oauthv1alpha1.OAuthClient) { c.Spec.Authentication = a }
}

func TestKeysOfRequestObjects(t *testing.T) {
	const uri = "https://app.example/jwks"
	ps256 := []oauthv1alpha1.AssertionAlgorithm{oauthv1alpha1.AssertionPS256}
	for name, test := range map[string]struct {
		change     func(*oauthv1alpha1.OAuthClient)
		keys       int
		uri        string
		algorithms []string
	}{
		"nothing":                  {func(*oauthv1alpha1.OAuthClient) {}, 0, "", nil},
		"its own":                  {withObjects(oauthv1alpha1.ClientRequestObject{JWKS: ecKeys()}), 1, "", publickeys.Algorithms()},
		"its own, elsewhere":       {withObjects(oauthv1alpha1.ClientRequestObject{JWKSURI: uri, SigningAlgorithms: ps256}), 0, uri, []string{"PS256"}},
		"of assertions":            {withAssertions(oauthv1alpha1.ClientAuthentication{JWKS: ecKeys(), SigningAlgorithms: ps256}), 1, "", []string{"PS256"}},
		"of assertions, elsewhere": {withAssertions(oauthv1alpha1.ClientAuthentication{JWKSURI: uri}), 0, uri, publickeys.Algorithms()},
		"of a cluster":             {withAssertions(oauthv1alpha1.ClientAuthentication{ServiceAccounts: []oauthv1alpha1.ServiceAccountReference{{Name: "a"}}}), 0, "", nil},
	} {
		got := decide(candidate(test.change), servers(server()), nil).Client.RequestObject
		if len(got.Keys) != test.keys || got.JWKSURI != test.uri || !slices.Equal(got.Algorithms, test.algorithms) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	unusable := ecKeys()
	unusable.Keys[0].X = unusable.Keys[0].Y
	refusal := decide(candidate(withObjects(oauthv1alpha1.ClientRequestObject{JWKS: unusable})), servers(server()), nil).Refusal
	if refusal == nil || refusal.Reason != oauthv1alpha1.ReasonKeyNotUsable || !strings.Contains(refusal.Message, "spec.requestObject.jwks.keys[0]") {
		t.Errorf("a key that cannot be used: %+v", refusal)
	}
}

// Who says that authorization requests must be signed, and which clients cannot.
func TestSignedRequests(t *testing.T) {
	web, keys := redirecting("https://app.example/cb"), withObjects(oauthv1alpha1.ClientRequestObject{JWKS: ecKeys()})
	required := func(c *oauthv1alpha1.OAuthClient) { c.Spec.SignedRequests = oauthv1alpha1.SignedRequestsRequired }
	demanded := policies(policy("p", policySpec{}), policy("q", policySpec{Require: oauthv1alpha1.PolicyRequirements{SignedRequests: true}}))
	for name, test := range map[string]struct {
		client   Candidate
		policies []*oauthv1alpha1.OAuthClientPolicy
		want     bool
		refused  string
	}{
		"nothing":                             {candidate(web), nil, false, ""},
		"a client with keys":                  {candidate(web, keys), nil, false, ""},
		"the client":                          {candidate(web, keys, required), nil, true, ""},
		"a policy":                            {candidate(web, keys), demanded, true, ""},
		"a policy, without keys":              {candidate(web), demanded, false, `Policy "q"`},
		"a policy, with keys of assertions":   {candidate(web, withAssertions(oauthv1alpha1.ClientAuthentication{JWKS: ecKeys()})), demanded, true, ""},
		"a policy for a client without users": {candidate(), demanded, true, ""},
	} {
		decision := Decide(test.client, Inputs{Servers: servers(server()), Policies: test.policies})
		if test.refused != "" {
			if decision.Refusal == nil || decision.Refusal.Reason != oauthv1alpha1.ReasonSignedRequestsRequired || !strings.Contains(decision.Refusal.Message, test.refused) {
				t.Errorf("%s: refused by %+v", name, decision.Refusal)
			}
			continue
		}
		if decision.Refusal != nil || decision.Client.Interactive.SignedRequests != test.want {
			t.Errorf("%s: %t, refused by %+v", name, decision.Client.Interactive.SignedRequests, decision.Refusal)
		}
	}
}

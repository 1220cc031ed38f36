package clientspec

import (
	"maps"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientspec/workloads"
)

// trusting adds trusted issuers to a server: hub, which has owners, two clusters that call
// themselves the same, and one for the namespaces of team a.
func trusting(s *oauthv1alpha1.OAuthServer) {
	all := oauthv1alpha1.ClientNamespaces{From: oauthv1alpha1.NamespacesFromAll}
	s.Spec.TrustedIssuers = []oauthv1alpha1.TrustedIssuer{
		{Name: "hub", Issuer: "https://hub.example", OwnerClaims: []oauthv1alpha1.ClaimName{"owner_id", "repository_id"}, Namespaces: all},
		{Name: "east", Issuer: "https://kubernetes.default.svc", JWKSURI: "https://east.example/keys", Namespaces: all},
		{Name: "west", Issuer: "https://kubernetes.default.svc", JWKSURI: "https://west.example/keys", Namespaces: all},
		{Name: "ours", Issuer: "https://ours.example"},
		{Name: "a", Issuer: "https://a.example", Namespaces: oauthv1alpha1.ClientNamespaces{
			From: oauthv1alpha1.NamespacesFromSelector, Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"team": "a"}},
		}},
	}
}

type identity = oauthv1alpha1.FederatedIdentity

// elsewhere makes a client of workloads elsewhere.
func elsewhere(entries ...identity) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Authentication = oauthv1alpha1.ClientAuthentication{Method: oauthv1alpha1.AuthenticationPrivateKeyJWT, Federated: entries}
	}
}

func TestFederatedAllowed(t *testing.T) {
	owned := map[string]oauthv1alpha1.ClaimValue{"owner_id": "65"}
	issuers := func(patterns ...oauthv1alpha1.TrustedIssuerPattern) policySpec {
		return policySpec{FederatedIssuers: patterns}
	}
	labelled := candidate(elsewhere(identity{Issuer: "a", Subject: "x"}))
	labelled.NamespaceLabels = map[string]string{"team": "a"}
	unknown := labelled
	unknown.NamespaceUnknown = true
	const (
		missing, refused = oauthv1alpha1.ReasonTrustedIssuerNotFound, oauthv1alpha1.ReasonTrustedIssuerNotAllowed
		twice, subject   = oauthv1alpha1.ReasonTrustedIssuerConflict, oauthv1alpha1.ReasonFederatedSubjectNotAllowed
	)
	for name, test := range map[string]struct {
		client   Candidate
		policies []*oauthv1alpha1.OAuthClientPolicy
		refused  string
		says     string
	}{
		"an issuer that is trusted":              {candidate(elsewhere(identity{Issuer: "hub", Subject: "x"})), nil, "", ""},
		"two workloads of one issuer":            {candidate(elsewhere(identity{Issuer: "hub", Subject: "x"}, identity{Issuer: "hub", Subject: "y"})), nil, "", ""},
		"two issuers":                            {candidate(elsewhere(identity{Issuer: "hub", Subject: "x"}, identity{Issuer: "east", Subject: "y"})), nil, "", ""},
		"an issuer that is not":                  {candidate(elsewhere(identity{Issuer: "hub", Subject: "x"}, identity{Issuer: "nub", Subject: "x"})), nil, missing, `"nub" is not in spec.trustedIssuers`},
		"the URL of an issuer":                   {candidate(elsewhere(identity{Issuer: "https://hub.example", Subject: "x"})), nil, missing, ""},
		"issuers that call themselves the same":  {candidate(elsewhere(identity{Issuer: "west", Subject: "x"}, identity{Issuer: "east", Subject: "x"})), nil, twice, `"west" and "east"`},
		"an issuer of the server's namespace":    {candidate(in("system", "app"), elsewhere(identity{Issuer: "ours", Subject: "x"})), nil, "", ""},
		"an issuer that is not for others":       {candidate(elsewhere(identity{Issuer: "ours", Subject: "x"})), nil, refused, `namespace "team" may not use trusted issuer "ours"`},
		"an issuer for a label":                  {labelled, nil, "", ""},
		"an issuer for a label that is not here": {candidate(elsewhere(identity{Issuer: "a", Subject: "x"})), nil, refused, ""},
		"a namespace that is not known":          {unknown, nil, refused, ""},
		"an owner and all that it has":           {candidate(elsewhere(identity{Issuer: "hub", Subject: "x*", Claims: owned})), nil, "", ""},
		"all of an issuer and no claim":          {candidate(elsewhere(identity{Issuer: "hub", Subject: "x*"})), nil, subject, "owner_id, repository_id"},
		"all of an issuer and another claim": {candidate(elsewhere(identity{Issuer: "hub", Subject: "x*", Claims: map[string]oauthv1alpha1.ClaimValue{"owner": "acme"}})),
			nil, subject, ""},
		"all of an issuer without owners":   {candidate(elsewhere(identity{Issuer: "east", Subject: "x*", Claims: owned})), nil, subject, "has no ownerClaims"},
		"an issuer that a policy allows":    {candidate(elsewhere(identity{Issuer: "hub", Subject: "x"})), policies(policy("p", issuers("hub"))), "", ""},
		"an issuer that begins as allowed":  {candidate(elsewhere(identity{Issuer: "hub", Subject: "x"})), policies(policy("p", issuers("h*"))), "", ""},
		"an issuer that no policy allows":   {candidate(elsewhere(identity{Issuer: "hub", Subject: "x"})), policies(policy("p", issuers("east"))), refused, `Policy "p"`},
		"a policy widens no namespaces":     {candidate(elsewhere(identity{Issuer: "ours", Subject: "x"})), policies(policy("p", issuers("*"))), refused, "namespace"},
		"a policy for a client with secret": {candidate(), policies(policy("p", issuers("east"))), "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			check(t, Decide(test.client, Inputs{Servers: servers(server(trusting)), Policies: test.policies}), test.refused, test.says)
		})
	}
}

func TestFederatedOfAClient(t *testing.T) {
	c := candidate(elsewhere(
		identity{Issuer: "hub", Subject: "repo:acme/*", Claims: map[string]oauthv1alpha1.ClaimValue{"owner_id": "65"}}, identity{Issuer: "west", Subject: "system:serviceaccount:a:b"}))
	got := Decide(c, Inputs{Servers: servers(server(trusting))}).Client.Authentication.Federated
	want := []workloads.Federated{
		{TrustedIssuer: "hub", Issuer: "https://hub.example", Subject: "repo:acme/", Prefix: true, Claims: map[string]string{"owner_id": "65"}},
		{TrustedIssuer: "west", Issuer: "https://kubernetes.default.svc", JWKSURI: "https://west.example/keys", Subject: "system:serviceaccount:a:b"},
	}
	if len(got) != len(want) {
		t.Fatalf("got %+v", got)
	}
	for i := range want {
		if !maps.Equal(got[i].Claims, want[i].Claims) {
			t.Errorf("claims are %v", got[i].Claims)
		}
		got[i].Claims, want[i].Claims = nil, nil
		if got[i].TrustedIssuer != want[i].TrustedIssuer || got[i].Issuer != want[i].Issuer || got[i].JWKSURI != want[i].JWKSURI ||
			got[i].Subject != want[i].Subject || got[i].Prefix != want[i].Prefix {
			t.Errorf("got %+v, not %+v", got[i], want[i])
		}
	}
}

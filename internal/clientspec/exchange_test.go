package clientspec

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientspec/workloads"
)

func exchanging(x oauthv1alpha1.ClientTokenExchange) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.GrantTypes = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantTokenExchange}
		c.Spec.TokenExchange = &x
	}
}

func actors(name string, values ...oauthv1alpha1.TokenExchangeActor) *oauthv1alpha1.OAuthClientPolicy {
	return &oauthv1alpha1.OAuthClientPolicy{
		ObjectMeta: metav1.ObjectMeta{Namespace: "system", Name: name}, Spec: oauthv1alpha1.OAuthClientPolicySpec{TokenExchangeActors: values},
	}
}

// A client can act in the place of others only where a policy says so, and a policy can also
// say that it must.
func TestActors(t *testing.T) {
	const required, omit = oauthv1alpha1.TokenExchangeActorRequired, oauthv1alpha1.TokenExchangeActorOmit
	for name, test := range map[string]struct {
		actor    oauthv1alpha1.TokenExchangeActor
		policies []*oauthv1alpha1.OAuthClientPolicy
		says     string
		omits    bool
	}{
		"without a policy":                     {required, nil, "", false},
		"by default":                           {"", nil, "", false},
		"without a trace":                      {omit, nil, "a policy with tokenExchangeActors", false},
		"without a trace, by policy":           {omit, []*oauthv1alpha1.OAuthClientPolicy{actors("a", omit)}, "", true},
		"named, where a policy wants no trace": {"", []*oauthv1alpha1.OAuthClientPolicy{actors("a", omit)}, `"a"`, false},
		"without a trace, by the wrong policy": {omit, []*oauthv1alpha1.OAuthClientPolicy{actors("a", required)}, `"a"`, false},
		"without a trace, by one of two":       {omit, []*oauthv1alpha1.OAuthClientPolicy{actors("a", required), actors("b", omit)}, "", true},
		"named, by one of two":                 {required, []*oauthv1alpha1.OAuthClientPolicy{actors("a", required), actors("b", omit)}, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			i := Inputs{Servers: []*oauthv1alpha1.OAuthServer{server()}}
			i.Policies = test.policies
			d := Decide(candidate(exchanging(oauthv1alpha1.ClientTokenExchange{Actor: test.actor})), i)
			switch {
			case test.says == "" && (d.Refusal != nil || d.Client.Exchange.OmitActor != test.omits):
				t.Errorf("%+v, %+v", d.Refusal, d.Client.Exchange)
			case test.says != "" && (d.Refusal == nil || d.Refusal.Reason != oauthv1alpha1.ReasonActorNotAllowed || !strings.Contains(d.Refusal.Message, test.says)):
				t.Errorf("%+v", d.Refusal)
			}
		})
	}
}

func TestExchangedClients(t *testing.T) {
	d := Decide(candidate(exchanging(oauthv1alpha1.ClientTokenExchange{Subjects: []oauthv1alpha1.TokenExchangeSubject{
		{Clients: []oauthv1alpha1.SubjectClientPattern{"shop.web"}}, {Clients: []oauthv1alpha1.SubjectClientPattern{"team.*", "https://agents.example/*"}},
	}})), Inputs{Servers: []*oauthv1alpha1.OAuthServer{server()}})
	for id, listed := range map[string]bool{
		"shop.web": true, "shop.web2": false, "shop.we": false, "SHOP.WEB": false, "team.a": true, "team.": true, "team": false, "team-b.a": false, "*": false, "": false,
		"https://agents.example/a": true, "https://agents.example.evil/a": false,
	} {
		if d.Client.Exchange.Client(id) != listed {
			t.Errorf("%q", id)
		}
	}
	if (&workloads.Exchange{}).Client("a") || (&workloads.Exchange{}).Account("a", "b", nil, false) {
		t.Error("a client without subjects has some")
	}
	if begun := (&workloads.Exchange{Clients: []string{"shop*", "https://agents.example*"}}); begun.Client("shop-evil.web") || begun.Client("shop.web") || begun.Client("https://agents.example.evil/a") {
		t.Error("the beginning of a namespace lists others")
	}
	if all := (&workloads.Exchange{Clients: []string{"*"}}); !all.Client("a") || !all.Client("https://a/b") {
		t.Error("a star is not all")
	}
}

// Only a policy lets a client get more for a user's token than the user was asked for.
func TestBeyondConsent(t *testing.T) {
	policy := actors("a")
	i := Inputs{Servers: []*oauthv1alpha1.OAuthServer{server()}, Policies: []*oauthv1alpha1.OAuthClientPolicy{policy}}
	x := exchanging(oauthv1alpha1.ClientTokenExchange{})
	if d := Decide(candidate(x), i); d.Client.Exchange.BeyondConsent {
		t.Error("without a policy")
	}
	policy.Spec.TokenExchange = []oauthv1alpha1.TokenExchangePermission{oauthv1alpha1.TokenExchangeBeyondConsent}
	if d := Decide(candidate(x), i); !d.Client.Exchange.BeyondConsent {
		t.Error("not by a policy")
	}
}

func TestExchangedAccounts(t *testing.T) {
	selector := &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "closed", Operator: metav1.LabelSelectorOpDoesNotExist}}}
	of := func(s oauthv1alpha1.SubjectServiceAccounts) *workloads.Exchange {
		d := Decide(candidate(in("team", "app"), exchanging(oauthv1alpha1.ClientTokenExchange{Subjects: []oauthv1alpha1.TokenExchangeSubject{{ServiceAccounts: &s}}})), Inputs{Servers: []*oauthv1alpha1.OAuthServer{server()}})
		return &d.Client.Exchange
	}
	in := func(from oauthv1alpha1.NamespacesFrom) oauthv1alpha1.SubjectServiceAccounts {
		return oauthv1alpha1.SubjectServiceAccounts{Namespaces: oauthv1alpha1.SubjectNamespaces{From: from}}
	}
	selected := in(oauthv1alpha1.NamespacesFromSelector)
	none := selected
	selected.Namespaces.Selector = selector
	named := in(oauthv1alpha1.NamespacesFromAll)
	named.Names = []string{"billing"}
	closed := map[string]string{"closed": ""}
	for name, test := range map[string]struct {
		accounts        oauthv1alpha1.SubjectServiceAccounts
		namespace, name string
		labels          map[string]string
		unknown, listed bool
	}{
		"of its own namespace":                {in(""), "team", "a", nil, false, true},
		"of its own namespace, as written":    {in(oauthv1alpha1.NamespacesFromSame), "team", "a", nil, true, true},
		"of another namespace":                {in(""), "team2", "a", nil, false, false},
		"of any namespace":                    {in(oauthv1alpha1.NamespacesFromAll), "team2", "a", nil, true, true},
		"by name":                             {named, "team2", "billing", nil, false, true},
		"by another name":                     {named, "team2", "billing2", nil, false, false},
		"of a selected namespace":             {selected, "team2", "a", nil, false, true},
		"of a namespace that is not selected": {selected, "team2", "a", closed, false, false},
		"of a namespace with unknown labels":  {selected, "team2", "a", nil, true, false},
		"by a selector that is missing":       {none, "team2", "a", nil, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			if of(test.accounts).Account(test.namespace, test.name, test.labels, test.unknown) != test.listed {
				t.Errorf("listed is not %t", test.listed)
			}
		})
	}
}

// Trusted issuers are judged where they are named.
func TestExchangedWorkloads(t *testing.T) {
	d := Decide(candidate(exchanging(oauthv1alpha1.ClientTokenExchange{Subjects: []oauthv1alpha1.TokenExchangeSubject{
		{Federated: &oauthv1alpha1.FederatedIdentity{Issuer: "nobody", Subject: "a"}},
	}})), Inputs{Servers: []*oauthv1alpha1.OAuthServer{server()}})
	if d.Refusal == nil || d.Refusal.Reason != oauthv1alpha1.ReasonTrustedIssuerNotFound || !strings.Contains(d.Refusal.Message, "spec.tokenExchange.subjects") {
		t.Errorf("%+v", d.Refusal)
	}
}

package clientspec

import (
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func shownAt(uri oauthv1alpha1.WebURI) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.StartPage, c.Spec.ClientURI = oauthv1alpha1.StartPageShow, uri
		c.Spec.GrantTypes = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantAuthorizationCode}
	}
}

func TestStartPage(t *testing.T) {
	const refused = oauthv1alpha1.ReasonStartPageNotAllowed
	hosts := func(name string, hosts ...oauthv1alpha1.HostPattern) *oauthv1alpha1.OAuthClientPolicy {
		return policy(name, policySpec{StartPageHosts: hosts})
	}
	at := shownAt("https://wiki.team.example/home")
	hidden := func(c *oauthv1alpha1.OAuthClient) { c.Spec.StartPage = oauthv1alpha1.StartPageHide }
	granted := func(types ...oauthv1alpha1.GrantType) func(*oauthv1alpha1.OAuthClient) {
		return func(c *oauthv1alpha1.OAuthClient) { c.Spec.GrantTypes = types }
	}
	for name, test := range map[string]struct {
		client        Candidate
		policies      []*oauthv1alpha1.OAuthClientPolicy
		refused, says string
	}{
		"a client that says nothing":               {candidate(), nil, "", ""},
		"a hidden client with a home page":         {candidate(at, hidden), policies(hosts("p", "other.example")), "", ""},
		"no policy":                                {candidate(at), nil, refused, "policy with startPageHosts"},
		"a policy that says nothing of it":         {candidate(at), policies(policy("p", policySpec{RedirectHosts: []oauthv1alpha1.HostPattern{"*"}})), refused, "policy with startPageHosts"},
		"the server's own namespace":               {candidate(in("system", "app"), at), nil, "", ""},
		"a list counts in the server's, too":       {candidate(in("system", "app"), at), policies(hosts("p", "other.example")), refused, `"p"`},
		"a host that is listed":                    {candidate(at), policies(hosts("p", "wiki.team.example")), "", ""},
		"a host that is not":                       {candidate(at), policies(hosts("p", "team.example", "wiki.team")), refused, "https://wiki.team.example/home"},
		"two lists are one":                        {candidate(at), policies(hosts("p", "a.example"), hosts("q", "wiki.team.example")), "", ""},
		"a host with the namespace in it":          {candidate(at), policies(hosts("p", "*.{namespace}.example")), "", ""},
		"a host with another namespace in it":      {candidate(in("other", "app"), at), policies(hosts("p", "*.{namespace}.example")), refused, ""},
		"a client without users":                   {candidate(at, granted(oauthv1alpha1.GrantClientCredentials)), policies(hosts("p", "*")), refused, "no user can sign in"},
		"a client of devices":                      {candidate(at, granted(oauthv1alpha1.GrantDeviceCode)), policies(hosts("p", "*")), "", ""},
		"capitals":                                 {candidate(shownAt("https://WIKI.team.example")), policies(hosts("p", "wiki.team.example")), "", ""},
		"what looks like a host in the query":      {candidate(shownAt("https://evil.example?@wiki.team.example/")), policies(hosts("p", "wiki.team.example")), refused, ""},
		"what looks like a host in the fragment":   {candidate(shownAt("https://evil.example#.wiki.team.example")), policies(hosts("p", "*.team.example")), refused, ""},
		"a port":                                   {candidate(shownAt("https://wiki.team.example:8443/")), policies(hosts("p", "wiki.team.example")), "", ""},
		"the host of the issuer, by a wildcard":    {candidate(shownAt("https://ID.example:8443/authorize")), policies(hosts("p", "*")), refused, "the host of the issuer"},
		"the host of the issuer, by a namespace":   {candidate(in("id", "app"), shownAt("https://id.example")), policies(hosts("p", "{namespace}.example")), refused, "the host of the issuer"},
		"the host of the issuer, written out":      {candidate(shownAt("https://id.example/wiki")), policies(hosts("p", "*", "id.example")), "", ""},
		"the host of the issuer, beside it":        {candidate(in("system", "app"), shownAt("https://id.example/wiki")), nil, "", ""},
		"a redirect host is not a start page host": {candidate(redirecting("https://wiki.team.example/cb"), at), policies(policy("p", policySpec{RedirectHosts: []oauthv1alpha1.HostPattern{"wiki.team.example"}})), refused, ""},
		"a start page host is not a redirect host": {candidate(redirecting("https://wiki.team.example/cb")), policies(hosts("p", "wiki.team.example")), "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := Decide(test.client, Inputs{Servers: servers(server()), Policies: test.policies})
			check(t, d, test.refused, test.says)
			if want := test.client.Client.Spec.StartPage == oauthv1alpha1.StartPageShow; d.Refusal == nil && d.Client.Interactive.Shown != want {
				t.Errorf("shown: %t", d.Client.Interactive.Shown)
			}
		})
	}
}

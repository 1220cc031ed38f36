package clientspec

import (
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func TestRedirectSchemes(t *testing.T) {
	const refused, uri = oauthv1alpha1.ReasonRedirectSchemeNotAllowed, "oc://ios.owncloud.com"
	listed := func(name string, schemes ...oauthv1alpha1.RedirectScheme) *oauthv1alpha1.OAuthClientPolicy {
		return policy(name, policySpec{RedirectSchemes: schemes})
	}
	at := redirecting(uri)
	with := func(pkce oauthv1alpha1.PKCE) func(*oauthv1alpha1.OAuthClient) {
		return func(c *oauthv1alpha1.OAuthClient) { c.Spec.PKCE = pkce }
	}
	leaving := func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.PostLogoutRedirectURIs = []oauthv1alpha1.RedirectURI{"https://app.example/", uri}
	}
	hosts := policy("h", policySpec{RedirectHosts: []oauthv1alpha1.HostPattern{"app.example"}})
	all := policy("h", policySpec{RedirectHosts: []oauthv1alpha1.HostPattern{"*"}})
	for name, test := range map[string]struct {
		client        Candidate
		policies      []*oauthv1alpha1.OAuthClientPolicy
		refused, says string
		pkce          oauthv1alpha1.PKCE
	}{
		"no policy":                             {candidate(at), nil, refused, "policy with redirectSchemes", ""},
		"nor in the server's namespace":         {candidate(in("system", "app"), at), nil, refused, "policy with redirectSchemes", ""},
		"a list":                                {candidate(at), policies(listed("p", "oc")), "", "", oauthv1alpha1.PKCERequired},
		"two lists are one":                     {candidate(at), policies(listed("p", "myapp"), listed("q", "oc")), "", "", oauthv1alpha1.PKCERequired},
		"another scheme":                        {candidate(at), policies(listed("p", "o", "occ", "oc:")), refused, `Policy "p"`, ""},
		"any host is not any scheme":            {candidate(at), policies(all), refused, "policy with redirectSchemes", ""},
		"hosts do not concern it":               {candidate(redirecting(uri, "https://app.example/cb")), policies(hosts, listed("p", "oc")), "", "", oauthv1alpha1.PKCERequired},
		"other hosts stay refused":              {candidate(redirecting(uri, "https://evil.example/cb")), policies(hosts, listed("p", "oc")), oauthv1alpha1.ReasonRedirectHostNotAllowed, "evil.example", ""},
		"a scheme with a dot needs none":        {candidate(redirecting("com.example.app:/cb")), nil, "", "", oauthv1alpha1.PKCEAuto},
		"a scheme with a dot has its own list":  {candidate(redirecting("com.example.app:/cb")), policies(hosts, listed("p", "oc")), oauthv1alpha1.ReasonRedirectHostNotAllowed, "com.example.app", ""},
		"a list does not concern the web":       {candidate(redirecting("https://app.example/cb", "http://localhost/")), policies(listed("p", "oc")), "", "", oauthv1alpha1.PKCEAuto},
		"after signing out":                     {candidate(leaving), nil, refused, "spec.postLogoutRedirectURIs", ""},
		"after signing out, allowed":            {candidate(leaving), policies(listed("p", "oc")), "", "", oauthv1alpha1.PKCEAuto},
		"PKCE that is optional":                 {candidate(at, with(oauthv1alpha1.PKCEOptional)), policies(listed("p", "oc")), oauthv1alpha1.ReasonPKCERequired, "Remove spec.pkce", ""},
		"PKCE that is required":                 {candidate(at, with(oauthv1alpha1.PKCERequired)), policies(listed("p", "oc")), "", "", oauthv1alpha1.PKCERequired},
		"script, without a schema":              {candidate(redirecting("javascript://app.example/%0aalert(1)")), policies(listed("p", "javascript")), refused, `"p"`, ""},
		"capitals, without a schema":            {candidate(redirecting("JavaScript:alert(1)")), policies(listed("p", "JavaScript", "oc")), refused, `"p"`, ""},
		"a list of another namespace's clients": {candidate(at), policies(policy("p", policySpec{RedirectSchemes: []oauthv1alpha1.RedirectScheme{"oc"}}, selecting("team", "a"))), refused, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := Decide(test.client, Inputs{Servers: servers(server()), Policies: test.policies})
			check(t, d, test.refused, test.says)
			if d.Refusal == nil && d.Client.Interactive.PKCE != test.pkce {
				t.Errorf("PKCE is %s", d.Client.Interactive.PKCE)
			}
		})
	}
}

// An earlier consent does not answer a request that another program may have begun.
func TestConsentWithoutADot(t *testing.T) {
	const uri = "oc://ios.owncloud.com"
	skip := policySpec{RedirectSchemes: []oauthv1alpha1.RedirectScheme{"oc"}, Consent: []oauthv1alpha1.ConsentMode{oauthv1alpha1.ConsentRemember, oauthv1alpha1.ConsentPrompt, oauthv1alpha1.ConsentSkip}}
	leaving := func(c *oauthv1alpha1.OAuthClient) { c.Spec.PostLogoutRedirectURIs = []oauthv1alpha1.RedirectURI{uri} }
	const remember, prompt = oauthv1alpha1.ConsentRemember, oauthv1alpha1.ConsentPrompt
	for name, test := range map[string]struct {
		client  Candidate
		refused string
		mode    oauthv1alpha1.ConsentMode
	}{
		"the default":                      {candidate(redirecting(uri)), "", prompt},
		"Remember":                         {candidate(redirecting(uri), withConsent(remember)), "", prompt},
		"Prompt":                           {candidate(redirecting(uri), withConsent(prompt)), "", prompt},
		"Skip, which policies allow":       {candidate(redirecting(uri), withConsent(oauthv1alpha1.ConsentSkip)), oauthv1alpha1.ReasonConsentNotAllowed, ""},
		"beside a web application":         {candidate(redirecting("https://app.example/cb", uri)), "", prompt},
		"a web application":                {candidate(redirecting("https://app.example/cb")), "", remember},
		"only after signing out":           {candidate(leaving), "", remember},
		"Skip, and only after signing out": {candidate(leaving, withConsent(oauthv1alpha1.ConsentSkip)), "", oauthv1alpha1.ConsentSkip},
	} {
		t.Run(name, func(t *testing.T) {
			d := Decide(test.client, Inputs{Servers: servers(server()), Policies: policies(policy("p", skip))})
			check(t, d, test.refused, "")
			if d.Refusal == nil && d.Client.Interactive.Consent != test.mode {
				t.Errorf("consent is %s", d.Client.Interactive.Consent)
			}
		})
	}
}

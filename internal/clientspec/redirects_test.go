package clientspec

import (
	"slices"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func from(sources ...oauthv1alpha1.RedirectSource) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.GrantTypes = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantAuthorizationCode}
		c.Spec.RedirectURIsFrom = sources
	}
}

func ingress(name string, path, postLogout oauthv1alpha1.RedirectPath) oauthv1alpha1.RedirectSource {
	return oauthv1alpha1.RedirectSource{Kind: oauthv1alpha1.RedirectSourceIngress, Name: name, Path: path, PostLogoutPath: postLogout}
}

func TestResolvedRedirects(t *testing.T) {
	const a, b = "https://a.example/callback", "https://b.example/callback"
	source := from(ingress("app", "/callback", "/"))
	hosts := func(hosts ...oauthv1alpha1.HostPattern) []*oauthv1alpha1.OAuthClientPolicy {
		return policies(policy("hosts", policySpec{RedirectHosts: hosts}))
	}
	for name, tt := range map[string]struct {
		client   Candidate
		policies []*oauthv1alpha1.OAuthClientPolicy
		resolved Redirects
		// wanted are the redirect URIs and the post-logout ones that count.
		wanted, wantedLogout []string
		unwanted             string
	}{
		"count beside those of the spec": {
			client:   candidate(redirecting("https://spec.example/"), source),
			resolved: Redirects{URIs: []string{a, b}, PostLogoutURIs: []string{"https://a.example/"}},
			wanted:   []string{"https://spec.example/", a, b}, wantedLogout: []string{"https://a.example/"},
		},
		"count once where the spec has them too": {
			client: candidate(redirecting(a), source), resolved: Redirects{URIs: []string{a, b}}, wanted: []string{a, b},
		},
		"count for localhost": {
			client: candidate(source), resolved: Redirects{URIs: []string{"http://localhost/callback"}}, wanted: []string{"http://localhost/callback"},
		},
		"do not count without a source": {
			client: candidate(redirecting(a)), resolved: Redirects{URIs: []string{b}, PostLogoutURIs: []string{"https://b.example/"}}, wanted: []string{a},
		},
		"do not count under a path that the spec has no more": {
			client: candidate(source), resolved: Redirects{URIs: []string{a, "https://a.example/former", "https://a.example/callback/", "https://a.example/Callback"}}, wanted: []string{a},
		},
		"do not count as post-logout ones under the path of the others": {
			client: candidate(from(ingress("app", "/callback", ""))), resolved: Redirects{URIs: []string{a}, PostLogoutURIs: []string{a, "https://a.example"}}, wanted: []string{a},
		},
		"do not count with another scheme": {
			client: candidate(source), resolved: Redirects{URIs: []string{"com.example.app:/callback", "javascript:/callback", "/callback", ""}},
		},
		"count where the policy allows the host": {
			client: candidate(source), policies: hosts("*.example"), resolved: Redirects{URIs: []string{a, b}}, wanted: []string{a, b},
		},
		"are left out where the policy does not allow the host": {
			client: candidate(source), policies: hosts("a.example"), resolved: Redirects{URIs: []string{a, b}, PostLogoutURIs: []string{"https://b.example/"}},
			wanted: []string{a}, unwanted: `Policy "hosts" of OAuthServer system/default does not allow the hosts b.example, which`,
		},
		"are named once and in order": {
			client: candidate(source), policies: hosts("other.example"), resolved: Redirects{URIs: []string{b, a, "http://localhost/callback"}, PostLogoutURIs: []string{"https://b.example/"}},
			unwanted: "the hosts a.example, b.example, localhost, which",
		},
	} {
		t.Run(name, func(t *testing.T) {
			tt.client.Redirects = tt.resolved
			d := Decide(tt.client, Inputs{Servers: servers(server()), Policies: tt.policies})
			if d.Refusal != nil {
				t.Fatalf("refused: %+v", d.Refusal)
			}
			got := d.Client.Interactive
			if !slices.Equal(got.RedirectURIs, tt.wanted) || !slices.Equal(got.PostLogoutURIs, tt.wantedLogout) {
				t.Errorf("%q and %q count", got.RedirectURIs, got.PostLogoutURIs)
			}
			if tt.unwanted == "" && d.Unwanted != nil {
				t.Errorf("unwanted: %+v", d.Unwanted)
			}
			if tt.unwanted != "" && (d.Unwanted == nil || !strings.Contains(d.Unwanted.Message, tt.unwanted) || d.Unwanted.Reason != oauthv1alpha1.ReasonRedirectHostNotAllowed) {
				t.Errorf("unwanted: %+v", d.Unwanted)
			}
		})
	}
}

// What is resolved is there for the operator also while the client is refused.
func TestResolvedRedirectsOfARefusedClient(t *testing.T) {
	c := candidate(from(ingress("app", "/callback", "")), suspended)
	c.Redirects.URIs = []string{"https://a.example/callback"}
	d := decide(c, servers(server()), nil)
	if d.Refusal == nil || !slices.Equal(d.Redirects.URIs, c.Redirects.URIs) || len(d.Client.Interactive.RedirectURIs) != 0 {
		t.Errorf("%+v", d)
	}
}
